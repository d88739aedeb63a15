#pragma once
// The inside of VideoTable, shared by its parts: identity and metadata (video_table.cc), counters
// (video_counters.cc), co-watch rows (video_neighbours.cc), lists (video_lists.cc), priors
// (video_priors.cc), snapshot (video_snapshot.cc).

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/flat_map.h"
#include "base/key_group.h"
#include "model/top_list.h"
#include "model/video_table.h"

namespace potik::model {

// Marks of a slot; set by the owner of its key group.
enum SlotMark : uint8_t {
  kTouched = 1U << 0U,      // in Group::touched
  kUnsaved = 1U << 1U,      // in Group::unsaved
  kNewlyListed = 1U << 2U,  // became listed in count(); lists do not know it yet
  kDescribe = 1U << 3U,     // the metadata record too is unsaved
  kLowered = 1U << 4U,      // something was taken back: places in lists may have to fall
};

struct alignas(64) Slot {
  uint8_t marks = 0;
  VideoStats stats;
  std::string id;
  std::unique_ptr<event::VideoMetadata> metadata;
  TimeMs fresh_at{};  // published, or first described where that is unknown or ahead
};

// A positive that counts in a segment, kept until the serial part of the epoch.
struct SegmentHit {
  VideoHandle video{};
  uint16_t segment = 0;
  TimeMs at{};
};

// Sums over all videos.
struct Totals {
  uint64_t pairs = 0;
  Pulse shows;
  Decayed pairs_now;
  Decayed liked_now;
  Decayed trend;
  void add(const Totals& more, double cowatch_half_life_ms);
  void take(const Act& act, double cowatch_half_life_ms);
};

// What the owner of one key group writes during count() and link(). A cache line apart from its
// neighbours.
struct alignas(64) Group {
  std::vector<VideoHandle> touched;  // counted in this epoch
  std::vector<VideoHandle> unsaved;  // changed since the last snapshot
  std::vector<SegmentHit> hits;
  std::vector<Act> taken;  // back, in this epoch; without what they paired with
  TimeMs now{};
  Totals met;               // in this epoch
  uint64_t neighbours = 0;  // in all rows
};

// Videos counted in one segment, ascending by handle, pruned to the strongest half at
// kSegmentCountsMax.
inline constexpr size_t kSegmentCountsMax = 1024;
struct SegmentCount {
  VideoHandle video{};
  Decayed trend;
};
struct Segment {
  std::string name;
  std::vector<SegmentCount> counts;
  TopList top{kSegmentPopularMax, 2 * kSegmentPopularMax};
  bool unsaved = false;
};

struct Tag {
  std::vector<VideoHandle> members;  // all listed ones, ascending
  TopList top{kTagVideosMax, 2 * kTagVideosMax};
};

inline constexpr float kShrinkPairs =
    10;  // so many pairs are added to both norms of a cosine: a single one proves little

struct VideoTable::Impl {
  explicit Impl(VideoTableOptions table_options);

  [[nodiscard]] Slot& slot(VideoHandle video) { return slots[video.value()]; }
  [[nodiscard]] const Slot& slot(VideoHandle video) const { return slots[video.value()]; }
  [[nodiscard]] Group& group_of(const Slot& owner) { return groups[owner.stats.key_group.value()]; }
  void mark_unsaved(Slot& changed);
  void touch(Slot& changed);  // in this epoch; unsaved too

  // video_table.cc
  void add_id(VideoHandle video, uint64_t hash);
  void describe(Slot& changed, const event::VideoMetadata& metadata, TimeMs now);
  void draw_from_metadata(Slot& changed);
  void relist(Slot& changed);  // listed or not, by the rule, and in the lists accordingly
  [[nodiscard]] bool may_be_listed(const VideoStats& stats) const;
  [[nodiscard]] bool is_listed(const Slot& slot) const {
    return listed[slot.stats.handle.value()] != 0;
  }

  // video_lists.cc
  void enlist(const Slot& newly);
  void delist(const Slot& unlisted);
  [[nodiscard]] bool is_fresh(const Slot& slot) const;
  void offer(const Slot& touched);
  void lower(Slot& touched);
  void count_in_segment(const SegmentHit& hit);
  void take_from_segment(const Act& act);
  void fold_group(Group& group, TimeMs bound);
  void refill_short_lists();
  void refill_popular();
  void refill_fresh();
  void refill_tag(Tag& tag);
  void refill_segment(Segment& segment);
  void prune_segment(Segment& segment);
  void rebuild_lists();

  // video_snapshot.cc
  [[nodiscard]] bool load_sums(ByteReader& in);
  [[nodiscard]] bool load_video(VideoHandle video, uint8_t format, bool metadata, ByteReader& in);
  [[nodiscard]] bool load_segment(uint32_t number, ByteReader& in);
  [[nodiscard]] bool is_video(VideoHandle video) const;
  [[nodiscard]] bool refers_to_videos(const Slot& loaded) const;
  [[nodiscard]] bool is_whole(const Segment& segment) const;

  // video_neighbours.cc
  template <class Visit>
  void for_each_pair(const Act& act, std::span<const uint8_t> owned, Visit visit);
  void add_neighbour(Slot& from, Neighbour met, int32_t scale);
  void take_neighbour(Slot& from, Neighbour met, int32_t scale);
  [[nodiscard]] size_t row_max(const Group& group, size_t count) const;
  void update_growth();

  // video_priors.cc
  [[nodiscard]] Prior prior_of(const VideoStats& stats) const;
  void refresh_priors();
  void rebuild_priors();

  VideoTableOptions options;
  std::vector<Slot>
      slots;  // by handle; the first is nobody's. Reserved in full: references stay valid
  IntMap<VideoHandle> handles;  // by hash64(id), probed onwards where two ids share a hash
  std::vector<Group> groups;
  uint32_t described = 0;  // videos that ever had metadata
  TimeMs now{};
  float growth_now = 1;  // weight of a pair met at `now`, in scale_now
  int32_t scale_now = 0;
  bool now_unsaved = false;
  Totals totals;
  // Of the last refresh, which all priors are relative to.
  Totals reference;
  TimeMs reference_at{};
  // By handle, apart from the slots, because a list asks for thousands.
  std::vector<Prior> priors;
  std::vector<uint8_t> listed;  // 1: is_listed()

  TopList popular{kPopularMax, 2 * kPopularMax};
  TopList fresh{kFreshMax, 4 * kFreshMax};
  std::vector<Segment> segments;  // by slot; 0 is nobody's
  TextMap<uint16_t> segment_slots;
  IntMap<std::vector<VideoHandle>> authors;  // listed ones, newest first
  IntMap<Tag> tags;
};

}  // namespace potik::model
