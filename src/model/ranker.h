#pragma once
// The ranker: four logistic heads over hashed one-hot features, learned online with per-coordinate
// adaptive steps. Source: McMahan et al. 2013, "Ad Click Prediction: a View from the Trenches"
// (FTRL-proximal); Duchi, Hazan, Singer 2011 (AdaGrad). Feature rows outside [0, kWeights) are a
// bug.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/features.h"

namespace potik::model {

enum class Head : uint8_t { long_watch = 0, like = 1, comment = 2, skip = 3 };
inline constexpr size_t kHeads = 4;

// Probabilities, each in (0, 1).
struct Scores {
  std::array<float, kHeads> p{};
  [[nodiscard]] float operator[](Head head) const { return p[static_cast<size_t>(head)]; }
};

// One learning example. A head whose bit is not in `known` is not touched.
struct Example {
  FeatureRows rows{};
  uint8_t known = 0;   // bit h: the label of head h is known
  uint8_t labels = 0;  // bit h: its value
};

struct RankerOptions {
  float alpha = 0.05F;  // step size
  float beta = 1.0F;
  float l1 = 0.0F;
  float l2 = 1.0F;
  size_t examples_per_epoch_max =
      65'536;  // the bounded step; beyond it examples are thinned evenly
};

// predict() and weights may be read by many threads while none learns.
class Ranker {
 public:
  explicit Ranker(RankerOptions options);

  // About 60 ns.
  [[nodiscard]] Scores predict(const FeatureRows& rows) const;
  // Log-odds each feature adds for a head, in feature order.
  [[nodiscard]] std::array<float, kFeatures> contributions(const FeatureRows& rows,
                                                           Head head) const;

  // Learns in the given order, one pass. Deterministic. About 150 ns an example and known head.
  void learn(std::span<const Example> examples);

  // State in blocks of kBlockRows rows, for snapshots of what changed.
  static constexpr uint32_t kBlockRows = 1024;
  static constexpr uint32_t kBlocks = kWeights / kBlockRows;
  // Indices of blocks touched since the last call, ascending.
  [[nodiscard]] std::vector<uint32_t> take_dirty_blocks();
  [[nodiscard]] std::string save_block(uint32_t block) const;
  // False if the bytes are not a block.
  [[nodiscard]] bool load_block(uint32_t block, std::string_view bytes);
  [[nodiscard]] size_t memory_bytes() const;

 private:
  // FTRL state of one row for all heads; `w` is kept beside z and n so that predicting is one load.
  struct Row {
    std::array<float, kHeads> w{};
    std::array<float, kHeads> z{};
    std::array<float, kHeads> n{};
  };
  void learn_one(const Example& example);
  void step(Row& row, const std::array<float, kHeads>& gradient) const;

  RankerOptions options_;
  std::vector<Row> rows_;
  std::vector<uint8_t> dirty_;
};

}  // namespace potik::model
