#pragma once
// The KuaiRand data set (Gao et al., CIKM 2022) as Potik's records, in an order that is the same in
// every run: users, videos, what was shown before the log starts (flagged as history), then the log
// in file order. Threads: one. Memory: the history file and 24 bytes for each exposure in it; of
// the others one line.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/event_log.h"

namespace potik::app {

// Takes one record: its kind, its flags (log::kFlagHistory or 0), the user's id (of a user or an
// event) or the video's, and the JSON. Views are valid during the call. False stops the reading.
using KuairandSink = std::function<bool(log::RecordKind kind, uint8_t flags, std::string_view id,
                                        std::string_view json)>;
// Called every few thousand records and at the end of each file.
using KuairandProgress = std::function<void(uint64_t bytes_done, uint64_t bytes_total)>;

struct KuairandCounts {
  uint64_t users = 0;
  uint64_t videos = 0;
  uint64_t history_rows = 0;  // users with a history
  uint64_t history_events = 0;
  uint64_t log_rows = 0;
  uint64_t log_events = 0;  // repeated rows included
  bool stopped = false;     // by the sink
};

// Reads the four files of `directory` (kuairand_files.h). An event's id is a hash of its whole row
// and its type, so that a repeated row gives the same event again, byte for byte. The error names
// file, line and column and says what to do; what came before it has been delivered.
[[nodiscard]] Result<KuairandCounts, std::string> read_kuairand(const std::string& directory,
                                                                const KuairandSink& sink,
                                                                const KuairandProgress& progress);

}  // namespace potik::app
