#pragma once
// HeadReports: keeps what was predicted of each impression of the log, and makes the figures of it.
// Threads: one owner. Memory: 48 bytes an impression.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "evaluate/baselines.h"
#include "evaluate/heads.h"
#include "evaluate/report.h"
#include "evaluate/traffic.h"

namespace potik::evaluate {

class HeadReports {
 public:
  // Measured are the impressions from `split` on.
  HeadReports(const RecordedTraffic& traffic, TimeMs split);

  void set_live(uint32_t impression, const store::FactRow& row);
  void set_frozen(uint32_t impression, const model::Scores& scores);
  void set_rates(uint32_t impression, const std::array<float, RateBaselines::kKinds>& rates);
  // The probability of a positive, if one was predicted.
  [[nodiscard]] std::optional<float> live(uint32_t impression) const;

  // Heads of which the log knows both outcomes. An impression without a prediction of the model
  // (a video for which there was no room) gets the mean of the others.
  [[nodiscard]] std::vector<HeadReport> reports(size_t resamples, bool baselines) const;

 private:
  struct Row {
    HeadProbabilities live, frozen;
    std::array<float, RateBaselines::kKinds> rates{};
    Row();
  };
  struct Labelled {
    TimeMs at;
    Predicted predicted;
  };
  template <class Probability>
  [[nodiscard]] std::vector<Labelled> label(const MeasuredHead& head,
                                            Probability&& probability) const;
  [[nodiscard]] HeadReport report(const MeasuredHead& head, std::string_view method,
                                  const std::vector<Labelled>& rows, size_t resamples) const;
  [[nodiscard]] bool occurs_both_ways(const MeasuredHead& head) const;

  const RecordedTraffic& traffic_;
  TimeMs split_;
  size_t first_ = 0;  // measured impression
  std::vector<Row> rows_;
};

}  // namespace potik::evaluate
