#include "app/demo_catalogue.h"

#include <chrono>
#include <fstream>
#include <future>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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

// What the future brings; nothing if a stop or the runner's failure came first. Then the promise is
// kept, if ever, when nobody waits any more: hence its holder is shared.
template <class T>
std::optional<T> wait_for(std::future<T> future, const pipeline::Runner& runner,
                          const std::stop_token& stop) {
  constexpr auto kLook = std::chrono::milliseconds(20);
  while (future.wait_for(kLook) != std::future_status::ready) {
    if (stop.stop_requested() || runner.failed()) return std::nullopt;
  }
  return future.get();
}

std::optional<uint32_t> videos_known(pipeline::Runner& runner, const std::stop_token& stop) {
  auto known = std::make_shared<std::promise<uint32_t>>();
  auto future = known->get_future();
  if (!runner.ask(
          [known](pipeline::CoreView& view) { known->set_value(view.core.videos().size()); }))
    return std::nullopt;
  return wait_for(std::move(future), runner, stop);
}

// Where the videos were written; none if they could not be.
using Positions = std::vector<pipeline::Runner::Position>;
std::future<Positions> append(const std::vector<Video>& videos, const log::Layout& layout,
                              log::GroupCommit& commit) {
  auto submission = std::make_unique<log::Submission>();
  Positions positions;
  for (const Video& video : videos) {
    const Partition partition = layout.of(log::RecordKind::video_put, video.id);
    submission->records.push_back({partition, log::RecordKind::video_put, 0, video.id, video.json});
    positions.push_back({partition, Offset{0}});
  }
  auto kept = std::make_shared<std::promise<Positions>>();
  auto future = kept->get_future();
  auto done = [kept, positions](const Result<std::vector<Offset>, log::LogError>& offsets) mutable {
    for (size_t i = 0; offsets.ok() && i < positions.size(); ++i)
      positions[i].offset = (*offsets)[i];
    kept->set_value(offsets.ok() ? std::move(positions) : Positions());
  };
  if (!commit.submit(std::move(submission), done)) kept->set_value({});
  return future;
}

// What has become of the loading when a wait ended early.
Status<std::string> ended(const pipeline::Runner& runner) {
  if (runner.failed()) return Error{runner.trouble()};
  return Ok{};
}

}  // namespace

Status<std::string> load_demo_catalogue(const std::string& dir, const log::Layout& layout,
                                        log::GroupCommit& commit, pipeline::Runner& runner,
                                        const std::stop_token& stop) {
  const auto known = videos_known(runner, stop);
  if (!known) return ended(runner);
  if (*known != 0) {
    std::cerr << "potik serve: the server knows " << *known << " videos already; the catalogue of "
              << dir << " is not loaded\n";
    return Ok{};
  }
  auto videos = read_videos(dir + "/videos.ndjson");
  if (!videos) return Error{videos.error()};
  if (videos->empty()) return Ok{};
  // Waited for to the end, which comes in any case: the records point into the videos.
  auto positions = append(*videos, layout, commit).get();
  if (positions.empty())
    return Error{std::string("the demo's videos could not be written to the log; check the disk")};
  auto processed = std::make_shared<std::promise<bool>>();
  auto future = processed->get_future();
  if (!runner.when_processed(std::move(positions), [processed] { processed->set_value(true); }))
    return ended(runner);
  if (!wait_for(std::move(future), runner, stop)) return ended(runner);
  return Ok{};
}

}  // namespace potik::app
