// Vectors of viewers and videos: that they solve what they say, learn tastes, keep within their
// limits, and come out of a snapshot as they went in.

#include "model/factor_learner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <thread>

#include "base/random.h"
#include "model/factor_cells.h"

namespace potik::model {
namespace {

using Kept = std::map<std::string, std::string>;

void run_here(size_t count, const std::function<void(size_t, size_t)>& work) {
  for (size_t i = 0; i < count; ++i) work(i, 0);
}

// As a pool with threads that race for the indices.
void run_on_four(size_t count, const std::function<void(size_t, size_t)>& work) {
  std::atomic<size_t> next{0};
  std::vector<std::jthread> threads;
  for (size_t worker = 0; worker < 4; ++worker) {
    threads.emplace_back([&, worker] {
      for (size_t i = next++; i < count; i = next++) work(i, worker);
    });
  }
}

constexpr uint32_t kVideos = 60;
constexpr uint32_t kVideosMost = 1'000;  // of any test
constexpr uint32_t kKinds = 3;

// Viewers keep to the videos of one kind, but for one in eight.
class Crowd {
 public:
  explicit Crowd(uint32_t viewers, uint32_t videos = kVideos) : videos_(videos), rings_(viewers) {}

  void live(FactorLearner& learner, size_t pairs, const RunMany& run = run_here) {
    for (size_t i = 0; i < pairs; ++i) {
      const uint32_t viewer = random_.below(static_cast<uint32_t>(rings_.size()));
      const uint32_t kind = random_.below(8) == 0 ? random_.below(kKinds) : viewer % kKinds;
      const VideoHandle video(1 + kind + kKinds * random_.below(videos_ / kKinds));
      std::vector<VideoHandle>& ring = rings_[viewer];
      if (std::ranges::find(ring, video) != ring.end()) continue;
      learner.add({UserHandle(viewer + 1), video, ring});
      learner.learn(run);
      ring.push_back(video);
    }
  }
  [[nodiscard]] const std::vector<VideoHandle>& ring(uint32_t viewer) const {
    return rings_[viewer];
  }

