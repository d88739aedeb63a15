#pragma once
// The probabilities that are measured: what each is about, where the model's answer stands, and how
// the log tells whether it came true. A further head of the model is a further line here.

#include <array>
#include <cstdint>
#include <string_view>

#include "evaluate/traffic.h"
#include "model/judge.h"
#include "model/ranker.h"
#include "store/rows.h"

namespace potik::evaluate {

struct MeasuredHead {
  std::string_view name;
  model::Head head;
  float store::FactRow::* stored;  // as predicted when the video was shown
  bool (*came_true)(const Impression&);
};

// The first is the probability of a positive: --scores writes it, baselines are measured beside it.
inline constexpr std::array<MeasuredHead, 4> kMeasuredHeads{{
    {"long_watch", model::Head::long_watch, &store::FactRow::p_long_watch,
     [](const Impression& impression) { return impression.positive; }},
    {"like", model::Head::like, &store::FactRow::p_like,
     [](const Impression& impression) { return (impression.acts & kLiked) != 0; }},
    {"comment", model::Head::comment, &store::FactRow::p_comment,
     [](const Impression& impression) { return (impression.acts & kCommented) != 0; }},
    {"skip", model::Head::skip, &store::FactRow::p_skip,
     [](const Impression& impression) {
       return impression.watch_ms != event::kAbsent &&
              model::is_skip(impression.watch_ms, impression.duration_ms);
     }},
}};
inline constexpr size_t kMeasuredHeadCount = kMeasuredHeads.size();
using HeadProbabilities = std::array<float, kMeasuredHeadCount>;

}  // namespace potik::evaluate
