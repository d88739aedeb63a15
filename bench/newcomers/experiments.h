#pragma once
// What becomes of new videos, and what lists make of a new viewer: two experiments on a simulated
// crowd. Pure; a run takes about as long as the core needs for its events and lists.

#include <string>
#include <vector>

#include "newcomers/lived_lists.h"

namespace potik::bench {

// Videos appear, all at once, to a crowd that has been there for a while.
struct NewcomersOptions {
  LivedOptions lived;
  uint32_t newcomers = 20;
  int64_t warm_up_ms = 120'000;
};
struct NewcomerRow {
  std::string video;
  std::string topic;
  model::Introduction report;
  int64_t took_ms = 0;     // until it was reached or missed
  uint64_t meanwhile = 0;  // impressions of all videos
};
struct NewcomersResult {
  std::vector<NewcomerRow> rows;
  uint64_t events = 0;
  uint64_t viewers = 0;
  [[nodiscard]] size_t reached() const;
  [[nodiscard]] uint32_t impressions() const;
  [[nodiscard]] uint32_t positives() const;
};
[[nodiscard]] NewcomersResult introduce_videos(const NewcomersOptions& options);

// Viewers whom nobody knows, one for each topic: their list before anything, after each of three
// long watches of that topic, and after a dislike of one more of its videos.
struct ReactionOptions {
  LivedOptions lived;
  int64_t warm_up_ms = 300'000;
};
struct ReactionStep {
  double share = 0;       // of the topic in the list, mean over the topics
  double first_five = 0;  // the same among the first five places
  double of_unseen = 0;   // how much of the topic that the viewer has not met is in the list
};
struct ReactionResult {
  std::vector<ReactionStep> watches;  // after 0, 1, 2, 3
  ReactionStep disliked;
  size_t topics = 0;
  size_t lists_with_disliked = 0;  // after the dislike, of one a topic
};
[[nodiscard]] ReactionResult react(app::SimulatedCatalogue catalogue,
                                   const ReactionOptions& options);

// Viewers of the crowd's taste who come for the first time and act on what they are given: how much
// they like, on average, what stands in their list after so many events.
struct FirstListsResult {
  std::vector<double> liking;  // by videos met, 0..kFirstVideos: mean chance that they like a place
  double best = 0;             // of a list of the videos that they like most
  double any = 0;              // of the whole catalogue
};
inline constexpr size_t kFirstVideos = 10;
[[nodiscard]] FirstListsResult welcome(app::SimulatedCatalogue catalogue,
                                       const ReactionOptions& options, uint32_t viewers);

// The page's own catalogue (tools/demo/catalogue.json); empty if the file cannot be read.
[[nodiscard]] app::SimulatedCatalogue page_catalogue(const std::string& path);

}  // namespace potik::bench
