// The lists candidates come from. Each is a function of the table's present state, so that none of
// them needs to be saved: what an epoch touched is offered, and the result equals sorting
// everything.

#include <algorithm>

#include "base/elementary.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

// log2 of the positives as they would read at time 0: falling by one each half-life changes no
// order, so that two videos compare without reading a clock.
double timeless(double log2_positives, TimeMs at) {
  return log2_positives + static_cast<double>(at.value()) / kTrendHalfLifeMs;
}

double trend_score(const Decayed& trend) { return timeless(log2_of(trend.value), trend.at); }

// Within a topic a video that nobody has watched yet stands like one with this share of a positive
// on its first day.
constexpr double kLog2Newcomer = -4;

double topic_score(const Slot& slot) {
  const double newcomer = timeless(kLog2Newcomer, slot.fresh_at);
  const Decayed& trend = slot.stats.trend;
  return trend.value > 0 ? std::max(trend_score(trend), newcomer) : newcomer;
}

}  // namespace

bool VideoTable::Impl::is_fresh(const Slot& slot) const {
  const VideoStats& stats = slot.stats;
  return is_listed(slot) && stats.described &&
         std::max(stats.impressions, stats.plays) < kFairChance;
}

void VideoTable::Impl::offer(const Slot& touched) {
  const VideoStats& stats = touched.stats;
  if (!is_fresh(touched)) fresh.remove(stats.handle);
  if (!is_listed(touched) || stats.trend.value <= 0) return;
  popular.offer(stats.handle, trend_score(stats.trend));
  if (!stats.described) return;
  for (const uint32_t tag : stats.tags) {
    if (tag != 0) tags[tag].top.offer(stats.handle, topic_score(touched));
  }
}

// A score that falls: lists take the video out before it is offered again.
void VideoTable::Impl::lower(Slot& touched) {
  const VideoStats& stats = touched.stats;
  if (is_listed(touched) && !may_be_listed(stats)) return relist(touched);
  popular.remove(stats.handle);
  if (is_fresh(touched)) fresh.offer(stats.handle, static_cast<double>(touched.fresh_at.value()));
  if (!is_listed(touched) || !stats.described) return;
  for (const uint32_t key : stats.tags) {
    const auto tag = tags.find(key);
    if (key == 0 || tag == tags.end()) continue;
    tag->second.top.remove(stats.handle);
    tag->second.top.offer(stats.handle, topic_score(touched));
    if (tag->second.top.is_short()) refill_tag(tag->second);
  }
}

void VideoTable::Impl::enlist(const Slot& newly) {
  const VideoStats& stats = newly.stats;
  if (stats.described) {
    if (stats.author != 0) {
      std::vector<VideoHandle>& videos = authors[stats.author];
      const auto newer = [this, &newly](VideoHandle other) {
        return slot(other).fresh_at > newly.fresh_at ||
               (slot(other).fresh_at == newly.fresh_at && other < newly.stats.handle);
      };
      videos.insert(std::ranges::partition_point(videos, newer), stats.handle);
    }
    for (const uint32_t key : stats.tags) {
      if (key == 0) continue;
      Tag& tag = tags[key];
      tag.members.insert(std::ranges::lower_bound(tag.members, stats.handle), stats.handle);
      tag.top.offer(stats.handle, topic_score(newly));
    }
    if (is_fresh(newly)) fresh.offer(stats.handle, static_cast<double>(newly.fresh_at.value()));
  }
  for (Segment& segment : segments) {
    const auto found =
        std::ranges::lower_bound(segment.counts, stats.handle, {}, &SegmentCount::video);
    if (found == segment.counts.end() || found->video != stats.handle) continue;
    segment.top.offer(stats.handle, trend_score(found->trend));
  }
  offer(newly);
}

void VideoTable::Impl::delist(const Slot& unlisted) {
  const VideoStats& stats = unlisted.stats;
  popular.remove(stats.handle);
  fresh.remove(stats.handle);
  for (Segment& segment : segments) segment.top.remove(stats.handle);
  if (const auto author = authors.find(stats.author); author != authors.end()) {
    std::erase(author->second, stats.handle);
    if (author->second.empty()) authors.erase(author);
  }
  for (const uint32_t key : stats.tags) {
    const auto tag = tags.find(key);
    if (tag == tags.end()) continue;
    std::erase(tag->second.members, stats.handle);
    tag->second.top.remove(stats.handle);
    if (tag->second.top.is_short()) refill_tag(tag->second);
    if (tag->second.members.empty()) tags.erase(tag);
  }
}

void VideoTable::Impl::count_in_segment(const SegmentHit& hit) {
  Segment& segment = segments[hit.segment];
  auto found = std::ranges::lower_bound(segment.counts, hit.video, {}, &SegmentCount::video);
  if (found == segment.counts.end() || found->video != hit.video) {
    found = segment.counts.insert(found, SegmentCount{.video = hit.video, .trend = {}});
  }
  found->trend.add(1, hit.at, kTrendHalfLifeMs);
  segment.unsaved = true;
  if (is_listed(slot(hit.video))) segment.top.offer(hit.video, trend_score(found->trend));
}

