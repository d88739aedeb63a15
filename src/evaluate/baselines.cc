#include "evaluate/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/hash.h"
#include "evaluate/list_metrics.h"

namespace potik::evaluate {
namespace {

constexpr double kDayMs = 86'400'000;
constexpr double kRecentHalfLifeMs = 0.7 * kDayMs;
constexpr double kNeighbourHalfLifeMs = 4 * kDayMs;
constexpr size_t kShownMax = 100;        // of a user that neighbours are looked up for
constexpr float kPriorImpressions = 10;  // of RateBaselines
constexpr float kFirstRate = 1.0F / 3;   // before anything is known
constexpr double kHalfLivesMax = 400;    // before the growing scale begins anew

// Weights that grow by time instead of counts that decay: 2^(t / half-life).
class GrowingScale {
 public:
  explicit GrowingScale(double half_life_ms) : half_life_ms_(half_life_ms) {}
  // The weight of something at `at`. Where it would outgrow a double, `shrink(factor)` is called
  // for all that was weighed before.
  template <class Shrink>
  double weight(TimeMs at, Shrink&& shrink) {
    if (!begun_) base_ = at;
    begun_ = true;
    const double half_lives = static_cast<double>(ms_between(base_, at)) / half_life_ms_;
    if (half_lives < kHalfLivesMax) return std::exp2(half_lives);
    shrink(std::exp2(-half_lives));
    base_ = at;
    return 1;
  }

 private:
  double half_life_ms_;
  TimeMs base_;
  bool begun_ = false;
};

class RandomOrder : public ListBaseline {
 public:
  [[nodiscard]] std::string_view name() const override { return "random"; }
  void learn(const Impression& /*impression*/) override {}
  void score(uint32_t user, TimeMs at, std::span<double> scores) const override {
    const uint64_t key = mix64(user ^ mix64(static_cast<uint64_t>(at.value())));
    for (size_t video = 0; video < scores.size(); ++video)
      scores[video] = static_cast<double>(mix64(key + video) >> 11U);
  }
};

class Popularity : public ListBaseline {
 public:
  Popularity(std::string_view name, size_t videos, double half_life_ms)
      : name_(name), scale_(half_life_ms), weights_(videos) {}
  [[nodiscard]] std::string_view name() const override { return name_; }
  void learn(const Impression& impression) override {
    if (!impression.positive) return;
    weights_[impression.video] += scale_.weight(impression.at, [this](double factor) {
      for (double& weight : weights_) weight *= factor;
    });
  }
  void score(uint32_t /*user*/, TimeMs /*at*/, std::span<double> scores) const override {
    std::ranges::copy(weights_, scores.begin());
  }
  [[nodiscard]] std::span<const double> weights() const { return weights_; }

 private:
  std::string_view name_;
  GrowingScale scale_;
  std::vector<double> weights_;
};

class ItemNeighbours : public ListBaseline {
 public:
  ItemNeighbours(size_t users, size_t videos)
      : scale_(kNeighbourHalfLifeMs),
        recent_("", videos, kRecentHalfLifeMs),
        rows_(videos),
        shown_(users) {}
  [[nodiscard]] std::string_view name() const override { return "item neighbours"; }

  void learn(const Impression& impression) override {
    recent_.learn(impression);
    const double weight = scale_.weight(impression.at, [this](double factor) { shrink(factor); });
    auto& shown = shown_[impression.user];
    if (std::ranges::find(shown, impression.video) != shown.end()) return;
    Row& own = rows_[impression.video];
    own.shown += 1;
    all_shown_ += 1;
    if (impression.positive) own.liked += weight, all_liked_ += weight;
    const double share = weight / std::sqrt(static_cast<double>(shown.size()) + 1);
    for (const uint32_t before : shown) {
      if (impression.positive) rows_[before].add(impression.video, share);
    }
    if (shown.size() == kShownMax) shown.erase(shown.begin());
    shown.push_back(impression.video);
  }

