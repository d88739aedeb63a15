#pragma once
// The ranker: logistic heads over hashed features, learned online with per-coordinate
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

// What may follow an exposure. Values are lanes of the table.
enum class Head : uint8_t {
  long_watch = 0,
  like = 1,
  comment = 2,
  share = 3,
  follow = 4,
  skip = 5,
  dislike = 6,
  positive = 7,  // a long watch or a like: what counters count
};
inline constexpr size_t kHeads = 8;
inline constexpr size_t kHeadLanes = 8;  // a whole number of vectors
inline constexpr std::array<std::string_view, kHeads> kHeadNames{
    "long_watch", "like", "comment", "share", "follow", "skip", "dislike", "positive"};
[[nodiscard]] constexpr uint8_t bit(Head head) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(head));
}
using Lanes = std::array<float, kHeadLanes>;

// Probabilities, each in (0, 1).
struct Scores {
  Lanes p{};
  [[nodiscard]] float operator[](Head head) const { return p[static_cast<size_t>(head)]; }
};

// One learning example. A head whose bit is not in `known` is not touched.
struct Example {
  FeatureRows rows{};
  uint8_t known = 0;   // bit h: the label of head h is known
  uint8_t labels = 0;  // bit h: its value
  // bit h: a negative was learned of this exposure before its act came after all. The step then
  // takes that one back too, as gradients of labels 0 and 1 add up to that of a certain error.
  uint8_t corrects = 0;
};

struct RankerOptions {
  float alpha = 0.03F;  // step size
  float beta = 1.0F;
  float l1 = 0.0F;
  float l2 = 1.0F;
  size_t examples_per_epoch_max =
      65'536;  // the bounded step; beyond it examples are thinned evenly
};

// predict() and weights may be read by many threads while none learns.
class Ranker {
 public:
  // FTRL state of one row: one cache line.
  struct State {
    Lanes z{};
    Lanes n{};
  };

  explicit Ranker(RankerOptions options);

  // About 60 ns.
  [[nodiscard]] Scores predict(const FeatureRows& rows) const;
  // The same in two steps: what the viewer's features add up to, once a list, and the others.
  [[nodiscard]] Lanes viewer_sum(const FeatureRows& rows) const;
  [[nodiscard]] Scores predict(const Lanes& viewer_sum, const FeatureRows& rows) const;
  // Asks for the weights of the features that are not the viewer's.
  void fetch(const FeatureRows& rows) const;
  // Log-odds each feature adds for a head, in feature order.
  [[nodiscard]] std::array<float, kFeatures> contributions(const FeatureRows& rows,
                                                           Head head) const;
  [[nodiscard]] float weight(uint32_t row, Head head) const {
    return weights_[row][static_cast<size_t>(head)];
  }

  // Learns in the given order, one pass. Deterministic. About 150 ns an example and known head.
  void learn(std::span<const Example> examples);

  // State in blocks of kBlockRows rows, for snapshots of what changed: small, because an example
  // touches rows all over the table.
  static constexpr uint32_t kBlockRows = 16;
  static constexpr uint32_t kBlocks = kWeights / kBlockRows;
  // Indices of blocks touched since the last call, ascending.
  [[nodiscard]] std::vector<uint32_t> take_dirty_blocks();
  // Format: version, then of each row a byte that says which heads it has and their z and n.
  [[nodiscard]] std::string save_block(uint32_t block) const;
  // What a block of the format before had: other features, of which nothing can be kept. Weights
  // are then learned anew, while all counters stay.
  static constexpr size_t kBlockBytesBefore = 49'152;
  // False if the bytes are not a block; the ranker is then as it was.
  [[nodiscard]] bool load_block(uint32_t block, std::string_view bytes);
  [[nodiscard]] size_t memory_bytes() const;
  static constexpr size_t kBytes = size_t{kWeights} * 3 * sizeof(Lanes) + kBlocks;

 private:
  void fetch_to_learn(const FeatureRows& rows) const;
  void learn_one(const Example& example);

  RankerOptions options_;
  std::vector<Lanes> weights_;  // apart from the rest: predicting loads nothing else
  std::vector<State> states_;
  std::vector<uint8_t> dirty_;
};

}  // namespace potik::model