 private:
  CounterRandom random_{3, 0, 0};
  uint32_t videos_;
  std::vector<std::vector<VideoHandle>> rings_;
};

void collect(FactorLearner& learner, Kept& kept) {
  std::vector<state::Change> changes;
  learner.collect_changes(changes);
  for (state::Change& change : changes) {
    EXPECT_EQ(change.section, state::Section::factors);
    kept[change.key] = *change.value;
  }
}

FactorOptions small_batches() {
  FactorOptions options;
  options.batch_pairs = 50;
  options.implicit.reg = 2;
  return options;
}

bool load(FactorLearner& learner, const Kept& kept) {
  for (const auto& [key, value] : kept) {
    if (!learner.load(key, value)) return false;
  }
  return learner.finish_load(kVideosMost);
}

Factors random_factors(CounterRandom& random) {
  Factors factors;
  for (float& number : factors.at) number = static_cast<float>(random.uniform() - 0.5);
  return factors;
}

// The gradient of the loss that solve_row minimises, in double, from its definition: over all
// videos (p - x.v)^2 with confidence 1, or 1 + alpha and p = 1 where seen, plus reg x^2.
double gradient_length(const ImplicitOptions& options, const std::vector<Factors>& all, size_t seen,
                       const Factors& x) {
  std::array<double, kFactors> gradient{};
  for (size_t i = 0; i < kFactors; ++i) gradient[i] = options.reg * x.at[i];
  for (size_t v = 0; v < all.size(); ++v) {
    double close = 0;
    for (size_t i = 0; i < kFactors; ++i) close += double{x.at[i]} * all[v].at[i];
    const double pull = v < seen ? (1 + options.alpha) * (close - 1) : close;
    for (size_t i = 0; i < kFactors; ++i) gradient[i] += pull * all[v].at[i];
  }
  double sum = 0;
  for (const double part : gradient) sum += part * part;
  return std::sqrt(sum);
}

TEST(ImplicitFactors, ARowConvergesToTheMinimumOfItsLoss) {
  CounterRandom random(1, 0, 0);
  std::vector<Factors> all;
  Gram gram;
  for (int v = 0; v < 300; ++v) {
    all.push_back(random_factors(random));
    gram.replace(Factors{}, all.back());
  }
  gram.settle();
  std::vector<const float*> seen;
  for (size_t v = 0; v < 20; ++v) seen.push_back(all[v].at.data());
  const ImplicitOptions options;
  const double before = gradient_length(options, all, seen.size(), Factors{});
  Factors x;
  double last = before;
  for (int i = 0; i < 5; ++i) {
    solve_row(options, 4, gram, seen, x);
    const double now = gradient_length(options, all, seen.size(), x);
    EXPECT_LT(now, std::max(last, 1e-3 * before));
    last = now;
  }
  EXPECT_LT(last, 1e-4 * before);
}

TEST(ImplicitFactors, TheGramMatrixFollowsItsVectors) {
  CounterRandom random(2, 0, 0);
  const Factors first = random_factors(random);
  const Factors second = random_factors(random);
  Gram gram;
  gram.replace(Factors{}, first);
  gram.replace(first, second);
  gram.settle();
  Factors product;
  gram.times(first, product);
  float close = 0;
  for (size_t i = 0; i < kFactors; ++i) close += second.at[i] * first.at[i];
  for (size_t i = 0; i < kFactors; ++i) EXPECT_NEAR(product.at[i], close * second.at[i], 1e-5);
}

// Of a viewer's unseen videos those of the own kind are closer, by either model.
TEST(FactorLearner, LearnsWhoWatchesWhat) {
  FactorLearner learner(small_batches());
  Crowd crowd(300);
  crowd.live(learner, 4'000);
  size_t closer = 0;
  size_t likelier = 0;
  for (uint32_t viewer = 0; viewer < 300; ++viewer) {
    Factors own;
    Factors input;
    ASSERT_TRUE(learner.solve(UserHandle(viewer + 1), crowd.ring(viewer), own));
    ASSERT_TRUE(learner.mean_input(crowd.ring(viewer), input));
    std::array<float, 2> close{};
    std::array<float, 2> likely{};
    std::array<float, 2> count{};
    for (uint32_t video = 1; video <= kVideos; ++video) {
      const VideoHandle handle(video);
      if (std::ranges::find(crowd.ring(viewer), handle) != crowd.ring(viewer).end()) continue;
      const size_t same = (video - 1) % kKinds == viewer % kKinds ? 1 : 0;
      close[same] += dot(own.at.data(), learner.video(handle));
      likely[same] += dot(input.at.data(), learner.output(handle));
      count[same] += 1;
    }
    if (count[0] == 0 || count[1] == 0) continue;
    closer += close[1] / count[1] > close[0] / count[0] ? 1 : 0;
    likelier += likely[1] / count[1] > likely[0] / count[0] ? 1 : 0;
  }
  EXPECT_GT(closer, 280U);
  EXPECT_GT(likelier, 280U);
}

TEST(FactorLearner, SearchGivesTheClosenessOfEachVideo) {
  FactorLearner learner(small_batches());
  Crowd crowd(100);
  crowd.live(learner, 1'000);
  Factors own;
  ASSERT_TRUE(learner.solve(UserHandle(1), crowd.ring(0), own));
  FactorSearch found;
  learner.search(own, found);
  const std::vector<float>& closeness = found.closeness;
  ASSERT_EQ(closeness.size(), learner.videos());
  const auto length = [](const float* v) { return std::sqrt(dot(v, v)); };
  for (uint32_t video = 1; video <= kVideos; ++video) {
    const float* v = learner.video(VideoHandle(video));
    EXPECT_NEAR(closeness[video], dot(own.at.data(), v), 0.01F * length(own.at.data()) * length(v));
  }
}

FactorOptions options_with_cells() {
  FactorOptions options = small_batches();
  options.search_max = FactorCells::kCells;
  return options;
}

TEST(FactorLearner, LargeCataloguesAreSearchedByCells) {
  constexpr uint32_t kMany = 900;
  FactorLearner learner(options_with_cells());
  Crowd crowd(300, kMany);
  crowd.live(learner, 9'000);
  Factors own;
  ASSERT_TRUE(learner.solve(UserHandle(1), crowd.ring(0), own));
  FactorSearch found;
  learner.search(own, found);
  ASSERT_FALSE(found.videos.empty()) << "this catalogue is larger than is searched in full";
  ASSERT_EQ(found.videos.size(), found.closeness.size());
  std::vector<uint32_t> handles;
  for (uint32_t i = 0; i < found.videos.size(); ++i) {
    const VideoHandle video = found.video(i);
    handles.push_back(video.value());
    ASSERT_NE(learner.video(video), nullptr);
    EXPECT_EQ(found.closeness[i], learner.closeness(found, video));
  }
  std::ranges::sort(handles);
  EXPECT_TRUE(std::ranges::adjacent_find(handles) == handles.end());
  size_t learned = 0;
  for (uint32_t video = 1; video <= kMany; ++video)
    learned += learner.video(VideoHandle(video)) != nullptr ? 1 : 0;
  EXPECT_EQ(handles.size(), learned) << "so few videos are all looked at, each in one cell";
}

TEST(FactorLearner, CellsComeOutOfASnapshotAsTheyWentIn) {
  FactorLearner written(options_with_cells());
  Crowd crowd(300, 900);
  Kept kept;
  for (int part = 0; part < 3; ++part) {
    crowd.live(written, 3'033);
    collect(written, kept);
  }
  ASSERT_TRUE(kept.contains("c"));
  FactorLearner read(options_with_cells());
  ASSERT_TRUE(load(read, kept));
  Crowd again = crowd;
  crowd.live(written, 500);
  again.live(read, 500);
  std::array<FactorSearch, 2> found;
  Factors own;
  ASSERT_TRUE(written.solve(UserHandle(1), crowd.ring(0), own));
  written.search(own, found[0]);
  read.search(own, found[1]);
  EXPECT_EQ(found[0].videos, found[1].videos);
  EXPECT_EQ(found[0].closeness, found[1].closeness);
  Kept of_written = kept;
  Kept of_read = kept;
  collect(written, of_written);
  collect(read, of_read);
  EXPECT_TRUE(of_written == of_read);

  kept.erase("c");
  FactorLearner without(options_with_cells());
  EXPECT_FALSE(load(without, kept)) << "cells without their centres";
}

// A long list of viewers waits until it has grown; none waits for ever.
TEST(FactorLearner, VideosOfManyViewersAreSolvedAgainNowAndThen) {
  FactorOptions options = small_batches();
  options.batch_pairs = 1;
  FactorLearner learner(options);
  const std::array<VideoHandle, 1> before{VideoHandle(9)};
  const auto moves_in = [&](uint32_t first, uint32_t last) {
    size_t moved = 0;
    for (uint32_t viewer = first; viewer < last; ++viewer) {
      const float* now = learner.video(VideoHandle(1));
      const std::vector<float> was(now, now + (now == nullptr ? 0 : kFactors));
      learner.add({UserHandle(viewer), VideoHandle(1), before});
      learner.learn(run_here);
      const float* then = learner.video(VideoHandle(1));
      moved += was.empty() || !std::equal(was.begin(), was.end(), then) ? 1 : 0;
    }
    return moved;
  };
  EXPECT_EQ(moves_in(1, 40), 39U) << "a short list is solved again with each viewer";
  moves_in(40, 512);
  EXPECT_EQ(moves_in(512, 1'024), 32U);
}

TEST(FactorLearner, KnowsNothingOfNobody) {
  const FactorLearner learner(small_batches());
  Factors own;
  const std::array<VideoHandle, 1> ring{VideoHandle(7)};
  EXPECT_FALSE(learner.solve(UserHandle(1), ring, own));
  EXPECT_FALSE(learner.mean_input(ring, own));
  EXPECT_EQ(learner.video(VideoHandle(7)), nullptr);
}

TEST(FactorLearner, GivesTheSameBytesOnAnyNumberOfThreads) {
  std::array<Kept, 2> kept;
  for (const size_t threads : {0U, 1U}) {
    FactorLearner learner(small_batches());
    Crowd crowd(200);
    crowd.live(learner, 3'000, threads == 0 ? RunMany(run_here) : RunMany(run_on_four));
    collect(learner, kept[threads]);
  }
  EXPECT_GT(kept[0].size(), 200U);
  EXPECT_TRUE(kept[0] == kept[1]);
}

// Changes are collected now and then, and a reader of them goes on as the writer does.
TEST(FactorLearner, ComesOutOfASnapshotAsItWentIn) {
  FactorLearner written(small_batches());
  Crowd crowd(200);
  Kept kept;
  for (int part = 0; part < 5; ++part) {
    crowd.live(written, 333);  // not a whole number of batches
    written.forget(UserHandle(1 + part));
    collect(written, kept);
  }
  FactorLearner read(small_batches());
  ASSERT_TRUE(load(read, kept));
  Crowd again = crowd;
  crowd.live(written, 700);
  again.live(read, 700);
  Kept of_written = kept;
  Kept of_read = kept;
  collect(written, of_written);
  collect(read, of_read);
  EXPECT_TRUE(of_written == of_read);
  EXPECT_FALSE(of_written == kept);
}

TEST(FactorLearner, ForgetsAViewerWithAllThatWasLearnedOfThem) {
  FactorLearner with(small_batches());
  Crowd crowd(100);
  crowd.live(with, 500);
  std::vector<VideoHandle> peers;
  const std::array<VideoHandle, 1> ring{crowd.ring(5).back()};
  with.forget(UserHandle(6));
  with.peers(UserHandle(1'000), ring, peers);
  for (uint32_t viewer = 0; viewer < 100; ++viewer) {
    if (viewer != 5) with.forget(UserHandle(viewer + 1));
  }
  with.peers(UserHandle(1'000), ring, peers);
  EXPECT_TRUE(peers.empty()) << "nobody is left who watched it";
}

float distance(const FactorLearner& a, const FactorLearner& b, VideoHandle video) {
  float sum = 0;
  for (size_t i = 0; i < kFactors; ++i) {
    const float apart = a.video(video)[i] - b.video(video)[i];
    sum += apart * apart;
  }
  return sum;
}

TEST(FactorLearner, AVideoIsSolvedAgainWithoutThoseWhoWereForgotten) {
  FactorLearner with(small_batches());
  FactorLearner without(small_batches());
  Crowd crowd(100);
  Crowd same(100);
  crowd.live(with, 500);
  same.live(without, 500);
  const VideoHandle target = crowd.ring(5).back();
  for (uint64_t attacker = 5'000; attacker < 5'200; ++attacker)
    with.add({UserHandle(attacker), target, crowd.ring(static_cast<uint32_t>(attacker % 100))});
  with.learn(run_here);
  const float attacked = distance(with, without, target);
  for (uint64_t attacker = 5'000; attacker < 5'200; ++attacker) with.forget(UserHandle(attacker));
  with.learn(run_here);
  EXPECT_LT(distance(with, without, target), attacked / 2);
  Kept kept;
  collect(with, kept);
  FactorLearner read(small_batches());
  EXPECT_TRUE(load(read, kept));
}

TEST(FactorLearner, TheLongestUnseenViewerMakesRoom) {
  FactorOptions options = small_batches();
  options.viewers_max = 10;
  options.batch_pairs = 1;
  FactorLearner learner(options);
  const std::array<VideoHandle, 1> before{VideoHandle(1)};
  for (uint32_t viewer = 1; viewer <= 30; ++viewer) {
    learner.add({UserHandle(viewer), VideoHandle(2), before});
    learner.learn(run_here);
  }
  Kept kept;
  collect(learner, kept);
  EXPECT_EQ(std::ranges::count_if(kept, [](const auto& one) { return one.first[0] == 'u'; }), 10);
  FactorLearner read(options);
  EXPECT_TRUE(load(read, kept));
}

TEST(FactorLearner, ListsOfViewersKeepWithinTheirLimits) {
  FactorOptions options = small_batches();
  options.viewers_per_video = 80;
  options.pairs_max = 100;
  options.batch_pairs = 10;
  FactorLearner learner(options);
  const std::array<VideoHandle, 1> before{VideoHandle(9)};
  for (uint32_t viewer = 1; viewer <= 2'000; ++viewer) {
    learner.add({UserHandle(viewer), VideoHandle(1 + viewer % 8), before});
    learner.learn(run_here);
  }
  Kept kept;
  collect(learner, kept);
  for (const auto& [key, value] : kept) {
    if (key[0] != 'v') continue;
    EXPECT_LE(value.size(), 3 * sizeof(Factors) + 64 + 80 * sizeof(uint32_t));
  }
  FactorLearner read(options);
  EXPECT_TRUE(load(read, kept));
}

TEST(FactorLearner, RefusesRecordsThatAreDamaged) {
  FactorLearner learner(small_batches());
  Crowd crowd(40);
  crowd.live(learner, 120);
  Kept kept;
  collect(learner, kept);
  for (const std::string& key : {kept.begin()->first, kept.rbegin()->first, std::string("g")}) {
    const std::string value = kept.at(key);
    for (size_t size = 0; size < value.size(); size += 97) {
      FactorLearner fresh(small_batches());
      EXPECT_FALSE(fresh.load(key, value.substr(0, size))) << key[0] << size;
    }
    FactorLearner fresh(small_batches());
    EXPECT_FALSE(fresh.load(key, value + "x"));
    EXPECT_FALSE(fresh.load("?" + key, value));
  }
  Kept without = kept;
  without.erase(std::ranges::find_if(without, [](const auto& one) { return one.first[0] == 'v'; }));
  FactorLearner fresh(small_batches());
  EXPECT_FALSE(load(fresh, without)) << "a video that was learned last is not there";
}

}  // namespace
}  // namespace potik::model
