// What a viewer's last acts added, and the ring as it was before them.

#include "model/counted_acts.h"

#include <algorithm>

#include "base/stored_numbers.h"

namespace potik::model {
namespace {

constexpr size_t kSmallest = 8;

bool has(const CountedAct& act, CountedMark mark) { return (act.marks & mark) != 0; }

void clear_flags(Watched& entry, unsigned flags) { entry.flags &= static_cast<uint8_t>(~flags); }

// The ring as it stood before the act.
void undo(std::vector<Watched>& ring, const CountedAct& act) {
  const auto entry = std::ranges::find(ring, act.video, &Watched::video);
  if (entry == ring.end()) return;
  if (act.depth == CountedAct::kNew) {
    ring.erase(entry);
    return;
  }
  if (has(act, kCountedWins)) clear_flags(*entry, kPositive);
  if (has(act, kCountedDislikes)) clear_flags(*entry, kDisliked);
  if (act.type == event::EventType::video_liked) clear_flags(*entry, kLiked);
  if (act.depth == CountedAct::kStays || act.depth >= ring.size()) return;
  const auto place = ring.end() - 1 - act.depth;
  if (place < entry) std::rotate(place, entry, entry + 1);
}

void await_no_more(Taste& taste, const CountedAct& act) {
  if (act.type != event::EventType::video_shown) return;
  std::erase_if(taste.awaited, [&act](const Awaited& awaited) {
    return awaited.video == act.video && awaited.at == act.at;
  });
}

}  // namespace

uint8_t depth_of(const Taste& taste, const Watched* met, event::EventType type) {
  if (met == nullptr) return CountedAct::kNew;
  if (type == event::EventType::video_shown) return CountedAct::kStays;
  return static_cast<uint8_t>(&taste.ring.back() - met);
}

Act act_of(const CountedAct& counted) {
  return {.video = counted.video,
          .type = counted.type,
          .positive = has(counted, kCountedPositive),
          .skip = has(counted, kCountedSkip),
          .segment = counted.segment,
          .at = counted.at,
          .show = has(counted, kCountedShow),
          .meets = has(counted, kCountedMeets),
          .wins = has(counted, kCountedWins),
          .recent = {}};
}

// Looks for expired ones where the list would grow, so that quiet viewers' lists stay short.
void CountedActs::add(const CountedAct& act, int64_t window_ms) {
  const size_t size = acts_.size();
  if (size == kMax || (size >= kSmallest && (size & (size - 1)) == 0)) {
    const TimeMs oldest = plus_ms(act.at, -window_ms);
    const auto fresh =
        std::ranges::find_if(acts_, [oldest](const CountedAct& kept) { return kept.at >= oldest; });
    const auto least = acts_.begin() + (size == kMax ? static_cast<ptrdiff_t>(kMax / 4) : 0);
    acts_.erase(acts_.begin(), std::max(fresh, least));
  }
  // No more than the limit, by which memory is declared.
  if (acts_.size() == acts_.capacity())
    acts_.reserve(std::clamp(2 * acts_.size(), kSmallest, kMax));
  acts_.push_back(act);
}

bool CountedActs::mark_not_counted(VideoHandle video, event::EventType type, TimeMs at) {
  const auto found = std::find_if(acts_.rbegin(), acts_.rend(), [&](const CountedAct& act) {
    return act.video == video && act.type == type && act.at == at && !has(act, kNotCounted);
  });
  if (found == acts_.rend()) return false;
  found->marks |= kNotCounted;
  return true;
}

size_t CountedActs::since(TimeMs since) const {
  const auto first =
      std::ranges::find_if(acts_, [since](const CountedAct& act) { return act.at >= since; });
  return static_cast<size_t>(acts_.end() - first);
}

void CountedActs::take_back(Taste& taste, TimeMs since, const OnTaken& on_taken) {
  for (size_t left = this->since(since); left > 0; --left) {
    const CountedAct act = acts_.back();
    acts_.pop_back();
    if (!has(act, kNotCounted)) on_taken(act, taste.ring);
    undo(taste.ring, act);
    await_no_more(taste, act);
  }
}

void CountedActs::save(ByteWriter& out) const {
  out.put(static_cast<uint8_t>(acts_.size()));
  for (const CountedAct& act : acts_) {
    out.put(act.video.value());
    out.put(static_cast<uint8_t>(act.type));
    out.put(act.marks);
    out.put(act.segment);
    out.put(act.depth);
    out.put(act.at.value());
  }
}

bool CountedActs::load(ByteReader& in) {
  const size_t size = in.get<uint8_t>();
  if (!in.ok() || size > kMax) return false;
  acts_.resize(size);
  for (CountedAct& act : acts_) {
    act.video = VideoHandle(in.get<uint32_t>());
    const auto type = in.get<uint8_t>();
    if (type >= event::kEventTypes) return false;
    act.type = static_cast<event::EventType>(type);
    act.marks = in.get<uint8_t>();
    act.segment = in.get<uint8_t>();
    act.depth = in.get<uint8_t>();
    act.at = TimeMs(get_ms(in));
    if (act.segment >= kSegmentsMax) return false;
  }
  return in.ok();
}

}  // namespace potik::model
