// Co-watch rows: incremental item neighbours with decay by time and by the length of a viewer's
// ring (the family of VMIS-kNN, Kersbergen et al. 2022, and STAN, Garg et al. 2019). A row holds
// the strongest partners of a video: where it is full, the weakest quarter goes. A pair's weight
// grows with time, which is how older ones decay, so that chance pairs of long ago go first.

#include <algorithm>
#include <cmath>

#include "base/elementary.h"
#include "model/neighbour_row.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

// What a video that everybody met says about anybody falls with this power of its viewers.
constexpr double kWidelyMetPower = 0.8;

void rescale(VideoStats& stats, int32_t scale) {
  const float factor = power_of_two(-kScaleHalfLives * std::min(scale - stats.neighbour_scale, 16));
  for (Neighbour& neighbour : stats.neighbours) {
    neighbour.weight *= factor;
    neighbour.liked *= factor;
  }
  stats.neighbour_scale = scale;
}

int32_t scale_of(double half_lives) {
  return static_cast<int32_t>(std::floor(half_lives / kScaleHalfLives));
}

// The factor between two scales, kept in the range of a float.
float scale_factor(int32_t from, int32_t to) {
  return power_of_two(kScaleHalfLives * std::clamp(from - to, -7, 7));
}

bool owns(const Slot& slot, std::span<const uint8_t> owned) {
  return owned[slot.stats.key_group.value()] != 0;
}

}  // namespace

// Each key group has its share of all neighbours, so that no thread looks at what another one
// writes.
size_t VideoTable::Impl::row_max(const Group& group, size_t count) const {
  const size_t most = std::min<size_t>(options.neighbours_max, kNeighboursMax);
  if (group.neighbours < options.neighbours_total / kKeyGroups) return most;
  return std::min(most, std::max(count, kNeighboursAtLeast));
}

void VideoTable::Impl::add_neighbour(Slot& from, Neighbour met, int32_t scale) {
  VideoStats& stats = from.stats;
  if (scale > stats.neighbour_scale) rescale(stats, scale);
  const float factor = power_of_two(kScaleHalfLives * std::max(scale - stats.neighbour_scale, -8));
  met.weight *= factor;
  met.liked *= factor;
  Group& group = group_of(from);
  NeighbourRow row(stats);
  if (Neighbour* known = row.find(met.video)) {
    known->weight += met.weight;
    known->liked += met.liked;
  } else if (met.weight > 0) {  // else only liked, of a pair that has left the row
    const uint32_t before = stats.neighbour_count;
    row.insert(met, row_max(group, before));
    group.neighbours += stats.neighbour_count;
    group.neighbours -= before;
  }
  mark_unsaved(from);
}

void VideoTable::Impl::take_neighbour(Slot& from, Neighbour met, int32_t scale) {
  VideoStats& stats = from.stats;
  NeighbourRow row(stats);
  Neighbour* const known = row.find(met.video);
  if (known == nullptr) return;
  const float factor = scale_factor(scale, stats.neighbour_scale);
  known->liked = remainder_of(known->liked, met.liked * factor);
  known->weight = remainder_of(known->weight, met.weight * factor);
  if (known->weight <= 0) {
    row.erase(known);
    --group_of(from).neighbours;
  }
  mark_unsaved(from);
}

void VideoTable::Impl::update_growth() {
  const double half_lives = static_cast<double>(now.value()) / options.cowatch_half_life_ms;
  scale_now = scale_of(half_lives);
  growth_now = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale_now);
}

// Calls visit(slot, neighbour, scale) for each side of each pair that is owned: what the act puts
// into that row.
template <class Visit>
void VideoTable::Impl::for_each_pair(const Act& act, std::span<const uint8_t> owned, Visit visit) {
  const double half_lives = static_cast<double>(act.at.value()) / options.cowatch_half_life_ms;
  const int32_t scale = scale_of(half_lives);
  const float weight = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale);
  const float met = act.meets ? weight : 0;
  const float won = act.wins ? weight : 0;
  Slot& watched = slot(act.video);
  const bool own = owns(watched, owned) && act.meets;
  for (const Met& other : act.recent) {
    if (other.video == act.video) continue;
    if (own) visit(watched, Neighbour{other.video, weight, other.positive ? weight : 0}, scale);
    Slot& partner = slot(other.video);
    if (owns(partner, owned)) visit(partner, Neighbour{act.video, met, won}, scale);
  }
}

// Rows lie anywhere in memory: what a whole act needs is asked for before any of it is read, first
// the videos, then the places in their rows. Of rows that another thread owns nothing may be read.
void VideoTable::link(const Act& act, std::span<const uint8_t> owned) {
  if (act.recent.empty()) return;
  for (const Met& other : act.recent) __builtin_prefetch(&impl_->slot(other.video).stats);
  const Slot& watched = impl_->slot(act.video);
  const bool own = owns(watched, owned) && act.meets;
  for (const Met& other : act.recent) {
    if (own) fetch_in_row(watched.stats.neighbours, other.video);
    const Slot& partner = impl_->slot(other.video);
    if (owns(partner, owned)) fetch_in_row(partner.stats.neighbours, act.video);
  }
  impl_->for_each_pair(act, owned, [this](Slot& from, const Neighbour& met, int32_t scale) {
    impl_->add_neighbour(from, met, scale);
  });
}

void VideoTable::unlink(const Act& act, std::span<const uint8_t> owned) {
  if (act.recent.empty()) return;
  impl_->for_each_pair(act, owned, [this](Slot& from, const Neighbour& met, int32_t scale) {
    impl_->take_neighbour(from, met, scale);
  });
}

std::span<const Neighbour> VideoTable::neighbours(VideoHandle video) const {
  return impl_->slot(video).stats.neighbours;
}

float VideoTable::row_factor(const VideoStats& from) const {
  const float today = impl_->growth_now * scale_factor(impl_->scale_now, from.neighbour_scale);
  const float pairs = static_cast<float>(from.pairs) + kShrinkPairs;
  return exp2_of(-kWidelyMetPower * static_cast<double>(log2_of(pairs))) / today;
}

// A cosine, both sides grown by a few pairs.
float VideoTable::strength(const VideoStats& from, const Neighbour& neighbour) const {
  const float today = impl_->growth_now * scale_factor(impl_->scale_now, from.neighbour_scale);
  const float pairs = static_cast<float>(from.pairs) + kShrinkPairs;
  const float strength =
      neighbour.weight / (today * std::sqrt(pairs)) * prior(neighbour.video).watched_norm;
  return std::clamp(strength, 0.0F, 1.0F);
}

}  // namespace potik::model
