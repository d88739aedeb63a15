// Any records are refused as a snapshot of the video table, or make a table that lives on, and that
// saves and loads to the same.
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/fuzz.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

using fuzz::require;

constexpr uint32_t kVideosMax = 32;
using Records = std::vector<std::pair<std::string, std::string>>;

// The form of an input: key and value, each with its length, again and again.
Records records_of(std::string_view bytes) {
  ByteReader in(bytes);
  Records records;
  while (in.ok() && in.left() > 0) {
    std::string key(in.text());
    records.emplace_back(std::move(key), std::string(in.text()));
  }
  return records;
}

std::string input_of(const std::vector<state::Change>& changes) {
  std::string bytes;
  ByteWriter out(bytes);
  for (const state::Change& change : changes) {
    out.text(change.key);
    out.text(*change.value);
  }
  return bytes;
}

std::unique_ptr<VideoTable> table_of(const Records& records) {
  auto table = std::make_unique<VideoTable>(
      VideoTableOptions{.videos_max = kVideosMax, .unlisted_max = kVideosMax, .momentum = {}});
  for (const auto& [key, value] : records) {
    if (!table->load(state::Section::videos, key, value)) return nullptr;
  }
  require(table->size() <= kVideosMax, "a table keeps to its limit");
  if (!table->finish_load()) return nullptr;
  return table;
}

// Everything about each video but its version, as bytes.
std::string seen(const VideoTable& table) {
  std::string bytes;
  ByteWriter out(bytes);
  for (uint32_t i = 1; i <= table.size(); ++i) {
    const VideoHandle video(i);
    const VideoStats& stats = table.at(video);
    require(table.find(table.id(video), hash64(table.id(video))) == video, "a video is found");
    out.text(table.id(video));
    for (const uint32_t n : {stats.impressions, stats.plays, stats.positives, stats.skips,
                             stats.likes, stats.comments, stats.author, stats.tags[0]})
      out.put(n);
    out.put(stats.deleted);
    out.put(stats.trend.value);
    out.put(stats.trend.at.value());
    out.put(stats.pairs);
    out.put(stats.neighbour_scale);
    for (const Neighbour& neighbour : row_of(table, video)) {
      require(neighbour.video != kNoVideo && neighbour.video.value() <= table.size(),
              "a neighbour is a video");
      out.put(neighbour.video.value());
      out.put(neighbour.weight);
      out.put(neighbour.liked);
    }
    if (const event::VideoMetadata* metadata = table.metadata(video)) out.text(metadata->json);
  }
  return bytes;
}

// Touches every video, which makes the table save it. What only acts touch stays as it was loaded.
std::string saved_anew(VideoTable& table, const Records& loaded) {
  for (uint32_t i = 1; i <= table.size(); ++i) {
    const VideoHandle video(i);
    // Four thousand million versions are not put.
    if (table.at(video).version == std::numeric_limits<uint32_t>::max()) continue;
    const event::VideoMetadata* metadata = table.metadata(video);
    if (metadata != nullptr) {
      table.put(video, event::VideoMetadata(*metadata), table.now());
    } else {
      table.erase(video);
    }
  }
  std::vector<state::Change> changes;
  table.collect_changes(changes);
  std::map<std::string, std::string> kept(loaded.begin(), loaded.end());
  for (const auto& [key, value] : loaded) kept[key] = value;
  for (state::Change& change : changes) kept[change.key] = std::move(*change.value);
  std::vector<state::Change> all;
  for (auto& [key, value] : kept) all.push_back({state::Section::videos, KeyGroup(0), key, value});
  return input_of(all);
}

// An epoch over all videos, as they were found.
void live(VideoTable& table) {
  std::vector<VideoHandle> recent;
  std::vector<Act> acts;
  for (uint32_t i = 1; i <= table.size(); ++i) recent.emplace_back(i);
  for (const VideoHandle video : recent) {
    acts.push_back(meet(video, recent, kTestStart, true));
    acts.back().segment = 1;
  }
  live_epoch(table, acts);
}

}  // namespace
}  // namespace potik::model

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  using namespace potik::model;          // NOLINT(google-build-using-namespace)
  Material material;
  for (const uint32_t count : {1U, 2U, 7U}) {
    VideoTable table(
        VideoTableOptions{.videos_max = kVideosMax, .unlisted_max = kVideosMax, .momentum = {}});
    const uint16_t segment = table.intern_segment("s");
    std::vector<VideoHandle> recent;
    std::vector<Act> acts;
    for (uint32_t i = 0; i < count; ++i)
      recent.push_back(i % 3 == 2 ? intern(table, std::to_string(i))
                                  : put(table, std::to_string(i), {.author = "a", .tags = {"t"}}));
    for (const VideoHandle video : recent) {
      acts.push_back(meet(video, recent, kTestStart, true));
      acts.back().segment = segment;
    }
    live_epoch(table, acts);
    std::vector<state::Change> changes;
    table.collect_changes(changes);
    material.examples.push_back(input_of(changes));
  }
  material.pieces = {"\0"s,
                     "\xff\xff\xff\xff"s,
                     "\0\0\0\0"s,
                     "\1\0\0\0"s,
                     "\0\0\0\2"s,
                     "\5\0\0\0s"s,
                     "\0\0\xc0\x7f"s,
                     "\x80\xff"s,
                     "\0\0\x80\xff"s,
                     "\xff\xff\xff\xff\xff\xff\xff\x7f"s,
                     "\0\0\0\0\0\0\0\x80"s};
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace potik::model;  // NOLINT(google-build-using-namespace)
  const auto records = records_of({reinterpret_cast<const char*>(data), size});
  const auto table = table_of(records);
  if (!table) return 0;
  const std::string again = saved_anew(*table, records);
  const auto other = table_of(records_of(again));
  potik::fuzz::require(other != nullptr, "what a table saves is loaded");
  potik::fuzz::require(seen(*other) == seen(*table), "and makes the same table");
  live(*table);
  return 0;
}
