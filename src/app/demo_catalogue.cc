#include "app/demo_catalogue.h"

#include <fstream>
#include <future>
#include <utility>

#include "event/json_object.h"

namespace potik::app {
namespace {

struct Video {
  std::string id;
  std::string json;
};

Result<std::vector<Video>, std::string> read_videos(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Error{path + " cannot be read; make the demo with tools/make-demo first"};
  std::vector<Video> videos;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty()) continue;
    const auto object = event::JsonObject::parse(line);
    const auto id = object ? object->text("video_id") : std::nullopt;
    if (!id) return Error{path + ":" + std::to_string(videos.size() + 1) + " has no video_id"};
    videos.push_back({*id, line});
  }
  return videos;
}

uint32_t videos_known(pipeline::Runner& runner) {
  std::promise<uint32_t> known;
  if (!runner.ask([&](pipeline::CoreView& view) { known.set_value(view.core.videos().size()); }))
    return 0;
  return known.get_future().get();
}

}  // namespace

Status<std::string> load_demo_catalogue(const std::string& dir, const Config& config,
                                        AllInOne& all) {
  if (videos_known(all.runner()) != 0) return Ok{};
  const auto videos = read_videos(dir + "/videos.ndjson");
  if (!videos) return Error{videos.error()};
  auto submission = std::make_unique<log::Submission>();
  for (const Video& video : *videos) {
    const Partition partition = config.log.layout().of(log::RecordKind::video_put, video.id);
    submission->records.push_back({partition, log::RecordKind::video_put, 0, video.id, video.json});
  }
  std::vector<pipeline::Runner::Position> positions;
  for (const auto& record : submission->records) positions.push_back({record.partition, Offset{0}});
  std::promise<bool> kept;
  const bool taken = all.commit().submit(
      std::move(submission), [&](Result<std::vector<Offset>, log::LogError> offsets) {
        for (size_t i = 0; offsets.ok() && i < positions.size(); ++i)
          positions[i].offset = (*offsets)[i];
        kept.set_value(offsets.ok());
      });
  if (!taken || !kept.get_future().get())
    return Error{std::string("the demo's videos could not be written to the log; check the disk")};
  std::promise<void> processed;
  if (all.runner().when_processed(std::move(positions), [&] { processed.set_value(); }))
    processed.get_future().wait();
  return Ok{};
}

}  // namespace potik::app
