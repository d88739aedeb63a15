// Counters and rates of videos: what one act adds.

#include <algorithm>

#include "model/video_table_impl.h"

namespace potik::model {
namespace {

using event::EventType;

void count_impression(VideoStats& stats, TimeMs at) {
  ++stats.impressions;
  stats.recent_impressions.add(1, at, kRateHalfLifeMs);
}

void count_play(VideoStats& stats, const Act& act) {
  if (act.show) count_impression(stats, act.at);
  ++stats.plays;
  stats.skips += act.skip ? 1 : 0;
  stats.recent_plays.add(1, act.at, kRateHalfLifeMs);
  if (!act.positive) return;
  ++stats.positives;
  stats.recent_positives.add(1, act.at, kRateHalfLifeMs);
}

void count_act(VideoStats& stats, const Act& act) {
  switch (act.type) {
    case EventType::video_shown:
      count_impression(stats, act.at);
      break;
    case EventType::video_played:
      count_play(stats, act);
      break;
    case EventType::video_liked:
      ++stats.likes;
      break;
    case EventType::video_unliked:
      stats.likes -= stats.likes > 0 ? 1 : 0;
      break;
    case EventType::comment_posted:
      ++stats.comments;
      break;
    default:
      break;
  }
  if (act.positive) stats.trend.add(1, act.at, kTrendHalfLifeMs);
  if (act.show) stats.shows.add(act.at);
}

// The same additions for one video and for the sums.
template <class Counts>
void count_pair(Counts& counts, const Act& act, double half_life_ms) {
  if (act.meets) {
    ++counts.pairs;
    counts.pairs_now.add(1, act.at, half_life_ms);
  }
  if (act.wins) counts.liked_now.add(1, act.at, half_life_ms);
}

void lessen(uint32_t& count) { count -= count > 0 ? 1 : 0; }

void take_impression(VideoStats& stats, TimeMs at) {
  lessen(stats.impressions);
  stats.recent_impressions.take(1, at, kRateHalfLifeMs);
}

void take_play(VideoStats& stats, const Act& act) {
  if (act.show) take_impression(stats, act.at);
  lessen(stats.plays);
  if (act.skip) lessen(stats.skips);
  stats.recent_plays.take(1, act.at, kRateHalfLifeMs);
  if (!act.positive) return;
  lessen(stats.positives);
  stats.recent_positives.take(1, act.at, kRateHalfLifeMs);
}

// count_act() and count_pair() undone.
void take_act(VideoStats& stats, const Act& act, double half_life_ms) {
  switch (act.type) {
    case EventType::video_shown:
      take_impression(stats, act.at);
      break;
    case EventType::video_played:
      take_play(stats, act);
      break;
    case EventType::video_liked:
      lessen(stats.likes);
      break;
    case EventType::video_unliked:
      ++stats.likes;
      break;
    case EventType::comment_posted:
      lessen(stats.comments);
      break;
    default:
      break;
  }
  if (act.positive) stats.trend.take(1, act.at, kTrendHalfLifeMs);
  if (act.show) stats.shows.take(act.at);
  if (act.meets) {
    lessen(stats.pairs);
    stats.pairs_now.take(1, act.at, half_life_ms);
  }
  if (act.wins) stats.liked_now.take(1, act.at, half_life_ms);
}

}  // namespace

void VideoTable::count(const Act& act) {
  Slot& slot = impl_->slot(act.video);
  Group& group = impl_->group_of(slot);
  count_act(slot.stats, act);
  count_pair(slot.stats, act, impl_->options.cowatch_half_life_ms);
  count_pair(group.met, act, impl_->options.cowatch_half_life_ms);
  if (act.show) group.met.shows.add(act.at);
  if (act.positive) group.met.trend.add(1, act.at, kTrendHalfLifeMs);
  group.now = std::max(group.now, act.at);
  if (act.positive && act.segment != 0) {
    group.hits.push_back({.video = act.video, .segment = act.segment, .at = act.at});
  }
  if (!impl_->is_listed(slot) && impl_->may_be_listed(slot.stats)) {
    impl_->listed[act.video.value()] = 1;
    slot.marks |= kNewlyListed;
  }
  impl_->touch(slot);
}

void VideoTable::take_back(const Act& act) {
  Slot& slot = impl_->slot(act.video);
  take_act(slot.stats, act, impl_->options.cowatch_half_life_ms);
  Group& group = impl_->group_of(slot);
  group.taken.push_back(act);
  group.taken.back().recent = {};
  slot.marks |= kLowered;
  impl_->touch(slot);
}

void VideoTable::Impl::touch(Slot& changed) {
  if ((changed.marks & kTouched) == 0) {
    changed.marks |= kTouched;
    group_of(changed).touched.push_back(changed.stats.handle);
  }
  mark_unsaved(changed);
}

}  // namespace potik::model
