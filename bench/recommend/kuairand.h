#pragma once
// Real traffic for measuring the model: the KuaiRand files as acts in order of time, without the
// rest of Potik. Finds them in POTIK_KUAIRAND_DIR, else in ../shared/data/kuairand. For benches and
// tests only; throws nothing, reads once.

#include <optional>
#include <string>
#include <vector>

#include "event/event.h"
#include "event/reference.h"

namespace potik::bench {

struct TrafficVideo {
  event::VideoMetadata metadata;
};

struct TrafficUser {
  std::string id;
  std::string segment;
};

// Index into users and videos rather than ids.
struct TrafficAct {
  TimeMs at{};
  uint32_t user = 0;
  uint32_t video = 0;
  event::EventType type{};
  int32_t watch_ms = 0;
  int32_t duration_ms = 0;
  uint32_t request = 0;  // the same for an exposure and what followed it; 0 in the history
  uint32_t surface = 0;  // the data's tab, from 1; 0 in the history
  bool history = false;
  bool positive = false;  // of an exposure: watched long or liked, as it turned out
};

struct Traffic {
  std::vector<TrafficVideo> videos;
  std::vector<TrafficUser> users;
  std::vector<TrafficAct> acts;
};

// Empty where the data is not there.
[[nodiscard]] std::optional<Traffic> read_kuairand();

}  // namespace potik::bench
