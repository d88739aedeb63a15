#include "model/factor_cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace potik::model {
namespace {

constexpr int kRounds = 4;  // in which centres move to the middle of their cells

void scale_to_one(Factors& vector) {
  const float length = std::sqrt(dot(vector.at.data(), vector.at.data()));
  if (length <= 0) return;
  for (float& number : vector.at) number /= length;
}

}  // namespace

POTIK_VECTOR_CODE
uint16_t FactorCells::nearest(const Factors& vector) const {
  uint16_t best = 0;
  float most = 0;
  for (uint16_t cell = 0; cell < kCells; ++cell) {
    const float product = dot(centres_[cell].at.data(), vector.at.data());
    if (cell != 0 && product <= most) continue;
    best = cell;
    most = product;
  }
  return best;
}

// Spherical k-means from vectors that lie evenly in the sample.
void FactorCells::choose(std::span<const Factors> sample) {
  centres_.resize(kCells);
  for (size_t cell = 0; cell < kCells; ++cell) {
    centres_[cell] = sample[cell * sample.size() / kCells];
    scale_to_one(centres_[cell]);
  }
  for (int round = 0; round < kRounds; ++round) {
    Centres sums(kCells);
    for (const Factors& vector : sample) {
      Factors direction = vector;
      scale_to_one(direction);
      add_scaled(sums[nearest(vector)].at.data(), 1, direction.at.data());
    }
    for (size_t cell = 0; cell < kCells; ++cell) {
      scale_to_one(sums[cell]);
      // An empty cell keeps its centre.
      if (dot(sums[cell].at.data(), sums[cell].at.data()) > 0) centres_[cell] = sums[cell];
    }
  }
  for (std::vector<VideoHandle>& cell : cells_) cell.clear();
  cell_of_.clear();
}

bool FactorCells::restore(Centres centres) {
  const auto finite = [](const Factors& centre) {
    return std::ranges::all_of(centre.at, [](float number) { return std::isfinite(number); });
  };
  if (centres.size() != kCells || !std::ranges::all_of(centres, finite)) return false;
  centres_ = std::move(centres);
  return true;
}

void FactorCells::put(VideoHandle video, uint16_t cell) {
  if (cell_of_.size() <= video.value()) cell_of_.resize(size_t{video.value()} + 1, kNone);
  uint16_t& now = cell_of_[video.value()];
  if (now == cell) return;
  if (now != kNone) {
    std::vector<VideoHandle>& left = cells_[now];
    left.erase(std::ranges::lower_bound(left, video));
  }
  std::vector<VideoHandle>& entered = cells_[cell];
  entered.insert(std::ranges::lower_bound(entered, video), video);
  now = cell;
}

POTIK_VECTOR_CODE
void FactorCells::find_near(const Factors& x, size_t most, std::vector<VideoHandle>& out) const {
  std::array<float, kCells> products;
  for (size_t cell = 0; cell < kCells; ++cell)
    products[cell] = dot(centres_[cell].at.data(), x.at.data());
  std::array<uint16_t, kCells> order;
  std::iota(order.begin(), order.end(), uint16_t{0});
  std::ranges::sort(order, [&products](uint16_t a, uint16_t b) {
    return products[a] != products[b] ? products[a] > products[b] : a < b;
  });
  out.clear();
  for (const uint16_t cell : order) {
    if (out.size() >= most) return;
    out.insert(out.end(), cells_[cell].begin(), cells_[cell].end());
  }
}

size_t FactorCells::memory_bytes() const {
  size_t bytes = centres_.capacity() * sizeof(Factors) + cell_of_.capacity() * sizeof(uint16_t);
  for (const std::vector<VideoHandle>& cell : cells_)
    bytes += cell.capacity() * sizeof(VideoHandle);
  return bytes;
}

}  // namespace potik::model