  void score(uint32_t user, TimeMs /*at*/, std::span<double> scores) const override {
    std::ranges::fill(scores, 0);
    for (const uint32_t own : shown_[user]) {
      const Row& row = rows_[own];
      const double share = 1 / std::sqrt(row.shown + kFew);
      for (const auto& [video, weight] : row.neighbours) scores[video] += weight * share;
    }
    const double few_liked = kFew * all_liked_ / std::max(all_shown_, 1.0);
    const std::span<const double> popular = recent_.weights();
    const double most = std::max(*std::ranges::max_element(popular), 1e-300);
    for (size_t video = 0; video < scores.size(); ++video) {
      if (scores[video] > 0) scores[video] /= std::sqrt(rows_[video].liked + few_liked);
      // Far below any cosine: popularity decides where no neighbour speaks.
      scores[video] += kNegligible * popular[video] / most;
    }
  }

 private:
  static constexpr double kNegligible = 1e-12;
  static constexpr double kFew = 10;  // showings, that shrink what is known from few
  struct Row {
    double shown = 0;
    double liked = 0;                                     // weighed
    std::vector<std::pair<uint32_t, double>> neighbours;  // liked after this one was shown
    IntMap<uint32_t> places;
    void add(uint32_t video, double weight) {
      const auto [place, created] = places.emplace(video, static_cast<uint32_t>(neighbours.size()));
      if (created) neighbours.emplace_back(video, 0.0);
      neighbours[place->second].second += weight;
    }
  };
  void shrink(double factor) {
    all_liked_ *= factor;
    for (Row& row : rows_) {
      row.liked *= factor;
      for (auto& [video, weight] : row.neighbours) weight *= factor;
    }
  }

  GrowingScale scale_;
  Popularity recent_;
  std::vector<Row> rows_;
  std::vector<std::vector<uint32_t>> shown_;  // by user, the oldest first
  double all_shown_ = 0, all_liked_ = 0;
};

}  // namespace

std::vector<std::unique_ptr<ListBaseline>> list_baselines(size_t users, size_t videos) {
  std::vector<std::unique_ptr<ListBaseline>> all;
  all.push_back(std::make_unique<RandomOrder>());
  all.push_back(std::make_unique<Popularity>("popularity, overall", videos,
                                             std::numeric_limits<double>::infinity()));
  all.push_back(std::make_unique<Popularity>("popularity, recent", videos, kRecentHalfLifeMs));
  all.push_back(std::make_unique<ItemNeighbours>(users, videos));
  return all;
}

void RateBaselines::learn(const Impression& impression) {
  for (Tally* tally : {&all_, &users_[impression.user], &videos_[impression.video]}) {
    ++tally->impressions;
    tally->positives += impression.positive ? 1 : 0;
  }
}

std::array<float, RateBaselines::kKinds> RateBaselines::predict(
    const Impression& impression) const {
  const auto rate = [](const Tally& tally, float prior) {
    return (static_cast<float>(tally.positives) + kPriorImpressions * prior) /
           (static_cast<float>(tally.impressions) + kPriorImpressions);
  };
  const float all = rate(all_, kFirstRate);
  return {all, rate(videos_[impression.video], all), rate(users_[impression.user], all)};
}

void SeenVideos::add(uint32_t user, uint32_t video) {
  if (pairs_.emplace(uint64_t{user} << 32U | video, 0).second) of_[user].push_back(video);
}

bool SeenVideos::contains(uint32_t user, uint32_t video) const {
  return pairs_.contains(uint64_t{user} << 32U | video);
}

std::vector<uint32_t> best_unseen(std::span<double> scores, std::span<const uint32_t> seen,
                                  size_t limit) {
  for (const uint32_t video : seen) scores[video] = -std::numeric_limits<double>::infinity();
  std::vector<uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto better = [&](uint32_t left, uint32_t right) {
    return scores[left] != scores[right] ? scores[left] > scores[right] : left < right;
  };
  const size_t wanted = std::min(limit, scores.size() - seen.size());
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(wanted);
  std::nth_element(order.begin(), end, order.end(), better);
  std::sort(order.begin(), end, better);
  order.resize(wanted);
  return order;
}

size_t rank_unseen(std::span<const double> scores, std::span<const uint32_t> seen, uint32_t video) {
  const double own = scores[video];
  const auto before = [&](uint32_t other) {
    return scores[other] > own || (scores[other] == own && other < video);
  };
  size_t rank = 0;
  for (uint32_t other = 0; other < scores.size(); ++other) rank += before(other) ? 1 : 0;
  for (const uint32_t other : seen) {
    if (other == video) return kUnranked;
    rank -= before(other) ? 1 : 0;
  }
  return rank;
}

}  // namespace potik::evaluate
