#include "app/simulate_setup.h"

#include <algorithm>
#include <string_view>

#include "event/json_object.h"

namespace potik::app {

namespace {

constexpr std::string_view kNdjson = "application/x-ndjson";
constexpr uint32_t kLinesPerRequest = 2'000;
constexpr int kPageLimit = 200;

std::string failure(std::string_view what, const ServerAnswer& answer) {
  std::string text(what);
  text += answer.status == 0
              ? ": the server was not reached (" + answer.body +
                    "); start it with `potik serve`, or give its address with --url"
              : ": the server answered " + std::to_string(answer.status) + " " + answer.body;
  return text;
}

// One page into `catalogue`; the next position, or -1 after the last. The error is a sentence.
Result<int64_t, std::string> read_page(ServerConnection& server, int64_t after, uint64_t seed,
                                       SimulatedCatalogue& catalogue) {
  const std::string target =
      "/v1/videos?after=" + std::to_string(after) + "&limit=" + std::to_string(kPageLimit);
  const ServerAnswer answer = server.send("GET", target, "", "");
  if (answer.status != 200) return Error{failure("reading the catalogue", answer)};
  const auto page = event::JsonObject::parse(answer.body);
  if (!page) return Error{std::string("reading the catalogue: the answer is no JSON object")};
  const auto videos = event::json_array_elements(page->raw("videos").value_or("[]"));
  for (const std::string& video : videos.value_or(std::vector<std::string>{})) {
    add_video(catalogue, video, seed);
  }
  return page->integer("next").value_or(-1);
}

}  // namespace

Result<SimulatedCatalogue, std::string> read_catalogue(ServerConnection& server, uint64_t seed,
                                                       size_t videos_max) {
  SimulatedCatalogue catalogue;
  for (int64_t after = 0; after >= 0 && catalogue.videos.size() < videos_max;) {
    const auto next = read_page(server, after, seed, catalogue);
    if (!next) return Error{next.error()};
    if (*next >= 0 && *next <= after) break;
    after = *next;
  }
  return catalogue;
}

Result<SimulatedCatalogue, std::string> prepare_catalogue(ServerConnection& server, uint64_t seed,
                                                          uint32_t videos_if_empty, TimeMs now) {
  auto known = read_catalogue(server, seed, SIZE_MAX);
  if (!known || !known->videos.empty()) return known;
  SimulatedCatalogue catalogue;
  constexpr int64_t kDayMs = 86'400'000;
  catalogue = make_catalogue(seed, std::max(1U, videos_if_empty), now.value() - kDayMs);
  std::string lines;
  for (const SimulatedVideo& video : catalogue.videos) lines += video.json + "\n";
  const ServerAnswer answer = server.send("POST", "/v1/videos", kNdjson, lines);
  if (answer.status < 200 || answer.status > 299) {
    return Error{failure("putting a made-up catalogue", answer)};
  }
  return catalogue;
}

std::string introduce_viewers(ServerConnection& server, const SimulatedTraffic& traffic,
                              uint32_t viewers) {
  for (uint32_t first = 0; first < viewers; first += kLinesPerRequest) {
    std::string lines;
    const uint32_t end = std::min(viewers, first + kLinesPerRequest);
    for (uint32_t viewer = first; viewer < end; ++viewer) {
      lines += traffic.profile_json(viewer) + "\n";
    }
    const ServerAnswer answer = server.send("POST", "/v1/users", kNdjson, lines);
    if (answer.status < 200 || answer.status > 299) {
      return failure("introducing the viewers", answer);
    }
  }
  return {};
}

}  // namespace potik::app
