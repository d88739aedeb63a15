#include "evaluate/list_metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace potik::evaluate {
namespace {

constexpr size_t kDebiasedPlaces = 20;

double discount(size_t rank) { return 1 / std::log2(static_cast<double>(rank) + 2); }

Ratio recall(std::span<const Wanted> wanted, size_t places) {
  const auto found =
      std::ranges::count_if(wanted, [&](const Wanted& video) { return video.rank < places; });
  return {static_cast<double>(found), static_cast<double>(wanted.size())};
}

Ratio ndcg(std::span<const Wanted> wanted, size_t places) {
  double gained = 0;
  double ideal = 0;
  for (const Wanted& video : wanted) gained += video.rank < places ? discount(video.rank) : 0;
  for (size_t i = 0; i < std::min(places, wanted.size()); ++i) ideal += discount(i);
  return {gained / ideal, 1};
}

Ratio reciprocal_rank(std::span<const Wanted> wanted) {
  const size_t first = std::ranges::min(wanted, {}, &Wanted::rank).rank;
  return {first == kUnranked ? 0 : 1 / (static_cast<double>(first) + 1), 1};
}

Ratio debiased(std::span<const Wanted> wanted) {
  std::vector<double> worths;
  double gained = 0;
  for (const Wanted& video : wanted) {
    worths.push_back(video.worth);
    gained += video.rank < kDebiasedPlaces ? video.worth * discount(video.rank) : 0;
  }
  std::ranges::sort(worths, std::greater{});
  double ideal = 0;
  for (size_t i = 0; i < std::min(kDebiasedPlaces, worths.size()); ++i)
    ideal += worths[i] * discount(i);
  return {gained, ideal};
}

}  // namespace

ListRatios list_ratios(std::span<const Wanted> wanted) {
  return {recall(wanted, 20), recall(wanted, 50), recall(wanted, 100),     recall(wanted, 200),
          ndcg(wanted, 10),   ndcg(wanted, 20),   reciprocal_rank(wanted), debiased(wanted)};
}

double debiased_worth(uint64_t positives) {
  return 1 / std::sqrt(static_cast<double>(std::max<uint64_t>(positives, 1)));
}

}  // namespace potik::evaluate
