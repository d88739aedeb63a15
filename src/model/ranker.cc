#include "model/ranker.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/elementary.h"

namespace potik::model {
namespace {

using Lanes = std::array<float, kHeads>;

void add(Lanes& sum, const Lanes& term) {
  for (size_t head = 0; head < kHeads; ++head) sum[head] += term[head];
}

}  // namespace

Ranker::Ranker(RankerOptions options) : options_(options), rows_(kWeights), dirty_(kBlocks, 0) {}

Scores Ranker::predict(const FeatureRows& rows) const {
  Lanes sum{};
  for (const uint32_t row : rows) add(sum, rows_[row].w);
  Scores scores;
  for (size_t head = 0; head < kHeads; ++head) scores.p[head] = logistic(sum[head]);
  return scores;
}

std::array<float, kFeatures> Ranker::contributions(const FeatureRows& rows, Head head) const {
  std::array<float, kFeatures> parts{};
  for (size_t i = 0; i < kFeatures; ++i) parts[i] = rows_[rows[i]].w[static_cast<size_t>(head)];
  return parts;
}

void Ranker::learn(std::span<const Example> examples) {
  const size_t count = std::min(examples.size(), options_.examples_per_epoch_max);
  for (size_t i = 0; i < count; ++i) learn_one(examples[i * examples.size() / count]);
}

// All four heads advance together, one vector operation each; a head whose label is unknown has
// gradient 0, which leaves its z and n as they are.
void Ranker::learn_one(const Example& example) {
  const Scores scores = predict(example.rows);
  Lanes gradient{};
  for (size_t head = 0; head < kHeads; ++head) {
    const float label = (example.labels >> head & 1U) != 0 ? 1.0F : 0.0F;
    gradient[head] = (example.known >> head & 1U) != 0 ? scores.p[head] - label : 0.0F;
  }
  for (const uint32_t index : example.rows) {
    step(rows_[index], gradient);
    dirty_[index / kBlockRows] = 1;
  }
}

void Ranker::step(Row& row, const Lanes& gradient) const {
  const float inverse_alpha = 1.0F / options_.alpha;
  for (size_t head = 0; head < kHeads; ++head) {
    const float g = gradient[head];
    const float grown = row.n[head] + g * g;
    const float root = std::sqrt(grown);
    row.z[head] += g - (root - std::sqrt(row.n[head])) * inverse_alpha * row.w[head];
    row.n[head] = grown;
    const float z = row.z[head];
    const float beyond = std::max(std::fabs(z) - options_.l1, 0.0F);
    row.w[head] =
        -std::copysign(beyond, z) / ((options_.beta + root) * inverse_alpha + options_.l2);
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

// A row's floats in their order, as they lie in memory: little-endian, without gaps.
std::string Ranker::save_block(uint32_t block) const {
  static_assert(sizeof(Row) == 3 * kHeads * sizeof(float));
  std::string bytes(kBlockRows * sizeof(Row), '\0');
  std::memcpy(bytes.data(), &rows_[block * kBlockRows], bytes.size());
  return bytes;
}

bool Ranker::load_block(uint32_t block, std::string_view bytes) {
  if (block >= kBlocks || bytes.size() != kBlockRows * sizeof(Row)) return false;
  std::vector<Row> loaded(kBlockRows);
  std::memcpy(loaded.data(), bytes.data(), bytes.size());
  const auto finite = [](const Row& row) {
    for (const Lanes& lanes : {row.w, row.z, row.n}) {
      if (!std::ranges::all_of(lanes, [](float value) { return std::isfinite(value); }))
        return false;
    }
    return true;
  };
  if (!std::ranges::all_of(loaded, finite)) return false;
  std::ranges::copy(loaded, rows_.begin() + block * kBlockRows);
  return true;
}

size_t Ranker::memory_bytes() const { return rows_.capacity() * sizeof(Row) + dirty_.capacity(); }

}  // namespace potik::model
