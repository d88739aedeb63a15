#pragma once
// What was predicted of a viewer's last exposures, kept until what follows can be held against it,
// and what the last list offered. Part of the keyed state of the viewer; bounded; serialised in the
// snapshot. Threads: one owner.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "cache/recommendation.h"
#include "model/ranker.h"

namespace potik::model {

// Heads whose predictions are judged: those that a stored event carries.
inline constexpr std::array<Head, 4> kJudgedHeads{Head::long_watch, Head::like, Head::comment,
                                                  Head::skip};
inline constexpr size_t kJudged = kJudgedHeads.size();
using JudgedScores = std::array<float, kJudged>;

// Exposures that an outcome may still answer: a list and half of the next.
inline constexpr size_t kForecastsMax = 32;
inline constexpr size_t kOffersMax = 20;  // first places of a list: what one answer holds

// How a video came before a viewer: by a source of the last list, or by none of it.
inline constexpr size_t kOrigins = cache::kSourceNames.size() + 1;
inline constexpr uint8_t kElsewhere = kOrigins - 1;

[[nodiscard]] constexpr std::string_view origin_name(size_t origin) {
  return origin == kElsewhere ? "elsewhere" : cache::kSourceNames[origin];
}

// 16 bytes.
struct Forecast {
  VideoHandle video{};
  uint32_t step = 0;  // when, in those of live_quality.h
  std::array<uint8_t, kJudged> bins{};
  uint8_t labels = 0;  // bit h: head h came true
  uint8_t origin = kElsewhere;
};

struct Offer {
  VideoHandle video{};
  cache::Source source{};
};

struct Forecasts {
  std::vector<Forecast> exposures;  // oldest first
  std::vector<Offer> offers;        // by place

  // Of the first kOffersMax videos of the list.
  void offer(const cache::RecommendationList& list);
  [[nodiscard]] uint8_t origin_of(VideoHandle video) const;
  // The newest of the video's; null: forgotten, or there was none.
  [[nodiscard]] Forecast* find(VideoHandle video);

  // Writes nothing where there is nothing; load() then is not to be called.
  void save(ByteWriter& out) const;
  // False if the bytes are none of save(). Handles are left to the caller.
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
};

}  // namespace potik::model
