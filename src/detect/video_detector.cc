#include "detect/video_detector.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "base/elementary.h"
#include "base/hash.h"
#include "base/stored_numbers.h"
#include "detect/verdict.h"

namespace potik::detect {

namespace {

constexpr uint32_t kBitmapBits = 128;
// Beyond this a bitmap of 128 bits is too full to count with; "at least so many" is all it says.
constexpr uint32_t kDistinctMax = 400;

uint32_t distinct_users(const VideoTrace& trace) {
  const int set = std::popcount(trace.users[0] | trace.users[2]) +
                  std::popcount(trace.users[1] | trace.users[3]);
  const double empty = static_cast<double>(kBitmapBits) - set;
  if (empty < 1) return kDistinctMax;
  const double estimate =
      kBitmapBits * std::numbers::ln2 * log2_of(static_cast<float>(kBitmapBits / empty));
  return std::min(kDistinctMax, static_cast<uint32_t>(std::lround(estimate)));
}

size_t index_of(int64_t slot) {
  constexpr auto kSlots = static_cast<int64_t>(VideoTrace::kSlots);
  return static_cast<size_t>(((slot % kSlots) + kSlots) % kSlots);
}

int64_t window_of(int64_t slot) { return slot / static_cast<int64_t>(VideoTrace::kSlots); }

}  // namespace

void VideoTrace::save(ByteWriter& out) const {
  out.put(newest_slot);
  for (const uint32_t n : likes) out.put(n);
  for (const uint32_t n : flagged) out.put(n);
  for (const uint32_t n : plays) out.put(n);
  for (const uint64_t word : users) out.put(word);
  out.put(baseline);
  out.put(baseline_at_ms);
  all_comments.save(out);
  comments.save(out);
}

bool VideoTrace::load(ByteReader& in) {
  newest_slot = get_ms(in);  // below the time it stands for
  for (uint32_t& n : likes) n = in.get<uint32_t>();
  for (uint32_t& n : flagged) n = in.get<uint32_t>();
  for (uint32_t& n : plays) n = in.get<uint32_t>();
  for (uint64_t& word : users) word = in.get<uint64_t>();
  baseline = get_finite<double>(in);
  baseline_at_ms = get_ms(in);
  all_comments.load(in);
  active = true;
  return comments.load(in) && in.ok();
}

size_t VideoTrace::memory_bytes() const { return sizeof(*this) + comments.memory_bytes(); }

int64_t VideoDetector::slot_of(TimeMs at) const {
  return at.value() / std::max<int64_t>(1, options_.burst_window_ms / int64_t{VideoTrace::kSlots});
}

// Moves the window so that `slot` is its newest; what leaves it goes into the baseline, an
// exponential-kernel estimate of the rate: each like adds ln 2 / half-life, halved every half-life.
void VideoDetector::advance(VideoTrace& trace, int64_t slot) const {
  trace.active = true;
  if (slot <= trace.newest_slot) return;
  const int64_t slot_ms =
      std::max<int64_t>(1, options_.burst_window_ms / int64_t{VideoTrace::kSlots});
  const double per_like = std::numbers::ln2 / (options_.baseline_half_life_ms / 1000.0);
  const int64_t moved = std::min(slot - trace.newest_slot, int64_t{VideoTrace::kSlots});
  for (int64_t step = 1; step <= moved; ++step) {
    const int64_t leaving = trace.newest_slot + step - int64_t{VideoTrace::kSlots};
    const size_t index = index_of(leaving);
    const uint32_t innocent =
        trace.likes[index] - std::min(trace.likes[index], trace.flagged[index]);
    if (innocent > 0) {
      const int64_t ended_ms = (leaving + 1) * slot_ms;
      const double age = static_cast<double>(std::max<int64_t>(0, ended_ms - trace.baseline_at_ms));
      trace.baseline =
          trace.baseline * exp2_of(-age / options_.baseline_half_life_ms) + innocent * per_like;
      trace.baseline_at_ms = ended_ms;
    }
    trace.likes[index] = trace.flagged[index] = trace.plays[index] = 0;
  }
  const int64_t windows = window_of(slot) - window_of(trace.newest_slot);
  if (windows > 0) {
    trace.users[2] = windows == 1 ? trace.users[0] : 0;
    trace.users[3] = windows == 1 ? trace.users[1] : 0;
    trace.users[0] = trace.users[1] = 0;
  }
  trace.newest_slot = slot;
}

uint8_t VideoDetector::inspect(VideoTrace& trace, std::string_view video_id, UserHandle user,
                               event::EventType type, TimeMs at, uint32_t text_hash,
                               std::string_view event_id, uint8_t verdict,
                               std::vector<Signal>& signals) const {
  Signal signal;
  bool found = false;
  switch (type) {
    case event::EventType::video_played: {
      const int64_t slot = slot_of(at);
      advance(trace, slot);
      if (slot > trace.newest_slot - int64_t{VideoTrace::kSlots}) ++trace.plays[index_of(slot)];
      return 0;
    }
    case event::EventType::video_liked:
      found = like(trace, user, at, verdict != 0, signal);
      break;
    case event::EventType::comment_posted:
      found = comment(trace, at, text_hash, signal);
      break;
    default:
      return 0;
  }
  if (!found) return 0;
  signal.subject = video_id;
  signal.subject_is_video = true;
  signal.at = at;
  signal.sample = event_id;
  signals.push_back(signal);
  return verdict_bit(signal.kind);
}

bool VideoDetector::like(VideoTrace& trace, UserHandle user, TimeMs at, bool flagged,
                         Signal& signal) const {
  const int64_t slot = slot_of(at);
  advance(trace, slot);
  if (slot <= trace.newest_slot - int64_t{VideoTrace::kSlots}) return false;
  ++trace.likes[index_of(slot)];
  const uint64_t bit = mix64(user.value()) % kBitmapBits;
  trace.users[bit / 64] |= uint64_t{1} << (bit % 64);
  const bool found = burst(trace, signal);
  if (found || flagged) ++trace.flagged[index_of(slot)];
  return found;
}

// Looks at the last 1, 2, ... kSlots slots: a short attack stands out in a short span even where
// the video is played so much that the whole window hides it.
bool VideoDetector::burst(const VideoTrace& trace, Signal& signal) const {
  const double slot_s = static_cast<double>(options_.burst_window_ms) / 1000.0 / VideoTrace::kSlots;
  double likes = 0;
  double plays = 0;
  for (size_t span = 1; span <= VideoTrace::kSlots; ++span) {
    const size_t index = index_of(trace.newest_slot - static_cast<int64_t>(span) + 1);
    likes += trace.likes[index];
    plays += trace.plays[index];
    if (likes < options_.burst_likes_min) continue;
    const double seconds = slot_s * static_cast<double>(span);
    const double quiet_ms = std::max(0.0, static_cast<double>(trace.newest_slot) * slot_s * 1000.0 -
                                              static_cast<double>(trace.baseline_at_ms));
    const double rate = trace.baseline * exp2_of(-quiet_ms / options_.baseline_half_life_ms);
    const double expected = rate * seconds;
    const double limit =
        std::max(options_.burst_likes_min, expected + options_.burst_factor * std::sqrt(expected));
    if (likes < limit) continue;
    const uint32_t users = distinct_users(trace);
    const bool unplayed = likes - expected > options_.likes_per_play_max * plays;
    const bool few = users < kDistinctMax && likes > options_.likes_per_user_max * users;
    if (!unplayed && !few) continue;
    signal.kind = SignalKind::like_burst;
    signal.observed = likes / seconds;
    signal.baseline = rate;
    signal.threshold = limit / seconds;
    signal.distinct_users = users;
    return true;
  }
  return false;
}

bool VideoDetector::comment(VideoTrace& trace, TimeMs at, uint32_t text_hash,
                            Signal& signal) const {
  trace.active = true;
  const uint32_t all = trace.all_comments.add(at.value(), options_.comment_window_ms);
  const uint32_t same = trace.comments.add(text_hash, at.value(), options_.comment_window_ms);
  if (same <= options_.same_comment_max) return false;
  if (same < options_.same_comment_share_min * all) return false;
  signal.kind = SignalKind::comment_flood;
  signal.observed = same;
  signal.baseline = 1;
  signal.threshold = options_.same_comment_max;
  return true;
}

}  // namespace potik::detect
