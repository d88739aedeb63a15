#pragma once
// Why a video stands in a viewer's list, or why it does not: everything that was looked at on its
// way there, in the order of the way. Threads: plain values.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "cache/recommendation.h"
#include "model/ranker.h"

namespace potik::model {

// What keeps a video out of a list, whatever it would be worth.
enum class Filter : uint8_t {
  deleted,
  undescribed,     // without metadata, in a catalogue that has some
  disliked,        // by the viewer
  hidden_author,   // the viewer disliked another of the author's videos
  watched,         // by the viewer; filters nothing where a list repeats
  shown,           // to the viewer, where options.shown_again is off
  author_cap,      // as many of the author's videos as may stand in the list are worth more
  disliked_topic,  // the viewer disliked a video of it, and has met too few others since
  variety,         // its topic has its share of the list, or it is nearly the same as one above it
};
inline constexpr std::array<std::string_view, 9> kFilterNames{
    "deleted", "undescribed", "disliked",       "hidden_author", "watched",
    "shown",   "author_cap",  "disliked_topic", "variety"};
[[nodiscard]] constexpr std::string_view name(Filter filter) {
  return kFilterNames[static_cast<size_t>(filter)];
}

// Where the way ended.
enum class Outcome : uint8_t {
  listed,            // at `rank`
  beyond_limit,      // in the whole list, behind the places that were asked for
  filtered,          // by `filters`
  not_named,         // no source named it
  below_candidates,  // named, but others blended better, and only so many are ranked
  outranked,         // ranked, but below the last place
  displaced,         // had a place; new videos that are explored pushed it off the end
};
inline constexpr std::array<std::string_view, 7> kOutcomeNames{
    "listed",           "beyond_limit", "filtered", "not_named",
    "below_candidates", "outranked",    "displaced"};
[[nodiscard]] constexpr std::string_view name(Outcome outcome) {
  return kOutcomeNames[static_cast<size_t>(outcome)];
}

// A source that named the video. The first one is the source that a list tells.
struct SourceNote {
  cache::Source source{};
  VideoHandle because{};  // the watched video that led here, or none
  uint32_t place = 0;     // in what the source offers, from 1; 0 where it has no order
  // Of cowatch the sum of co-watching in about [0, kRowsMax], of factors x.v, about 1 of what is
  // watched; nothing where the source gives an order alone.
  std::optional<float> strength;
};

// One summand. The product is weight * input, or weight times the logarithm of it (blend.h).
struct Part {
  std::string_view name;  // static storage
  float input = 0;
  float weight = 0;
  float product = 0;
};

// What a video had where it fell out of the candidates, and what the last one that was kept had.
struct Cut {
  float blend = 0;
  float least = 0;
};

struct FeaturePart {
  std::string_view name;  // static storage
  float value = 0;
  float weight = 0;
  float product = 0;  // log-odds that it adds
};

// What is asked: why `video`, among the first `limit` of a list of `length`.
struct ExplainRequest {
  VideoHandle video{};
  size_t length = 0;
  size_t limit = 0;
  Head head = Head::long_watch;  // whose features are told
};

// Of a video that was no candidate blend, scores and utility are what it would have had as one.
struct Explanation {
  Outcome outcome{};
  std::vector<Filter> filters;
  bool repeats = false;  // nothing unseen is left: the list holds what was seen longest ago
  std::vector<SourceNote> sources;
  uint32_t named = 0;  // videos that the sources named
  // Summands of `blend`, up to rounding. None where the list asked for none: of an explored place
  // and of a list that repeats, where blend is 0.
  std::vector<Part> blend_parts;
  float blend = 0;
  std::optional<Cut> cut;
  uint32_t candidates = 0;  // videos that were ranked
  Scores scores;
  Lanes head_weights{};      // what a certain outcome is worth, by head
  std::vector<Part> merits;  // summands of `utility` beside `blend`, in their order
  float utility = 0;
  Head head{};  // of the features
  std::array<FeaturePart, kFeatures> features{};
  uint32_t standing = 0;  // among the candidates by utility, from 1; where it would stand as one
  uint32_t rank = 0;      // in the list, from 1; 0: not in it
  float propensity = 0;   // of that place; 0: none
  bool explored = false;  // stands there because it is new
  std::optional<float> last_utility;  // of the last place within the limit; none in an empty list
};

}  // namespace potik::model
