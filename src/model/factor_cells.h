#pragma once
// Videos by the direction their vectors point in, for catalogues too large to be searched in full:
// each lies in the cell whose centre its vector is nearest to, and a search looks into the cells
// nearest to what is asked for. Source: Jegou, Douze, Schmid 2011, "Product Quantization for
// Nearest Neighbor Search", section IV, without the quantization. Why cells and not a graph:
// docs/adr/0013-search-by-cells.md.
//
// Threads: the methods that change it belong to the serial part of an epoch; const methods by
// anyone while none runs. Determinism: centres depend on the vectors they were chosen from, a
// vector's cell on the centres and on the vector alone.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.h"
#include "model/vector_math.h"

namespace potik::model {

class FactorCells {
 public:
  static constexpr uint32_t kCells = 512;
  static constexpr uint16_t kNone = 0xffff;
  using Centres = std::vector<Factors>;  // kCells of them, of length 1, or none yet

  // Chooses centres that stand for `sample`, at least kCells vectors; all cells are empty then.
  void choose(std::span<const Factors> sample);
  [[nodiscard]] bool chosen() const { return !centres_.empty(); }
  [[nodiscard]] const Centres& centres() const { return centres_; }
  // Takes over what an earlier one chose. False if these are not kCells finite vectors.
  [[nodiscard]] bool restore(Centres centres);

  // The cell whose centre has the largest product with the vector. About 5 us.
  [[nodiscard]] uint16_t nearest(const Factors& vector) const;
  // Puts a video into a cell, out of the one it was in.
  void put(VideoHandle video, uint16_t cell);
  [[nodiscard]] uint16_t cell_of(VideoHandle video) const {
    return video.value() < cell_of_.size() ? cell_of_[video.value()] : kNone;
  }
  // The videos of the cells nearest to x, the nearest cell first, each by handle: whole cells until
  // there are `most`. About 10 us and 1 ns a video.
  void find_near(const Factors& x, size_t most, std::vector<VideoHandle>& out) const;
  [[nodiscard]] size_t memory_bytes() const;

 private:
  Centres centres_;
  std::array<std::vector<VideoHandle>, kCells> cells_;  // each by handle
  std::vector<uint16_t> cell_of_;                       // by handle
};

}  // namespace potik::model
