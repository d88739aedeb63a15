#pragma once
// How good a ranked list is, given what its user then liked. Each measure of a user is a numerator
// and a denominator; over users it is the sum of the one by the sum of the other. Threads: pure
// functions and plain values.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace potik::evaluate {

enum class ListMetric : uint8_t {
  recall20,
  recall50,
  recall100,
  recall200,
  ndcg10,
  ndcg20,
  mrr,
  debiased_ndcg20,
};
inline constexpr size_t kListMetrics = 8;
inline constexpr std::array<std::string_view, kListMetrics> kListMetricNames{
    "recall@20", "recall@50", "recall@100", "recall@200",
    "ndcg@10",   "ndcg@20",   "mrr",        "debiased_ndcg@20"};

struct Ratio {
  double numerator = 0;
  double denominator = 0;
};
using ListRatios = std::array<Ratio, kListMetrics>;

inline constexpr size_t kUnranked = SIZE_MAX;

// A video the user liked: its place in the list, from 0 or kUnranked, and what finding it is worth
// to the debiased measure.
struct Wanted {
  size_t rank = kUnranked;
  double worth = 1;
};

// `wanted` is not empty.
//  recall@K  places below K / wanted: micro recall, each wanted video counts the same.
//  ndcg@K    binary gains; the ideal list holds min(K, wanted); denominator 1: the mean of users.
//  mrr       1 / (1 + the first place), 0 where nothing was found; denominator 1.
//  debiased_ndcg@20  gains are `worth`; numerator and ideal are summed over users, so that the
//            estimate is self-normalised.
[[nodiscard]] ListRatios list_ratios(std::span<const Wanted> wanted);

// n^-1/2 of the video's `positives` in the part that is measured: the inverse of the chance to be
// observed under the model of Steck 2011, "Item popularity and recommendation accuracy" (RecSys),
// p ~ n^(g/(g+1)) with g = 1.
[[nodiscard]] double debiased_worth(uint64_t positives);

}  // namespace potik::evaluate
