#pragma once
// The video side of the model: metadata the model needs, decayed counters, co-watch neighbours,
// lists of the popular and the new. Written in the video pass only, read by everyone else; together
// with the ranker it is the model version of an epoch.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/flat_map.h"
#include "base/ids.h"
#include "event/event.h"
#include "event/reference.h"
#include "model/video_stats.h"
#include "state/snapshot_store.h"

namespace potik::model {

inline constexpr size_t kNeighboursMax = 2048;  // per video; VideoTableOptions may ask for fewer
inline constexpr size_t kNeighboursAtLeast = 32;
inline constexpr size_t kPopularMax = 256;  // in the overall list
inline constexpr size_t kSegmentsMax =
    64;  // segments with a list of their own; further ones share 0
inline constexpr size_t kSegmentPopularMax = 64;
inline constexpr size_t kFreshMax = 256;        // newest videos remembered as candidates
inline constexpr size_t kAuthorVideosMax = 64;  // newest per author
inline constexpr size_t kTagVideosMax = 64;     // most popular, then newest, per tag
inline constexpr uint32_t kFairChance =
    50;  // impressions, or plays, after which a video is no longer fresh

// Another video of the viewer of an act.
struct Met {
  VideoHandle video{};
  bool positive = false;
};

// One act as the video pass sees it. `recent` are the viewer's other videos, newest first, that
// pair with this one (non-empty only where the viewer meets it, or first likes it).
struct Act {
  VideoHandle video{};
  event::EventType type{};
  bool positive = false;  // judged: a long watch, or a like
  bool skip = false;      // judged
  uint16_t segment = 0;   // slot of the viewer's segment, 0 for none
  TimeMs at{};
  bool show = false;   // one more time before a viewer's eyes
  bool meets = false;  // the viewer meets the video for the first time
  bool wins = false;   // it becomes a positive of this viewer's
  std::span<const Met> recent;
};

struct VideoTableOptions {
  uint32_t videos_max = 200'000;    // handles that may be held; further videos get no handle
  uint32_t unlisted_max = 100'000;  // of these, at most this many without metadata
  double cowatch_half_life_ms = 4 * 24 * kHourMs;
  uint32_t neighbours_max = 2'048;         // per video, at most kNeighboursMax
  uint64_t neighbours_total = 12'000'000;  // beyond it rows of kNeighboursAtLeast grow no longer
  MomentumWeights momentum;
};

// Threads: intern/put/erase/finish_epoch/load belong to the serial parts of an epoch; count and
// link may run on many threads at once, each for the key groups it owns; const methods by anyone
// while none of these run.
class VideoTable {
 public:
  explicit VideoTable(VideoTableOptions options);
  ~VideoTable();
  VideoTable(const VideoTable&) = delete;
  VideoTable& operator=(const VideoTable&) = delete;

  // kNoVideo if never seen. `hash` is hash64(id). About 20 ns.
  [[nodiscard]] VideoHandle find(std::string_view id, uint64_t hash) const;
  // Gives the next dense handle to a new id; kNoVideo if there is no room. `created` says whether
  // it is new. With `described` (a put() must follow) the limit of videos without metadata does not
  // count.
  VideoHandle intern(std::string_view id, uint64_t hash, bool& created, bool described = false);
  // Sets metadata (a version of its own). The handle must exist.
  void put(VideoHandle video, const event::VideoMetadata& metadata, TimeMs now);
  // Marks deleted (a version of its own): never recommended again until put again. Counters stay.
  void erase(VideoHandle video);

  [[nodiscard]] const VideoStats& at(VideoHandle video) const;
  // May be recommended: not deleted, and has metadata, or was played while no video has any.
  [[nodiscard]] bool is_listed(VideoHandle video) const;
  [[nodiscard]] std::string_view id(VideoHandle video) const;
  [[nodiscard]] const event::VideoMetadata* metadata(VideoHandle video) const;  // null: none
  [[nodiscard]] uint32_t size() const;  // handles are 1..size()

  // Segment name to slot 1..kSegmentsMax-1 in order of first sight (serial part); 0 for empty and
  // for those beyond.
  uint16_t intern_segment(std::string_view name);
  [[nodiscard]] uint16_t find_segment(std::string_view name) const;

  // Video pass, by the owner of the video's key group, in the order of the acts: counters and
  // rates.
  void count(const Act& act);
  // Video pass, after every count() of the epoch: the pair (act.video, r) for each r of act.recent,
  // in the row of each video whose key group satisfies `owned` (index by key group). Call for every
  // act, on every thread.
  void link(const Act& act, std::span<const uint8_t> owned);
  // The opposites of count() and link(), for an act that they were called with in this or an
  // earlier epoch, each at the place of its own in the order of the video pass. Exact but for
  // rounding, except that a full row has let its weakest go, and that a like that was taken back
  // by its viewer when there was none leaves one too many.
  void take_back(const Act& act);
  void unlink(const Act& act, std::span<const uint8_t> owned);
  // Serial, after link: folds what changed into the lists of the popular and the new.
  void finish_epoch(TimeMs now);

  // Candidates, best first. Scores of popular(): decayed positives, comparable within one list
  // only.
  [[nodiscard]] std::span<const VideoHandle> popular() const;
  [[nodiscard]] std::span<const VideoHandle> popular_in(uint16_t segment) const;
  [[nodiscard]] std::span<const VideoHandle> fresh()
      const;  // newest first, none that has had its fair chance
  [[nodiscard]] std::span<const VideoHandle> by_author(uint32_t author) const;  // newest first
  [[nodiscard]] std::span<const VideoHandle> by_tag(
      uint32_t tag) const;  // most popular first, then newest
  [[nodiscard]] std::span<const Neighbour> neighbours(
      VideoHandle video) const;  // in no order; free places name no video
  // What a weight of the row is multiplied by to be in today's pairs, less the more viewers met
  // `from`.
  [[nodiscard]] float row_factor(const VideoStats& from) const;
  // Cosine-like strength of the pair from row `from`, in [0, 1].
  [[nodiscard]] float strength(const VideoStats& from, const Neighbour& neighbour) const;
  [[nodiscard]] const Prior& prior(VideoHandle video) const;
  // Newest event time counted; what decays are read at.
  [[nodiscard]] TimeMs now() const;

  // Serialises everything changed since the last call, and forgets what was dirty. Keys are stable.
  void collect_changes(std::vector<state::Change>& out);
  // One record of a snapshot; false if it cannot be read. After the last call finish_load(): false
  // if the records do not make a table, as where one is missing or names a video that there is not.
  [[nodiscard]] bool load(state::Section section, std::string_view key, std::string_view value);
  [[nodiscard]] bool finish_load();
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::model
