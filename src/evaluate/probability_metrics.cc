#include "evaluate/probability_metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/flat_map.h"

namespace potik::evaluate {
namespace {

constexpr size_t kBins = 10;
constexpr double kClip = 1e-6;

double clipped(float p) { return std::clamp(static_cast<double>(p), kClip, 1 - kClip); }

double log_loss(double p, bool label) { return -std::log(label ? p : 1 - p); }

// Users that occur, numbered from 0.
std::vector<uint32_t> participants(std::span<const Predicted> rows, size_t& count) {
  IntMap<uint32_t> numbers;
  std::vector<uint32_t> of_row;
  of_row.reserve(rows.size());
  for (const Predicted& row : rows)
    of_row.push_back(
        numbers.emplace(row.user, static_cast<uint32_t>(numbers.size())).first->second);
  count = numbers.size();
  return of_row;
}

std::vector<uint32_t> by_probability(std::span<const Predicted> rows) {
  std::vector<uint32_t> order(rows.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](uint32_t i) { return rows[i].p; });
  return order;
}

// The share of (positive, negative) pairs in the right order, ties counting half; rows weighted.
template <class Weight>
double weighted_auc(std::span<const Predicted> rows, std::span<const uint32_t> order,
                    Weight&& weight) {
  double right = 0;
  double negatives = 0;
  double positives = 0;
  for (size_t begin = 0; begin < order.size();) {
    double tied_positives = 0;
    double tied_negatives = 0;
    size_t i = begin;
    for (; i < order.size() && rows[order[i]].p == rows[order[begin]].p; ++i) {
      (rows[order[i]].label ? tied_positives : tied_negatives) += weight(order[i]);
    }
    right += tied_positives * (negatives + tied_negatives / 2);
    negatives += tied_negatives;
    positives += tied_positives;
    begin = i;
  }
  return positives > 0 && negatives > 0 ? right / (positives * negatives) : 0.5;
}

// Bins between the deciles of p, as quantiles are interpolated; equal deciles are one.
std::vector<CalibrationBin> calibrate(std::span<const Predicted> rows,
                                      std::span<const uint32_t> order) {
  std::vector<double> edges;
  for (size_t i = 1; i < kBins; ++i) {
    const double at = static_cast<double>(rows.size() - 1) * static_cast<double>(i) / kBins;
    const auto low = static_cast<size_t>(at);
    const double from = rows[order[low]].p;
    const double to = rows[order[std::min(low + 1, rows.size() - 1)]].p;
    edges.push_back(from + (to - from) * (at - static_cast<double>(low)));
  }
  std::vector<CalibrationBin> bins;
  size_t edge = kBins;
  for (const uint32_t i : order) {
    const double p = rows[i].p;
    const auto bin = static_cast<size_t>(std::ranges::lower_bound(edges, p) - edges.begin());
    if (bins.empty() || bin != edge) bins.emplace_back();
    edge = bin;
    ++bins.back().rows;
    bins.back().mean_p += p;
    bins.back().rate += rows[i].label ? 1 : 0;
  }
  for (CalibrationBin& bin : bins) {
    bin.mean_p /= static_cast<double>(bin.rows);
    bin.rate /= static_cast<double>(bin.rows);
  }
  return bins;
}

}  // namespace

ProbabilityQuality probability_quality(std::span<const Predicted> rows, size_t resamples) {
  ProbabilityQuality quality;
  quality.rows = rows.size();
  if (rows.empty()) return quality;
  size_t users = 0;
  const auto user_of = participants(rows, users);
  const Resamples draws(users, resamples);
  std::vector<Ratio> losses(users);
  for (size_t i = 0; i < rows.size(); ++i) {
    quality.rate += rows[i].label ? 1 : 0;
    quality.mean_p += rows[i].p;
    losses[user_of[i]].numerator += log_loss(clipped(rows[i].p), rows[i].label);
    losses[user_of[i]].denominator += 1;
  }
  const auto count = static_cast<double>(rows.size());
  quality.rate /= count;
  quality.mean_p /= count;
  const double base = std::clamp(quality.rate, kClip, 1 - kClip);
  quality.log_loss_of_rate =
      quality.rate * log_loss(base, true) + (1 - quality.rate) * log_loss(base, false);
  quality.log_loss = estimate(losses, draws);
  const auto order = by_probability(rows);
  std::vector<double> values;
  for (size_t i = 0; i < std::min(draws.size(), kAucResamplesMax); ++i) {
    const auto draw = draws.draw(i);
    values.push_back(weighted_auc(
        rows, order, [&](uint32_t row) { return static_cast<double>(draw[user_of[row]]); }));
  }
  quality.auc = {weighted_auc(rows, order, [](uint32_t) { return 1.0; }), half_width(values)};
  quality.calibration = calibrate(rows, order);
  return quality;
}

Estimate grouped_auc(std::span<const Predicted> rows, size_t resamples) {
  size_t users = 0;
  const auto user_of = participants(rows, users);
  std::vector<std::vector<Predicted>> of_users(users);
  for (size_t i = 0; i < rows.size(); ++i) of_users[user_of[i]].push_back(rows[i]);
  std::vector<Ratio> ratios;
  for (const auto& own : of_users) {
    const auto positives = std::ranges::count_if(own, &Predicted::label);
    if (positives == 0 || positives == std::ssize(own)) continue;
    const auto weight = static_cast<double>(own.size());
    const double auc =
        weighted_auc(std::span(own), by_probability(own), [](uint32_t) { return 1.0; });
    ratios.push_back({auc * weight, weight});
  }
  return estimate(ratios, Resamples(ratios.size(), resamples));
}

}  // namespace potik::evaluate
