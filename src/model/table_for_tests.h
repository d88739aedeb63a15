#pragma once
// A video table with a short way to fill it. For tests and benches.

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/key_group.h"
#include "model/video_table.h"

namespace potik::model {

inline const std::vector<uint8_t> kAllOwned(kKeyGroups, 1);
inline constexpr TimeMs kTestStart{1'700'000'000'000};

inline VideoHandle intern(VideoTable& table, std::string_view id, bool described = true) {
  bool created = false;
  return table.intern(id, hash64(id), created, described);
}

// The video's neighbours, by handle.
inline std::vector<Neighbour> row_of(const VideoTable& table, VideoHandle video) {
  std::vector<Neighbour> row;
  for (const Neighbour& neighbour : table.neighbours(video)) {
    if (neighbour.video != kNoVideo) row.push_back(neighbour);
  }
  std::ranges::sort(row, {}, &Neighbour::video);
  return row;
}

struct TestVideo {
  std::string_view author = "";
  std::vector<std::string> tags = {};
  TimeMs published_at = kTestStart;
};

inline VideoHandle put(VideoTable& table, std::string_view id, const TestVideo& video = {}) {
  const VideoHandle handle = intern(table, id);
  event::VideoMetadata metadata;
  metadata.video_id = id;
  metadata.author_id = video.author;
  metadata.tags = video.tags;
  metadata.duration_ms = 15'000;
  metadata.published_at = video.published_at;
  metadata.json = "{}";
  table.put(handle, metadata, kTestStart);
  return handle;
}

inline Act play(VideoHandle video, bool positive, TimeMs at, uint16_t segment = 0) {
  return {.video = video,
          .type = event::EventType::video_played,
          .positive = positive,
          .skip = false,
          .segment = segment,
          .at = at,
          .recent = {}};
}

// The viewer meets `video` after `others`, which are kept for as long as the program runs.
inline Act meet(VideoHandle video, const std::vector<VideoHandle>& others, TimeMs at,
                bool positive = false) {
  static std::deque<std::vector<Met>> kept;
  std::vector<Met>& met = kept.emplace_back();
  for (const VideoHandle other : others) met.push_back({other, positive});
  Act act = play(video, positive, at);
  act.meets = act.show = true;
  act.wins = positive;
  act.recent = met;
  return act;
}

// One epoch of the video pass on one thread.
inline void live_epoch(VideoTable& table, const std::vector<Act>& acts) {
  TimeMs newest = kTestStart;
  for (const Act& act : acts) {
    table.count(act);
    newest = std::max(newest, act.at);
  }
  for (const Act& act : acts) table.link(act, kAllOwned);
  table.finish_epoch(newest);
}

}  // namespace potik::model
