#pragma once
// evaluate(): lives through recorded traffic in order of time and measures, from the split on,
// three things at once: lists made with the state frozen at the split, lists made just before each
// first positive, and the probability of each outcome predicted when the video was shown. Nothing
// is known to anyone before it happened. Deterministic but for Report::speed, on any number of
// threads.

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "evaluate/report.h"
#include "evaluate/traffic.h"
#include "pipeline/core.h"

namespace potik::evaluate {

struct EvaluationOptions {
  // Else where the log begins; where there is no history, after four fifths of its rows.
  std::optional<TimeMs> split;
  size_t epoch_events_max = 1'000;
  size_t frozen_list_length = 200;
  size_t live_list_length = 100;
  size_t resamples = 200;
  size_t threads = 1;
  bool baselines = true;
};

// Each may be empty; called on the caller's thread. Numbers are those of the traffic.
struct EvaluationSinks {
  // The frozen list of each user who is known at the split or likes something later.
  std::function<void(uint32_t user, std::span<const uint32_t> videos)> frozen_list;
  // The list just before the impression, a first positive.
  std::function<void(const Impression& impression, std::span<const uint32_t> videos)> live_list;
  // Of every impression of the log, in its order: the probability of a positive.
  std::function<void(const Impression& impression, float p)> score;
  // Of impressions and lists.
  std::function<void(uint64_t done, uint64_t total)> progress;
};

// `traffic.log` is in order.
[[nodiscard]] Report evaluate(const RecordedTraffic& traffic, const pipeline::CoreOptions& core,
                              const EvaluationOptions& options, const EvaluationSinks& sinks);

}  // namespace potik::evaluate
