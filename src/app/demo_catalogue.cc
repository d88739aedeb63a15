#include "app/demo_catalogue.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"
#include "base/time_text.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

constexpr std::string_view kPublished = "published_at";
constexpr int64_t kNewestAgeMs = 3'600'000;

struct Video {
  std::string id;
  event::JsonObject metadata;
};

Result<std::vector<Video>, std::string> read_videos(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{path + " cannot be read; make the demo with tools/make-demo first"};
  std::vector<Video> videos;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    auto object = event::JsonObject::parse(line);
    auto id = object ? object->text("video_id") : std::nullopt;
    if (!id) return Error{path + ":" + std::to_string(videos.size() + 1) + " has no video_id"};
    videos.push_back({std::move(*id), std::move(*object)});
  }
  return videos;
}

std::optional<TimeMs> published(const Video& video) {
  return parse_rfc3339(video.metadata.text(kPublished).value_or(""));
}

std::string moved(const Video& video, int64_t by_ms) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  for (const std::string& name : video.metadata.names()) {
    const auto date = name == kPublished ? published(video) : std::nullopt;
    json.key(name);
    if (date) {
      json.value(format_rfc3339(plus_ms(*date, by_ms)));
    } else {
      json.raw(*video.metadata.raw(name));
    }
  }
  json.end_object();
  return out;
}

std::vector<VideoChange> as_of(const std::vector<Video>& videos, TimeMs now) {
  std::optional<TimeMs> newest;
  for (const Video& video : videos) {
    const auto date = published(video);
    if (date && (!newest || *date > *newest)) newest = date;
  }
  const int64_t by_ms = newest ? ms_between(*newest, now) - kNewestAgeMs : 0;
  std::vector<VideoChange> changes;
  changes.reserve(videos.size());
  for (const Video& video : videos) changes.push_back({video.id, moved(video, by_ms)});
  return changes;
}

}  // namespace

Status<std::string> load_demo_catalogue(const std::string& dir, CatalogueWriter& catalogue,
                                        TimeMs now, std::ostream& notes) {
  const auto known = catalogue.videos_known();
  if (!known) return catalogue.ended();
  if (*known != 0) {
    notes << "the server knows " << *known << " videos already; the catalogue of " << dir
          << " is not loaded\n";
    return Ok{};
  }
  auto videos = read_videos(dir + "/videos.ndjson");
  if (!videos) return Error{videos.error()};
  return catalogue.write(as_of(*videos, now));
}

}  // namespace potik::app
