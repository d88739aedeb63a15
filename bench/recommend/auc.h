#pragma once
// Discrimination and calibration of predicted probabilities. Collects everything, sorts once when
// asked.

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace potik::bench {

class Discrimination {
 public:
  void add(float p, bool label) { pairs_.emplace_back(p, label); }

  // Area under the ROC curve: the chance that a positive is placed above a negative, ties counting
  // half.
  [[nodiscard]] double auc() const {
    std::vector<std::pair<float, bool>> sorted = pairs_;
    std::ranges::sort(sorted);
    double below = 0;
    double wins = 0;
    for (size_t i = 0; i < sorted.size();) {
      double positives = 0;
      double negatives = 0;
      const float p = sorted[i].first;
      for (; i < sorted.size() && sorted[i].first == p; ++i)
        (sorted[i].second ? positives : negatives) += 1;
      wins += positives * (below + negatives / 2);
      below += negatives;
    }
    const double positives = static_cast<double>(sorted.size()) - below;
    return positives > 0 && below > 0 ? wins / (positives * below) : 0.5;
  }
  [[nodiscard]] double log_loss() const {
    double sum = 0;
    for (const auto& [p, label] : pairs_) sum -= std::log(label ? p : 1 - p);
    return sum / static_cast<double>(pairs_.size());
  }
  [[nodiscard]] double mean_prediction() const {
    double sum = 0;
    for (const auto& [p, label] : pairs_) sum += p;
    return sum / static_cast<double>(pairs_.size());
  }
  [[nodiscard]] double rate() const {
    double sum = 0;
    for (const auto& [p, label] : pairs_) sum += label ? 1 : 0;
    return sum / static_cast<double>(pairs_.size());
  }
  [[nodiscard]] size_t size() const { return pairs_.size(); }
  // Mean prediction and rate of each tenth, by prediction.
  [[nodiscard]] std::vector<std::pair<double, double>> deciles() const {
    std::vector<std::pair<float, bool>> sorted = pairs_;
    std::ranges::sort(sorted);
    std::vector<std::pair<double, double>> tenths;
    for (size_t tenth = 0; tenth < 10; ++tenth) {
      Discrimination part;
      for (size_t i = sorted.size() * tenth / 10; i < sorted.size() * (tenth + 1) / 10; ++i)
        part.add(sorted[i].first, sorted[i].second);
      tenths.emplace_back(part.mean_prediction(), part.rate());
    }
    return tenths;
  }

 private:
  std::vector<std::pair<float, bool>> pairs_;
};

}  // namespace potik::bench
