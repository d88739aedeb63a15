#pragma once
// A recommendation list as JSON: the members that every reader gets, whether by HTTP, by
// server-sent events or from a stream of results. The hot path of serving, so written by hand:
// about 3 us for 20 videos. Threads: pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "cache/recommendation.h"

namespace potik::cache {

// Appends `"model_version":...,"receipt":{...}`: what stands before the videos.
void append_list_head(std::string& out, const RecommendationList& list);
// Appends one object of the array `videos`, after a comma unless it is the first. `explain` adds
// "scores" and "why".
void append_list_video(std::string& out, const RecommendedVideo& video, size_t rank, bool explain);

// In the stream of recommendations, the key of the list for whoever is not known: longer than any
// id, 65 times '*'.
inline constexpr std::string_view kUnknownUserKey =
    "*****************************************************************";
static_assert(kUnknownUserKey.size() == 65);

// The whole list as one object on one line, explained: the value of a record in the stream of
// recommendations (docs/formats/topics.md).
void append_list_record(std::string& out, const RecommendationList& list);
// Reads such a record back, in one walk. Nothing if it is none: no JSON, or without what a list
// needs. What it does not know is passed over. Names of features are kept by the list.
[[nodiscard]] std::optional<RecommendationList> read_list_record(std::string_view json);

}  // namespace potik::cache
