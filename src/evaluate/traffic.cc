#include "evaluate/traffic.h"

#include <algorithm>
#include <tuple>

namespace potik::evaluate {

uint32_t IdNumbers::number(std::string_view id) {
  if (const auto found = numbers_.find(id); found != numbers_.end()) return found->second;
  const auto next = static_cast<uint32_t>(ids_.size());
  ids_.emplace_back(id);
  numbers_.emplace(ids_.back(), next);
  return next;
}

std::optional<uint32_t> IdNumbers::find(std::string_view id) const {
  const auto found = numbers_.find(id);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

void put_in_order(std::vector<Impression>& log) {
  std::ranges::stable_sort(log, {}, &Impression::at);
  // Within a group of the same time: few, but for data with times of whole days.
  IntMap<uint8_t> met;
  TimeMs group{-1};
  const auto repeated = [&](const Impression& impression) {
    if (impression.at != group) met.clear();
    group = impression.at;
    return !met.emplace(uint64_t{impression.user} << 32U | impression.video, 0).second;
  };
  std::erase_if(log, repeated);
}

std::vector<Happening> happenings(std::span<const Impression> log) {
  std::vector<Happening> all;
  all.reserve(2 * log.size());
  for (uint32_t i = 0; i < log.size(); ++i) {
    all.push_back({log[i].at, i, false});
    all.push_back({log[i].outcome_at, i, true});
  }
  std::ranges::sort(all, {}, [](const Happening& happening) {
    return std::tuple(happening.at, !happening.outcome, happening.impression);
  });
  return all;
}

}  // namespace potik::evaluate
