#pragma once
// An alert: something an operator should know, with its evidence. And AlertChannel, the port to
// whoever listens.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace potik::monitor {

enum class AlertState : uint8_t { firing, resolved };
[[nodiscard]] constexpr std::string_view name(AlertState state) {
  return state == AlertState::firing ? "firing" : "resolved";
}

struct Alert {
  std::string id;            // deterministic: hash of kind, subject and start, 32 hex digits
  std::string kind;          // "like_burst", "like_rate", "comment_flood", "impossible_watch",
                             // "conflicting_event_id"
  std::string subject_type;  // "video" or "user"
  std::string subject;       // its id
  AlertState state{};
  TimeMs started_at{};  // event time
  TimeMs at{};          // event time of this notice
  double observed = 0;
  double baseline = 0;
  double threshold = 0;
  std::string unit;                        // of the three numbers, e.g. "likes/s"
  uint64_t distinct_users = 0;             // about; 0 where they are not counted (comment floods)
  uint64_t folded = 0;                     // repetitions folded into this notice
  std::vector<std::string> samples;        // event ids, at most 8
  std::string summary;                     // one sentence, English
  std::string action;                      // what to do, one sentence
  [[nodiscard]] std::string json() const;  // docs/formats/alert.schema.json
};

class AlertChannel {
 public:
  virtual ~AlertChannel() = default;
  // Must not block for long. One (id, state, folded) is one notice: after a restart it may come
  // again. An alert fires once with nothing folded, again when tenfold is folded, and resolves
  // once. Called by the sink's thread.
  virtual void send(const Alert& alert) = 0;
};

}  // namespace potik::monitor
