#include "model/ranker.h"

#include <algorithm>
#include <cmath>

#include "base/bytes.h"
#include "base/elementary.h"
#include "model/vector_math.h"

namespace potik::model {
namespace {

constexpr uint8_t kBlockFormat = 2;  // 1 were whole rows of four heads

POTIK_VECTOR_INLINE void add(Lanes& sum, const Lanes& weights, float value) {
  for (size_t lane = 0; lane < kHeadLanes; ++lane) sum[lane] += weights[lane] * value;
}

POTIK_VECTOR_INLINE float weight_of(const RankerOptions& options, float z, float root) {
  const float beyond = std::max(std::fabs(z) - options.l1, 0.0F);
  return -std::copysign(beyond, z) / ((options.beta + root) / options.alpha + options.l2);
}

POTIK_VECTOR_INLINE void step(const RankerOptions& options, const Lanes& gradient, float value,
                              Ranker::State& state, Lanes& weights) {
  const float inverse_alpha = 1.0F / options.alpha;
  for (size_t lane = 0; lane < kHeadLanes; ++lane) {
    const float g = gradient[lane] * value;
    const float grown = state.n[lane] + g * g;
    const float root = std::sqrt(grown);
    state.z[lane] += g - (root - std::sqrt(state.n[lane])) * inverse_alpha * weights[lane];
    state.n[lane] = grown;
    weights[lane] = weight_of(options, state.z[lane], root);
  }
}

Scores scores_of(const Lanes& sum) {
  Scores scores;
  for (size_t lane = 0; lane < kHeadLanes; ++lane) scores.p[lane] = logistic(sum[lane]);
  return scores;
}

}  // namespace

Ranker::Ranker(RankerOptions options)
    : options_(options), weights_(kWeights), states_(kWeights), dirty_(kBlocks, 0) {}

POTIK_VECTOR_CODE
Lanes Ranker::viewer_sum(const FeatureRows& rows) const {
  Lanes sum{};
  for (size_t i = 0; i < kViewerFeatures; ++i) add(sum, weights_[rows.row[i]], value_of(rows, i));
  return sum;
}

POTIK_VECTOR_CODE
Scores Ranker::predict(const Lanes& viewer_sum, const FeatureRows& rows) const {
  Lanes sum = viewer_sum;
  for (size_t i = kViewerFeatures; i < kFeatures; ++i)
    add(sum, weights_[rows.row[i]], value_of(rows, i));
  return scores_of(sum);
}

Scores Ranker::predict(const FeatureRows& rows) const { return predict(viewer_sum(rows), rows); }

void Ranker::fetch(const FeatureRows& rows) const {
  for (size_t i = kViewerFeatures; i < kFeatures; ++i) __builtin_prefetch(&weights_[rows.row[i]]);
}

void Ranker::fetch_to_learn(const FeatureRows& rows) const {
  for (const uint32_t row : rows.row) {
    __builtin_prefetch(&weights_[row], 1);
    __builtin_prefetch(&states_[row], 1);
  }
}

std::array<float, kFeatures> Ranker::contributions(const FeatureRows& rows, Head head) const {
  std::array<float, kFeatures> parts{};
  for (size_t i = 0; i < kFeatures; ++i)
    parts[i] = weights_[rows.row[i]][static_cast<size_t>(head)] * value_of(rows, i);
  return parts;
}

void Ranker::learn(std::span<const Example> examples) {
  const size_t count = std::min(examples.size(), options_.examples_per_epoch_max);
  const auto example = [&](size_t i) -> const Example& {
    return examples[i * examples.size() / count];
  };
  for (size_t i = 0; i < count; ++i) {
    if (i + 1 < count) fetch_to_learn(example(i + 1).rows);
    learn_one(example(i));
  }
}

// All heads advance together, one vector operation each; a head whose label is unknown has
// gradient 0, which leaves its z and n as they are.
POTIK_VECTOR_CODE
void Ranker::learn_one(const Example& example) {
  const Scores scores = predict(example.rows);
  Lanes gradient{};
  for (size_t head = 0; head < kHeads; ++head) {
    if ((example.known >> head & 1U) == 0) continue;
    const float label = (example.labels >> head & 1U) != 0 ? 1.0F : 0.0F;
    const float p = (example.corrects >> head & 1U) != 0 ? 0.0F : scores.p[head];
    gradient[head] = p - label;
  }
  for (size_t i = 0; i < kFeatures; ++i) {
    const uint32_t row = example.rows.row[i];
    step(options_, gradient, value_of(example.rows, i), states_[row], weights_[row]);
    dirty_[row / kBlockRows] = 1;
  }
}

std::vector<uint32_t> Ranker::take_dirty_blocks() {
  std::vector<uint32_t> blocks;
  for (uint32_t block = 0; block < kBlocks; ++block) {
    if (dirty_[block] != 0) blocks.push_back(block);
  }
  std::ranges::fill(dirty_, uint8_t{0});
  return blocks;
}

std::string Ranker::save_block(uint32_t block) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kBlockFormat);
  for (uint32_t row = block * kBlockRows; row < (block + 1) * kBlockRows; ++row) {
    const State& state = states_[row];
    uint8_t heads = 0;
    for (size_t head = 0; head < kHeads; ++head)
      heads |= static_cast<uint8_t>((state.n[head] > 0 ? 1U : 0U) << head);
    out.put(heads);
    for (size_t head = 0; head < kHeads; ++head) {
      if (state.n[head] <= 0) continue;
      out.put(state.z[head]);
      out.put(state.n[head]);
    }
  }
  return bytes;
}

bool Ranker::load_block(uint32_t block, std::string_view bytes) {
  if (block >= kBlocks) return false;
  ByteReader in(bytes);
  if (in.get<uint8_t>() != kBlockFormat) return false;
  std::array<State, kBlockRows> loaded{};
  for (State& state : loaded) {
    const auto heads = in.get<uint8_t>();
    for (size_t head = 0; head < kHeads; ++head) {
      if ((heads >> head & 1U) == 0) continue;
      state.z[head] = in.get<float>();
      state.n[head] = in.get<float>();
      const bool sane = std::isfinite(state.z[head]) && std::isfinite(state.n[head]);
      if (!sane || state.n[head] <= 0) return false;
    }
  }
  if (!in.done()) return false;
  for (uint32_t i = 0; i < kBlockRows; ++i) {
    const uint32_t row = block * kBlockRows + i;
    states_[row] = loaded[i];
    for (size_t lane = 0; lane < kHeadLanes; ++lane)
      weights_[row][lane] = weight_of(options_, loaded[i].z[lane], std::sqrt(loaded[i].n[lane]));
  }
  return true;
}

size_t Ranker::memory_bytes() const {
  return weights_.capacity() * sizeof(Lanes) + states_.capacity() * sizeof(State) +
         dirty_.capacity();
}

}  // namespace potik::model
