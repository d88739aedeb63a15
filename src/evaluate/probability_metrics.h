#pragma once
// How good predicted probabilities are: whether they order (AUC, GAUC), and whether they are true
// (log loss, calibration). Threads: pure functions. Cost: a sort, and a pass for each resample.

#include <cstdint>
#include <span>
#include <vector>

#include "evaluate/bootstrap.h"

namespace potik::evaluate {

struct Predicted {
  uint32_t user = 0;
  float p = 0;
  bool label = false;
};

// A tenth of the predictions, by size of p.
struct CalibrationBin {
  size_t rows = 0;
  double mean_p = 0;
  double rate = 0;
};

struct ProbabilityQuality {
  size_t rows = 0;
  double rate = 0;
  double mean_p = 0;
  double log_loss_of_rate = 0;  // of the constant that predicts `rate`: what knowing nothing costs
  Estimate auc;                 // .5 where all labels agree
  Estimate log_loss;            // p within [1e-6, 1 - 1e-6]
  std::vector<CalibrationBin> calibration;
};

// Resamples beyond kAucResamplesMax are not used for AUC.
inline constexpr size_t kAucResamplesMax = 50;
[[nodiscard]] ProbabilityQuality probability_quality(std::span<const Predicted> rows,
                                                     size_t resamples);

// AUC inside each user with both outcomes, weighted by the user's rows.
[[nodiscard]] Estimate grouped_auc(std::span<const Predicted> rows, size_t resamples);

}  // namespace potik::evaluate
