#pragma once
// ClusterView: what operators are shown of a log that is in a cluster. A second face of the objects
// that open_event_log() and open_log_writer() give. Any thread; does not block.

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.h"
#include "monitor/metrics.h"

namespace potik::kafka {

class ClusterView {
 public:
  virtual ~ClusterView() = default;
  // Why the log cannot be read or written at the moment, or not all of it is read, as of a second
  // ago, and what to do; empty when all is well.
  [[nodiscard]] virtual std::string trouble() const = 0;
  // By partition: where the next record goes, as of a second ago.
  [[nodiscard]] virtual std::vector<Offset> true_ends() const = 0;
  [[nodiscard]] virtual uint32_t brokers_down() const = 0;
  // Read ahead and not yet taken.
  [[nodiscard]] virtual uint64_t buffered_bytes() const = 0;
  // From the call of append() to the last acknowledgement; of failed ones too.
  [[nodiscard]] virtual const monitor::LatencyHistogram& produce_seconds() const = 0;
};

}  // namespace potik::kafka
