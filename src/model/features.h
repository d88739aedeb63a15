#pragma once
// What the ranker sees of a (user, video) pair: a fixed number of named one-hot features, each
// hashed into the weight table. One-hot buckets let a linear model bend, need no scaling, and make
// an explanation a lookup.

#include <array>
#include <cstdint>
#include <string_view>

namespace potik::model {

inline constexpr size_t kFeatures = 24;
inline constexpr uint32_t kWeightBits = 16;
inline constexpr uint32_t kWeights = 1U << kWeightBits;  // rows in the table, four heads each

// features[i] is the row of the weight table that feature i occupies for this pair.
using FeatureRows = std::array<uint32_t, kFeatures>;

// Names for explanations, by feature index; static storage.
[[nodiscard]] std::string_view feature_name(size_t index);

}  // namespace potik::model