void VideoTable::Impl::take_from_segment(const Act& act) {
  if (!act.positive || act.segment == 0 || act.segment >= segments.size()) return;
  Segment& segment = segments[act.segment];
  const auto found = std::ranges::lower_bound(segment.counts, act.video, {}, &SegmentCount::video);
  if (found == segment.counts.end() || found->video != act.video) return;
  found->trend.take(1, act.at, kTrendHalfLifeMs);
  segment.unsaved = true;
  segment.top.remove(act.video);
  if (found->trend.value <= 0) {
    segment.counts.erase(found);
  } else if (is_listed(slot(act.video))) {
    segment.top.offer(act.video, trend_score(found->trend));
  }
}

void VideoTable::Impl::prune_segment(Segment& segment) {
  if (segment.counts.size() < kSegmentCountsMax) return;
  const auto stronger = [](const SegmentCount& a, const SegmentCount& b) {
    const double left = trend_score(a.trend);
    const double right = trend_score(b.trend);
    return left != right ? left > right : a.video < b.video;
  };
  const auto half = segment.counts.begin() + kSegmentCountsMax / 2;
  std::nth_element(segment.counts.begin(), half, segment.counts.end(), stronger);
  segment.counts.erase(half, segment.counts.end());
  std::ranges::sort(segment.counts, {}, &SegmentCount::video);
  refill_segment(segment);
}

void VideoTable::Impl::refill_segment(Segment& segment) {
  segment.top.clear();
  for (const SegmentCount& count : segment.counts) {
    if (is_listed(slot(count.video))) segment.top.offer(count.video, trend_score(count.trend));
  }
}

void VideoTable::Impl::refill_popular() {
  popular.clear();
  for (const Slot& slot : slots) {
    const VideoStats& stats = slot.stats;
    if (is_listed(slot) && stats.trend.value > 0)
      popular.offer(stats.handle, trend_score(stats.trend));
  }
}

void VideoTable::Impl::refill_fresh() {
  fresh.clear();
  for (const Slot& slot : slots) {
    if (is_fresh(slot)) fresh.offer(slot.stats.handle, static_cast<double>(slot.fresh_at.value()));
  }
}

void VideoTable::Impl::refill_tag(Tag& tag) {
  tag.top.clear();
  for (const VideoHandle member : tag.members) tag.top.offer(member, topic_score(slot(member)));
}

void VideoTable::Impl::refill_short_lists() {
  if (popular.is_short()) refill_popular();
  if (fresh.is_short()) refill_fresh();
  for (Segment& segment : segments) {
    prune_segment(segment);
    if (segment.top.is_short()) refill_segment(segment);
  }
}

void VideoTable::Impl::fold_group(Group& group, TimeMs bound) {
  const TimeMs newest = std::max(now, std::min(group.now, bound));
  now_unsaved = now_unsaved || newest != now || !group.touched.empty();
  now = newest;
  group.now = TimeMs{};
  for (const VideoHandle video : group.touched) {
    Slot& touched = slot(video);
    priors[video.value()] = prior_of(touched.stats);
    if ((touched.marks & kNewlyListed) != 0) enlist(touched);
    if ((touched.marks & kLowered) != 0) lower(touched);
    offer(touched);
    touched.marks &=
        static_cast<uint8_t>(~static_cast<unsigned>(kTouched | kNewlyListed | kLowered));
  }
  group.touched.clear();
  totals.add(group.met, options.cowatch_half_life_ms);
  for (const Act& act : group.taken) totals.take(act, options.cowatch_half_life_ms);
  group.met = Totals{};
}

void VideoTable::finish_epoch(TimeMs now) {
  const TimeMs bound = plus_ms(now, event::kAheadMsMax);
  for (Group& group : impl_->groups) impl_->fold_group(group, bound);
  for (Group& group : impl_->groups) {
    for (const SegmentHit& hit : group.hits) impl_->count_in_segment(hit);
    group.hits.clear();
  }
  for (Group& group : impl_->groups) {
    for (const Act& act : group.taken) impl_->take_from_segment(act);
    group.taken.clear();
  }
  impl_->refill_short_lists();
  impl_->update_growth();
  impl_->refresh_priors();
}

void VideoTable::Impl::rebuild_lists() {
  for (Slot& slot : slots) {
    listed[slot.stats.handle.value()] = 0;
    relist(slot);
  }
  refill_popular();
  refill_fresh();
  for (Segment& segment : segments) refill_segment(segment);
  // Each tag's list depends on that tag alone: the order of the map reaches nothing.
  for (auto& [key, tag] : tags) refill_tag(tag);
}

std::span<const VideoHandle> VideoTable::popular() const { return impl_->popular.videos(); }
std::span<const VideoHandle> VideoTable::fresh() const { return impl_->fresh.videos(); }

std::span<const VideoHandle> VideoTable::popular_in(uint16_t segment) const {
  return segment < impl_->segments.size() ? impl_->segments[segment].top.videos()
                                          : std::span<const VideoHandle>{};
}

std::span<const VideoHandle> VideoTable::by_author(uint32_t author) const {
  const auto found = impl_->authors.find(author);
  if (author == 0 || found == impl_->authors.end()) return {};
  return std::span(found->second).first(std::min(found->second.size(), kAuthorVideosMax));
}

std::span<const VideoHandle> VideoTable::by_tag(uint32_t tag) const {
  const auto found = impl_->tags.find(tag);
  return tag == 0 || found == impl_->tags.end() ? std::span<const VideoHandle>{}
                                                : found->second.top.videos();
}

}  // namespace potik::model
