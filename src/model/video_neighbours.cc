// Co-watch rows. A row holds the strongest kNeighboursMax partners of a video. When it is full, a newcomer that weighs
// less than the weakest wears it down by its own weight, and otherwise takes its place: frequent pairs stay, chance
// pairs come and go, and no weight is ever above the true one. (SpaceSaving would hand a newcomer the weakest one's
// weight; where most pairs are rare, as here, that puts noise on top of the cosine.)

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "model/elementary.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

constexpr float kShrinkPairs = 10;  // so many pairs of today are added to both norms: a single one proves little

constexpr size_t kNotThere = SIZE_MAX;

size_t place_of(std::span<const Neighbour> row, VideoHandle video) {
  // Without early exit the first pass is vector code; most searches end with it.
  uint32_t met = 0;
  for (const Neighbour& neighbour : row) met |= neighbour.video == video ? 1U : 0U;
  if (met == 0) return kNotThere;
  return static_cast<size_t>(std::ranges::find(row, video, &Neighbour::video) - row.begin());
}

// A full row keeps its weakest entry first, the longest there among equals; the others stand in order of arrival. A
// newcomer thus has time to prove itself before the next one takes its place.
void weakest_first(std::vector<Neighbour>& row) {
  if (row.size() < kNeighboursMax) return;
  // Floats that are not negative order as their bits do, and a minimum of integers is vector code.
  int32_t least = std::numeric_limits<int32_t>::max();
  for (const Neighbour& neighbour : row) least = std::min(least, std::bit_cast<int32_t>(neighbour.weight));
  const auto found = std::ranges::find(row, std::bit_cast<float>(least), &Neighbour::weight);
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

// Rows lie anywhere in memory: fetching them all before the first is changed overlaps the waits.
void VideoTable::Impl::prefetch_rows(const Act& act) const {
  for (const VideoHandle other : act.recent) __builtin_prefetch(&slot(other));
  for (const VideoHandle other : act.recent) {
    const auto* row = reinterpret_cast<const char*>(slot(other).stats.neighbours.data());
    for (size_t line = 0; line < kNeighboursMax * sizeof(Neighbour); line += 64) __builtin_prefetch(row + line);
  }
}

void VideoTable::link(const Act& act, std::span<const uint8_t> owned) {
  if (act.recent.empty()) return;
  const double half_lives = static_cast<double>(act.at.value()) / impl_->options.cowatch_half_life_ms;
  const int32_t scale = scale_of(half_lives);
  const float weight = exp2_of(half_lives - static_cast<double>(kScaleHalfLives) * scale);
  impl_->prefetch_rows(act);
  Slot& watched = impl_->slot(act.video);
  const bool own = owned[watched.stats.key_group.value()] != 0;
  for (const VideoHandle other : act.recent) {
    if (other == act.video) continue;
    if (own) impl_->add_neighbour(watched, other, weight, scale);
    Slot& partner = impl_->slot(other);
    if (owned[partner.stats.key_group.value()] != 0) impl_->add_neighbour(partner, act.video, weight, scale);
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
