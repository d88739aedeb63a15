#include "evaluate/list_tally.h"

#include <algorithm>

namespace potik::evaluate {

void ListTally::add(size_t user, std::span<const Wanted> wanted) {
  const ListRatios own = list_ratios(wanted);
  for (size_t metric = 0; metric < kListMetrics; ++metric) {
    ratios_[user][metric].numerator += own[metric].numerator;
    ratios_[user][metric].denominator += own[metric].denominator;
  }
  for (const Wanted& video : wanted) {
    ++wanted_;
    if (video.rank < found_at_.size()) ++found_at_[video.rank];
  }
}

void ListTally::cover(std::span<const uint32_t> list) {
  for (const uint32_t video : list.first(std::min<size_t>(list.size(), 50))) top50_[video] = true;
}

ListMethod ListTally::method(const Resamples& resamples, size_t catalogue) const {
  ListMethod method;
  method.name = name_;
  std::vector<Ratio> ratios(ratios_.size());
  for (size_t metric = 0; metric < kListMetrics; ++metric) {
    for (size_t user = 0; user < ratios.size(); ++user) ratios[user] = ratios_[user][metric];
    method.metrics[metric] = estimate(ratios, resamples);
  }
  const auto covered = static_cast<double>(std::ranges::count(top50_, true));
  method.coverage50 = catalogue == 0 ? 0 : covered / static_cast<double>(catalogue);
  uint64_t found = 0;
  for (const uint64_t here : found_at_) {
    found += here;
    method.recall_at.push_back(
        wanted_ == 0 ? 0 : static_cast<double>(found) / static_cast<double>(wanted_));
  }
  return method;
}

}  // namespace potik::evaluate
