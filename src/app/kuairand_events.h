#pragma once
// The events that KuaiRand rows stand for. Threads: one owner. Cost: a hash and an encoding each.

#include <string>
#include <string_view>

#include "base/hash.h"
#include "event/event.h"

namespace potik::app {

// A digest as a UUID of version 8 (RFC 9562, "custom"): 122 bits of it, lower case.
[[nodiscard]] std::string uuid_of(Digest digest);

// Builds events that share an origin: one CSV row, or one exposure of the history.
class KuairandEvents {
 public:
  // `origin` is what the event ids are hashed from, with the type; the events are about `user` and
  // `video`.
  void begin(std::string_view origin, std::string_view user, std::string_view video, TimeMs time);
  // The JSON of one event of this origin, valid until the next call. watch_ms and duration_ms may
  // be kAbsent.
  [[nodiscard]] std::string_view event(event::EventType type, int32_t watch_ms,
                                       int32_t duration_ms);
  [[nodiscard]] std::string_view event(event::EventType type) {
    return event(type, event::kAbsent, event::kAbsent);
  }

 private:
  std::string origin_;
  size_t origin_bytes_ = 0;
  std::string_view user_;
  std::string_view video_;
  TimeMs time_;
  std::string json_;
};

}  // namespace potik::app
