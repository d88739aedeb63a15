// Co-watch rows. A row holds the strongest kNeighboursMax partners of a video. When it is full, a
// newcomer that weighs less than the weakest wears it down by its own weight, and otherwise takes
// its place: frequent pairs stay, chance pairs come and go, and no weight is ever above the true
// one. (SpaceSaving would hand a newcomer the weakest one's weight; where most pairs are rare, as
// here, that puts noise on top of the cosine.)

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "base/elementary.h"
#include "model/neighbour_row.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

constexpr float kShrinkPairs =
    10;  // so many pairs of today are added to both norms: a single one proves little

// A full row keeps its weakest entry first, the longest there among equals; the others stand in
// order of arrival. A newcomer thus has time to prove itself before the next one takes its place.
void weakest_first(std::vector<Neighbour>& row) {
  if (row.size() < kNeighboursMax) return;
  // Floats that are not negative order as their bits do, and a minimum of integers is vector code.
  int32_t least = std::numeric_limits<int32_t>::max();
  for (const Neighbour& neighbour : row)
    least = std::min(least, std::bit_cast<int32_t>(neighbour.weight));
  const auto found = std::ranges::find(row, std::bit_cast<float>(least), &Neighbour::weight);
  const Neighbour weakest = *found;
  std::move_backward(row.begin(), found, found + 1);
  row.front() = weakest;
}

void add_to_row(std::vector<Neighbour>& row, VideoHandle video, float weight) {
  const size_t place = place_in(row, video);
  if (place != kNotThere) {
    row[place].weight += weight;
    if (place == 0) weakest_first(row);
    return;
  }
  if (row.size() < kNeighboursMax) {
    row.push_back({.video = video, .weight = weight});
    weakest_first(row);
  } else if (row[0].weight > weight) {
    row[0].weight -= weight;
  } else {
    row.erase(row.begin());
    row.push_back({.video = video, .weight = weight});
    weakest_first(row);
  }
}

void rescale(VideoStats& stats, int32_t scale) {
  const float factor = power_of_two(-kScaleHalfLives * std::min(scale - stats.neighbour_scale, 16));
  for (Neighbour& neighbour : stats.neighbours) neighbour.weight *= factor;
  stats.neighbour_norm *= factor;
  stats.neighbour_scale = scale;
}

int32_t scale_of(double half_lives) {
  return static_cast<int32_t>(std::floor(half_lives / kScaleHalfLives));
}

// The factor between two scales, kept in the range of a float.
float scale_factor(int32_t from, int32_t to) {
  return power_of_two(kScaleHalfLives * std::clamp(from - to, -7, 7));
}

}  // namespace

void VideoTable::Impl::add_neighbour(Slot& from, VideoHandle to, float weight, int32_t scale) {
  VideoStats& stats = from.stats;
  if (scale > stats.neighbour_scale) rescale(stats, scale);
  weight *= power_of_two(kScaleHalfLives * std::max(scale - stats.neighbour_scale, -8));
  stats.neighbour_norm += weight;
  add_to_row(stats.neighbours, to, weight);
  mark_unsaved(from);
}

void VideoTable::Impl::update_growth() {
  const double half_lives = static_cast<double>(now.value()) / options.cowatch_half_life_ms;
  scale_now = scale_of(half_lives);
  growth_now = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale_now);
}

// Only of rows that the thread owns: others may be growing at this moment, and even their length
// must not be read.
template <class Owns>
void VideoTable::Impl::fetch_rows(std::span<const VideoHandle> videos, Owns owns) const {
  for (const VideoHandle video : videos) __builtin_prefetch(&slot(video));
  for (const VideoHandle video : videos) {
    if (owns(slot(video))) fetch_row(slot(video).stats.neighbours);
  }
}

void VideoTable::link(const Act& act, std::span<const uint8_t> owned) {
  if (act.recent.empty()) return;
  const double half_lives =
      static_cast<double>(act.at.value()) / impl_->options.cowatch_half_life_ms;
  const int32_t scale = scale_of(half_lives);
  const float weight = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale);
  const auto owns = [owned](const Slot& slot) { return owned[slot.stats.key_group.value()] != 0; };
  impl_->fetch_rows(act.recent, owns);
  Slot& watched = impl_->slot(act.video);
  const bool own = owns(watched);
  for (const VideoHandle other : act.recent) {
    if (other == act.video) continue;
    if (own) impl_->add_neighbour(watched, other, weight, scale);
    Slot& partner = impl_->slot(other);
    if (owns(partner)) impl_->add_neighbour(partner, act.video, weight, scale);
  }
}

std::span<const Neighbour> VideoTable::neighbours(VideoHandle video) const {
  return impl_->slot(video).stats.neighbours;
}

// weight / sqrt(norm * norm), both norms grown by a few pairs of today. A row's norm is at least
// each of its weights.
float VideoTable::strength(const VideoStats& from, const Neighbour& neighbour) const {
  const VideoStats& to = at(neighbour.video);
  const int32_t scale = from.neighbour_scale;
  const float shrink = kShrinkPairs * impl_->growth_now * scale_factor(impl_->scale_now, scale);
  const float norm_from = from.neighbour_norm + shrink;
  const float norm_to = to.neighbour_norm * scale_factor(to.neighbour_scale, scale) + shrink;
  if (!(norm_from > 0) || !(norm_to > 0)) return 0;
  return std::min(neighbour.weight / (std::sqrt(norm_from) * std::sqrt(norm_to)), 1.0F);
}

}  // namespace potik::model
