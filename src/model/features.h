#pragma once
// What the ranker sees of a (user, video) pair: a fixed number of named features, each a row of the
// weight table and the value that its weights are multiplied with. Most are one-hot, of value 1,
// hashed by what they are about, so that a linear model bends and an explanation is a lookup. A few
// are numbers, log-odds of counted rates above all: one weight each, which is right after some
// hundred examples, where buckets want thousands. The viewer's features come first: they are the
// same for every candidate of a list.

#include <array>
#include <cstdint>
#include <string_view>

namespace potik::model {

inline constexpr size_t kViewerNumbers = 8;
inline constexpr size_t kViewerFeatures = 17;  // numbers first
inline constexpr size_t kVideoNumbers = 4;     // behind the viewer's features, ahead of the rest
inline constexpr size_t kFeatures = 33;
inline constexpr uint32_t kWeightBits = 17;
inline constexpr uint32_t kWeights = 1U << kWeightBits;  // rows in the table
// The first rows are for features of few values, which no id of a video may ever share.
inline constexpr uint32_t kDenseWeights = 1U << 14U;

// row[i] is the row of the weight table that feature i occupies for this pair.
struct FeatureRows {
  std::array<uint32_t, kFeatures> row{};
  std::array<float, kViewerNumbers + kVideoNumbers> number{};
  friend bool operator==(const FeatureRows&, const FeatureRows&) = default;
};
[[nodiscard]] constexpr float value_of(const FeatureRows& rows, size_t feature) {
  if (feature < kViewerNumbers) return rows.number[feature];
  if (feature < kViewerFeatures || feature >= kViewerFeatures + kVideoNumbers) return 1.0F;
  return rows.number[kViewerNumbers + feature - kViewerFeatures];
}

// Names for explanations, by feature index; static storage.
[[nodiscard]] std::string_view feature_name(size_t index);

}  // namespace potik::model
