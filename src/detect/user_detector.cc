#include "detect/user_detector.h"

#include <algorithm>

#include "base/stored_numbers.h"
#include "detect/verdict.h"

namespace potik::detect {

void UserTrace::save(ByteWriter& out) const {
  out.put(watch_credit_ms);
  out.put(watch_unclaimed_ms);
  out.put(watch_at.value());
  out.put(static_cast<uint8_t>(likes.size()));
  for (const int64_t at : likes) out.put(at);
  comments.save(out);
}

bool UserTrace::load(ByteReader& in) {
  watch_credit_ms = get_ms(in);
  watch_unclaimed_ms = get_ms(in);
  watch_at = TimeMs(get_ms(in));
  const auto size = in.get<uint8_t>();
  if (size > kLikesMax) return false;
  likes.resize(size);
  for (int64_t& at : likes) at = get_ms(in);
  return comments.load(in) && in.ok() && std::ranges::is_sorted(likes);
}

size_t UserTrace::memory_bytes() const {
  return sizeof(*this) + likes.capacity() * sizeof(int64_t) + comments.memory_bytes();
}

uint8_t UserDetector::inspect(UserTrace& trace, std::string_view user_id, event::EventType type,
                              TimeMs at, int32_t watch_ms, int32_t duration_ms, uint32_t text_hash,
                              std::string_view event_id, std::vector<Signal>& signals) const {
  Signal signal;
  bool found = false;
  switch (type) {
    case event::EventType::video_liked:
      found = like(trace, at, signal);
      break;
    case event::EventType::comment_posted:
      found = comment(trace, at, text_hash, signal);
      break;
    case event::EventType::video_played:
      found = play(trace, at, watch_ms, duration_ms, signal);
      break;
    default:
      break;
  }
  if (!found) return 0;
  signal.subject = user_id;
  signal.at = at;
  signal.distinct_users = 1;
  signal.sample = event_id;
  signals.push_back(signal);
  return verdict_bit(signal.kind);
}

bool UserDetector::like(UserTrace& trace, TimeMs at, Signal& signal) const {
  auto& likes = trace.likes;
  const int64_t newest = likes.empty() ? at.value() : std::max(likes.back(), at.value());
  std::erase_if(likes, [&](int64_t t) { return t <= newest - options_.like_window_ms; });
  if (at.value() <= newest - options_.like_window_ms) return false;
  if (likes.size() == UserTrace::kLikesMax) likes.erase(likes.begin());
  likes.insert(std::ranges::upper_bound(likes, at.value()), at.value());

  const double window_s = static_cast<double>(options_.like_window_ms) / 1000.0;
  const double allowed = std::min(options_.likes_per_second_max * window_s,
                                  static_cast<double>(UserTrace::kLikesMax) - 1.0);
  if (static_cast<double>(likes.size()) <= allowed) return false;
  // A full list reaches back less than the window: the rate is that of the span it covers.
  const bool full = likes.size() == UserTrace::kLikesMax;
  const double span_s =
      full ? std::max(0.001, static_cast<double>(likes.back() - likes.front()) / 1000.0) : window_s;
  signal.kind = SignalKind::like_rate;
  signal.observed = static_cast<double>(likes.size()) / span_s;
  signal.threshold = options_.likes_per_second_max;
  return true;
}

bool UserDetector::comment(UserTrace& trace, TimeMs at, uint32_t text_hash, Signal& signal) const {
  const uint32_t times = trace.comments.add(text_hash, at.value(), options_.comment_window_ms);
  if (times <= options_.same_comment_max) return false;
  signal.kind = SignalKind::comment_flood;
  signal.observed = times;
  signal.baseline = 1;
  signal.threshold = options_.same_comment_max;
  return true;
}

bool UserDetector::play(UserTrace& trace, TimeMs at, int32_t watch_ms, int32_t duration_ms,
                        Signal& signal) const {
  if (watch_ms <= 0) return false;
  signal.kind = SignalKind::impossible_watch;
  signal.observed = watch_ms / 1000.0;
  if (is_broken(watch_ms, duration_ms)) {
    signal.baseline = duration_ms / 1000.0;
    signal.threshold = options_.watch_per_duration_max * duration_ms / 1000.0;
    return true;  // not charged: one broken report must not spoil the plays that follow it
  }
  if (trace.watch_at == UserTrace::kNoPlay) {
    // Nothing is known of the time before the first play, so it cannot be too long.
    trace.watch_at = at;
    trace.watch_credit_ms = options_.watch_slack_ms;
    return false;
  }
  const int64_t elapsed = ms_between(trace.watch_at, at);
  const int64_t wall = std::max<int64_t>(0, elapsed);
  const int64_t reserve = elapsed < 0 ? trace.watch_unclaimed_ms : 0;
  const int64_t credit = trace.watch_credit_ms + static_cast<int64_t>(options_.watch_per_wall_max *
                                                                      static_cast<double>(wall));
  charge(trace, credit, reserve, watch_ms);
  trace.watch_at = std::max(trace.watch_at, at);
  const int64_t allowed = credit + reserve;
  signal.baseline = static_cast<double>(wall) / 1000.0;
  signal.threshold = static_cast<double>(std::max<int64_t>(0, allowed)) / 1000.0;
  return watch_ms > allowed;
}

// The reserve first, where the play may draw on it: the credit is for what comes in order.
void UserDetector::charge(UserTrace& trace, int64_t credit, int64_t reserve,
                          int32_t watch_ms) const {
  const int64_t from_reserve = std::min<int64_t>(reserve, watch_ms);
  const int64_t left = credit - (watch_ms - from_reserve);
  const int64_t overflow = std::max<int64_t>(0, left - options_.watch_slack_ms);
  trace.watch_unclaimed_ms =
      std::min(trace.watch_unclaimed_ms - from_reserve + overflow, options_.watch_late_ms);
  // The debt is bounded, so that a viewer who stops cheating is believed again soon.
  trace.watch_credit_ms = std::clamp(left, -options_.watch_slack_ms / 4, options_.watch_slack_ms);
}

}  // namespace potik::detect
