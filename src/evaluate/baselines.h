#pragma once
// What a recommender must beat, as simply as it can be said. All of them learn in order of time and
// know nothing before it happened. Threads: learn() alone, score() by many. Memory: 8 bytes a
// video; of the neighbours 32 bytes for each pair of videos that somebody liked both of, without a
// bound.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "evaluate/traffic.h"

namespace potik::evaluate {

// Scores every video for a user; the larger the better, ties in order of number.
class ListBaseline {
 public:
  virtual ~ListBaseline() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // An impression whose outcome is known now.
  virtual void learn(const Impression& impression) = 0;
  // Fills `scores`, by number of the video.
  virtual void score(uint32_t user, TimeMs at, std::span<double> scores) const = 0;
};

// Random order, another for each user and time; popularity over all time; popularity at a half-life
// of .7 days; item neighbours: cosine between having been shown the one and liking the other later,
// at a half-life of 4 days, summed over the last 100 videos the user was shown, recent popularity
// where that says nothing. Source of the last: Sarwar et al. 2001, "Item-based collaborative
// filtering recommendation algorithms", with each user's pairs shared by the root of their number.
[[nodiscard]] std::vector<std::unique_ptr<ListBaseline>> list_baselines(size_t users,
                                                                        size_t videos);

// Probabilities by counting.
class RateBaselines {
 public:
  enum Kind : size_t { kConstant, kVideo, kUser };
  static constexpr size_t kKinds = 3;
  static constexpr std::array<std::string_view, kKinds> kNames{"constant", "rate of video",
                                                               "rate of user"};
  RateBaselines(size_t users, size_t videos) : users_(users), videos_(videos) {}
  // An impression whose outcome is known now.
  void learn(const Impression& impression);
  // The rate of all; of the video and of the user, each as if ten further impressions had the rate
  // of all.
  [[nodiscard]] std::array<float, kKinds> predict(const Impression& impression) const;

 private:
  struct Tally {
    uint32_t impressions = 0;
    uint32_t positives = 0;
  };
  Tally all_;
  std::vector<Tally> users_;
  std::vector<Tally> videos_;
};

// Which videos each user was shown.
class SeenVideos {
 public:
  explicit SeenVideos(size_t users) : of_(users) {}
  void add(uint32_t user, uint32_t video);
  [[nodiscard]] std::span<const uint32_t> of(uint32_t user) const { return of_[user]; }
  [[nodiscard]] bool contains(uint32_t user, uint32_t video) const;

 private:
  IntMap<uint8_t> pairs_;
  std::vector<std::vector<uint32_t>> of_;
};

// The best `limit` videos that are not among the seen, best first. Leaves the seen at -infinity.
[[nodiscard]] std::vector<uint32_t> best_unseen(std::span<double> scores,
                                                std::span<const uint32_t> seen, size_t limit);
// The place that `video` would have in that list; kUnranked if it is seen.
[[nodiscard]] size_t rank_unseen(std::span<const double> scores, std::span<const uint32_t> seen,
                                 uint32_t video);

}  // namespace potik::evaluate
