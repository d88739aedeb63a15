#pragma once
// What simulated viewers watch: videos with a topic, a length and an appeal, read from the server's
// own catalogue or made up. A plain value.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace potik::app {

struct SimulatedVideo {
  std::string id;
  std::string json;         // its metadata, for a server that does not have it
  uint32_t topic = 0;       // index in topics
  int32_t duration_ms = 0;  // never 0: unknown lengths are taken as kUsualDurationMs
  double appeal = 0;        // -0.15 .. 0.15, added to every viewer's inclination
};

struct SimulatedCatalogue {
  static constexpr int32_t kUsualDurationMs = 15'000;
  std::vector<SimulatedVideo> videos;
  std::vector<std::string> topics;
};

// `count` videos over twelve topics; the same seed gives the same ones. `count` is at least 1.
[[nodiscard]] SimulatedCatalogue make_catalogue(uint64_t seed, uint32_t count,
                                                int64_t published_at_ms);

// Adds one video by its metadata (JSON as GET /v1/videos gives it); its first tag is its topic.
// False if it has no id.
bool add_video(SimulatedCatalogue& catalogue, std::string_view metadata_json, uint64_t seed);

}  // namespace potik::app
