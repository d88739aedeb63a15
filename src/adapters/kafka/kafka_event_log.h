#pragma once
// The event log in Apache Kafka: events, users and videos in a topic each, shared with whoever else
// writes there. Offsets may have gaps, and end() follows what others append within milliseconds.

#include <memory>
#include <string>

#include "adapters/kafka/cluster_view.h"
#include "adapters/kafka/options.h"
#include "base/result.h"
#include "log/event_log.h"
#include "log/layout.h"

namespace potik::kafka {

struct OpenedEventLog {
  std::unique_ptr<log::EventLog> log;
  log::Layout layout;                    // as the topics have it
  const ClusterView* cluster = nullptr;  // of the log, and lives as long
};

// Connects, looks up the topics and begins to read at their ends. Blocks up to the time-out,
// several times. The error is a sentence that says what to do. Thread-safe afterwards.
[[nodiscard]] Result<OpenedEventLog, std::string> open_event_log(const EventLogOptions& options);

struct OpenedLogWriter {
  std::unique_ptr<log::LogWriter> log;
  log::Layout layout;
  const ClusterView* cluster = nullptr;
};

// The same, but reads nothing: for a gateway apart from processing.
[[nodiscard]] Result<OpenedLogWriter, std::string> open_log_writer(const EventLogOptions& options);

}  // namespace potik::kafka
