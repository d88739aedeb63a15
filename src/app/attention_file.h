#pragma once
// AttentionFile: what operators have said of alerts, kept in the data directory over a restart.

#include <string>

#include "api/background.h"
#include "monitor/alert_attention.h"

namespace potik::app {

// Thread-safe. `attention` outlives this object.
class AttentionFile {
 public:
  // Reads what is there. A file that is missing or cannot be read is as if nothing had been said.
  AttentionFile(std::string path, monitor::AlertAttention& attention);
  // Writes the file anew soon, on a thread of its own. Where that fails, as on a full disk, what
  // was said lasts as long as the process, or until the next change.
  void changed();

 private:
  void write() const;

  const std::string path_;
  monitor::AlertAttention& attention_;
  api::Background background_;  // last: its thread uses the above
};

}  // namespace potik::app
