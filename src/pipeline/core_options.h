#pragma once
// What of the core can be set. Threads: plain values.

#include <cstddef>
#include <cstdint>
#include <string>

#include "detect/alert_book.h"
#include "detect/user_detector.h"
#include "detect/video_detector.h"
#include "model/acts.h"
#include "model/introductions.h"
#include "model/recommender.h"

namespace potik::pipeline {

// Of what is learned and how. A data directory that an earlier one has written goes on, but its
// epochs up to then cannot be computed again (docs/adr/0011-model-versions.md).
inline constexpr uint32_t kModelVersion = 5;

struct CoreOptions {
  model::VideoTableOptions videos;
  model::RankerOptions ranker;
  model::FactorOptions factors;
  model::RecommenderOptions recommender;
  model::IntroductionOptions introductions;
  detect::UserDetectorOptions user_detector;
  detect::VideoDetectorOptions video_detector;
  detect::AlertBookOptions alerts;
  int64_t impression_window_ms = model::kImpressionWindowMs;  // in which acts answer an impression
  size_t list_length = 50;                                    // videos in a refreshed list
  size_t cowatch_inputs = 14;  // last videos of a viewer that pair with the one now met
  // Events a second, by the epochs' own times, that are learned in full; of more, every so manieth.
  // The ranker, which is cheaper to teach, learns from some four times as many.
  uint32_t learned_per_second_max = 2'000;
  // What is suspicious neither counts nor teaches; else detectors only speak.
  bool quarantine = true;
  int64_t quarantine_ms = 600'000;      // nor does what a suspicious viewer does for so long
  int64_t unlearn_window_ms = 600'000;  // nor what they did before, as far as it is kept
  int64_t served_ttl_ms = 600'000;      // a user stays served this long after the last request
  size_t served_max = 100'000;
  // Where everyone who acts gets a list: at most so many an epoch, in equal shares by key group,
  // beside those of the served.
  size_t everyone_lists_max = 1'000'000;
  // Everything above that changes outputs, as text: pinned in the journal, so that a replay uses
  // the same.
  [[nodiscard]] std::string fingerprint() const;
};

}  // namespace potik::pipeline
