#pragma once
// CountedActs: what a viewer's last acts added to the model, so that it can be taken out again when
// the viewer turns out to be an attacker. 16 bytes an act; what it paired with is found again by
// undoing the viewer's ring step by step, newest act first. Part of the viewer's keyed state.
//
// Exact as long as the ring has not let go of a video that was among the newest: where a full ring
// of watched videos dropped an impression to make room, the pairs with that one stay.
//
// Threads: one owner. Cost: an act about 5 ns; taking back some microseconds.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "event/event.h"
#include "model/taste.h"
#include "model/video_table.h"

namespace potik::model {

enum CountedMark : uint8_t {
  kCountedPositive = 1U << 0U,  // of the act, as in Act
  kCountedSkip = 1U << 1U,
  kCountedShow = 1U << 2U,
  kCountedMeets = 1U << 3U,
  kCountedWins = 1U << 4U,
  kCountedDislikes = 1U << 5U,  // the first dislike of the video
  kCountedInFull = 1U << 6U,    // paired with all that the viewer had met
  kNotCounted = 1U << 7U,       // the video's detector held it back, or took it back
};

struct CountedAct {
  static constexpr uint8_t kNew = 255;    // the act brought the video into the ring
  static constexpr uint8_t kStays = 254;  // it moved nothing
  VideoHandle video{};
  event::EventType type{};
  uint8_t marks = 0;
  uint8_t segment = 0;
  uint8_t depth = kStays;  // places from the ring's newest where the video stood before
  TimeMs at{};
};
static_assert(kRingMax < CountedAct::kStays);
static_assert(kSegmentsMax <= 256);

// Where the video stands in the ring ahead of an act of this type: a CountedAct's depth. `met` is
// the ring's entry, null if there is none.
[[nodiscard]] uint8_t depth_of(const Taste& taste, const Watched* met, event::EventType type);

// The act as the video table counted it, without what it paired with.
[[nodiscard]] Act act_of(const CountedAct& counted);

class CountedActs {
 public:
  // So few that what the ring has let go meanwhile was not among the newest.
  static constexpr size_t kMax = 48;

  // Of a full list the expired ones go, at least the oldest quarter.
  void add(const CountedAct& act, int64_t window_ms);
  // Nothing before this can be taken back any more.
  void clear() { acts_.clear(); }
  // The newest act of this kind, if it counts still, will not be taken back: it does not count.
  bool mark_not_counted(VideoHandle video, event::EventType type, TimeMs at);
  // How many take_back() would give.
  [[nodiscard]] size_t since(TimeMs since) const;

  // Takes out the acts from the first one at or after `since` on, newest first, and puts the ring
  // as it was before them. `on_taken` sees each that counts, with the ring as it stood behind it;
  // what was shown is awaited no more.
  using OnTaken = std::function<void(const CountedAct&, const std::vector<Watched>& ring)>;
  void take_back(Taste& taste, TimeMs since, const OnTaken& on_taken);

  [[nodiscard]] const std::vector<CountedAct>& acts() const { return acts_; }
  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const { return acts_.capacity() * sizeof(CountedAct); }

 private:
  std::vector<CountedAct> acts_;  // oldest first
};

}  // namespace potik::model
