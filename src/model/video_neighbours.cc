// Co-watch rows. A row holds the strongest kNeighboursMax partners of a video. When it is full, a newcomer that weighs
// less than the weakest wears it down by its own weight, and otherwise takes its place: frequent pairs stay, chance
// pairs come and go, and no weight is ever above the true one. (SpaceSaving would hand a newcomer the weakest one's
// weight; where most pairs are rare, as here, that puts noise on top of the cosine.)

#include <algorithm>
#include <cmath>

#include "model/elementary.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

constexpr float kShrinkPairs = 10;  // so many pairs of today are added to both norms: a single one proves little

constexpr size_t kNotThere = SIZE_MAX;

// Without early exit, so that it becomes vector code.
size_t place_of(const std::vector<Neighbour>& row, VideoHandle video) {
  size_t found = kNotThere;
  for (size_t i = 0; i < row.size(); ++i) found = row[i].video == video ? i : found;
  return found;
}

// A full row keeps its weakest entry first, the longest there among equals; the others stand in order of arrival. A
// newcomer thus has time to prove itself before the next one takes its place.
void weakest_first(std::vector<Neighbour>& row) {
  if (row.size() < kNeighboursMax) return;
  size_t weakest = 0;
  for (size_t i = 1; i < row.size(); ++i) weakest = row[i].weight < row[weakest].weight ? i : weakest;
  const auto found = row.begin() + static_cast<ptrdiff_t>(weakest);
  std::rotate(row.begin(), found, found + 1);
}

void add_to_row(std::vector<Neighbour>& row, VideoHandle video, float weight) {
  const size_t place = place_of(row, video);
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
    std::rotate(row.begin(), row.begin() + 1, row.end());
    row.back() = {.video = video, .weight = weight};
    weakest_first(row);
  }
}

void rescale(VideoStats& stats, int32_t scale) {
  const float factor = power_of_two(-kScaleHalfLives * std::min(scale - stats.neighbour_scale, 16));
  for (Neighbour& neighbour : stats.neighbours) neighbour.weight *= factor;
  stats.neighbour_norm *= factor;
  stats.neighbour_scale = scale;
}

int32_t scale_of(double half_lives) { return static_cast<int32_t>(std::floor(half_lives / kScaleHalfLives)); }

// The factor between two scales, kept in the range of a float.
float scale_factor(int32_t from, int32_t to) {
  return power_of_two(kScaleHalfLives * std::clamp(from - to, -7, 7));
}

}  // namespace

// `half_lives` is the pair's time: its weight is 2 to this power, less the row's own base.
void VideoTable::Impl::add_neighbour(Slot& from, VideoHandle to, double half_lives) {
  VideoStats& stats = from.stats;
  const int32_t scale = scale_of(half_lives);
  if (scale > stats.neighbour_scale) rescale(stats, scale);
  const float weight = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * stats.neighbour_scale);
  stats.neighbour_norm += weight;
  add_to_row(stats.neighbours, to, weight);
  mark_unsaved(from);
}

void VideoTable::Impl::update_growth() {
  const double half_lives = static_cast<double>(now.value()) / options.cowatch_half_life_ms;
  scale_now = scale_of(half_lives);
  growth_now = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale_now);
}

void VideoTable::link(const Act& act, std::span<const uint8_t> owned) {
  if (act.recent.empty()) return;
  const double half_lives = static_cast<double>(act.at.value()) / impl_->options.cowatch_half_life_ms;
  Slot& watched = impl_->slot(act.video);
  const bool own = owned[watched.stats.key_group.value()] != 0;
  for (const VideoHandle other : act.recent) {
    if (other == act.video) continue;
    if (own) impl_->add_neighbour(watched, other, half_lives);
    Slot& partner = impl_->slot(other);
    if (owned[partner.stats.key_group.value()] != 0) impl_->add_neighbour(partner, act.video, half_lives);
  }
}

std::span<const Neighbour> VideoTable::neighbours(VideoHandle video) const {
  return impl_->slot(video).stats.neighbours;
}

// weight / sqrt(norm * norm), both norms grown by a few pairs of today. A row's norm is at least each of its weights.
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
