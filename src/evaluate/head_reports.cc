#include "evaluate/head_reports.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace potik::evaluate {
namespace {

constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kPeriodsMax = 31;
constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

int64_t period_ms(TimeMs begin, TimeMs end) {
  const int64_t days = ms_between(begin, end) / kDayMs + 1;
  return (days + kPeriodsMax - 1) / kPeriodsMax * kDayMs;
}

}  // namespace

HeadReports::Row::Row() {
  live.fill(kNone);
  frozen.fill(kNone);
}

HeadReports::HeadReports(const RecordedTraffic& traffic, TimeMs split)
    : traffic_(traffic), split_(split), rows_(traffic.log.size()) {
  const auto first = std::ranges::lower_bound(traffic.log, split, {}, &Impression::at);
  first_ = static_cast<size_t>(first - traffic.log.begin());
}

void HeadReports::set_live(uint32_t impression, const store::FactRow& row) {
  for (size_t head = 0; head < kMeasuredHeadCount; ++head)
    rows_[impression].live[head] = row.*kMeasuredHeads[head].stored;
}

void HeadReports::set_frozen(uint32_t impression, const model::Scores& scores) {
  for (size_t head = 0; head < kMeasuredHeadCount; ++head)
    rows_[impression].frozen[head] = scores[kMeasuredHeads[head].head];
}

void HeadReports::set_rates(uint32_t impression,
                            const std::array<float, RateBaselines::kKinds>& rates) {
  rows_[impression].rates = rates;
}

std::optional<float> HeadReports::live(uint32_t impression) const {
  const float p = rows_[impression].live.front();
  return std::isnan(p) ? std::nullopt : std::optional(p);
}

template <class Probability>
std::vector<HeadReports::Labelled> HeadReports::label(const MeasuredHead& head,
                                                      Probability&& probability) const {
  std::vector<Labelled> rows;
  double sum = 0;
  size_t known = 0;
  for (size_t i = first_; i < rows_.size(); ++i) {
    const Impression& impression = traffic_.log[i];
    const float p = probability(rows_[i]);
    rows.push_back({impression.at, {impression.user, p, head.came_true(impression)}});
    if (std::isnan(p)) continue;
    sum += p;
    ++known;
  }
  const auto mean = known == 0 ? 0.5F : static_cast<float>(sum / static_cast<double>(known));
  for (Labelled& row : rows) {
    if (std::isnan(row.predicted.p)) row.predicted.p = mean;
  }
  return rows;
}

HeadReport HeadReports::report(const MeasuredHead& head, std::string_view method,
                               const std::vector<Labelled>& rows, size_t resamples) const {
  HeadReport report;
  report.head = head.name;
  report.method = method;
  std::vector<Predicted> some;
  for (const Labelled& row : rows) some.push_back(row.predicted);
  report.all = probability_quality(some, resamples);
  const int64_t length = period_ms(split_, rows.back().at);
  for (size_t i = 0; i < rows.size();) {
    const TimeMs begin = plus_ms(split_, ms_between(split_, rows[i].at) / length * length);
    some.clear();
    for (; i < rows.size() && rows[i].at < plus_ms(begin, length); ++i)
      some.push_back(rows[i].predicted);
    report.periods.push_back({begin, probability_quality(some, resamples)});
  }
  return report;
}

bool HeadReports::occurs_both_ways(const MeasuredHead& head) const {
  const auto measured = std::span(traffic_.log).subspan(first_);
  return std::ranges::any_of(measured, head.came_true) &&
         !std::ranges::all_of(measured, head.came_true);
}

std::vector<HeadReport> HeadReports::reports(size_t resamples, bool baselines) const {
  std::vector<HeadReport> all;
  for (size_t i = 0; i < kMeasuredHeadCount; ++i) {
    const MeasuredHead& head = kMeasuredHeads[i];
    if (!occurs_both_ways(head)) continue;
    for (size_t kind = 0; baselines && i == 0 && kind < RateBaselines::kKinds; ++kind) {
      const auto rows = label(head, [&](const Row& row) { return row.rates[kind]; });
      all.push_back(report(head, RateBaselines::kNames[kind], rows, resamples));
    }
    all.push_back(report(head, kOwnName, label(head, [&](const Row& row) { return row.live[i]; }),
                         resamples));
    std::vector<Predicted> frozen;
    for (const Labelled& row : label(head, [&](const Row& row) { return row.frozen[i]; }))
      frozen.push_back(row.predicted);
    all.back().frozen = true;
    all.back().frozen_all = probability_quality(frozen, resamples);
    all.back().frozen_gauc = grouped_auc(frozen, resamples);
  }
  return all;
}

}  // namespace potik::evaluate
