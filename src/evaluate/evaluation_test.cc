// What may be known when: the measurements against traffic made so that a leak would show.
#include "evaluate/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "base/random.h"

namespace potik::evaluate {
namespace {

constexpr int64_t kBegin = 1'650'000'000'000;
constexpr int64_t kMinute = 60'000;

pipeline::CoreOptions core_options() {
  pipeline::CoreOptions options;
  options.recommender.exploration_rate = 0;
  options.recommender.per_author_max = 1'000;
  return options;
}

struct Made {
  RecordedTraffic traffic;
  // Shown at a minute; what came of it known at another.
  void add(const std::string& user, const std::string& video, int64_t minute, bool positive,
           int64_t known_at) {
    Impression impression;
    impression.at = TimeMs(kBegin + minute * kMinute);
    impression.outcome_at = TimeMs(kBegin + known_at * kMinute + 1);
    impression.row = static_cast<uint32_t>(traffic.log_rows++);
    impression.user = traffic.users.number(user);
    impression.video = traffic.videos.number(video);
    impression.watch_ms = positive ? 20'000 : 5'000;
    impression.duration_ms = 30'000;
    impression.positive = positive;
    traffic.log.push_back(impression);
  }
};

struct Seen {
  std::map<uint32_t, std::vector<uint32_t>> live;    // by row
  std::map<uint32_t, std::vector<uint32_t>> frozen;  // by user
  std::map<uint32_t, float> scores;                  // by row
  Report report;
};

Seen run(const RecordedTraffic& traffic, EvaluationOptions options) {
  Seen seen;
  options.resamples = 5;
  EvaluationSinks sinks;
  sinks.live_list = [&](const Impression& impression, std::span<const uint32_t> videos) {
    seen.live[impression.row].assign(videos.begin(), videos.end());
  };
  sinks.frozen_list = [&](uint32_t user, std::span<const uint32_t> videos) {
    seen.frozen[user].assign(videos.begin(), videos.end());
  };
  sinks.score = [&](const Impression& impression, float p) { seen.scores[impression.row] = p; };
  seen.report = evaluate(traffic, core_options(), options, sinks);
  return seen;
}

EvaluationOptions from_minute(int64_t minute) {
  EvaluationOptions options;
  options.split = TimeMs(kBegin + minute * kMinute);
  return options;
}

bool holds(const std::vector<uint32_t>& list, const RecordedTraffic& traffic,
           std::string_view video) {
  return std::ranges::find(list, traffic.videos.find(video).value_or(~0U)) != list.end();
}

// No video has metadata, so that one can only be recommended once its first play is known.
TEST(Evaluation, AListHoldsNothingThatIsOnlyKnownAfterIt) {
  Made made;
  made.add("w", "old", 0, true, 1);
  made.add("a", "new", 10, true, 20);  // row 1
  made.add("b", "new", 15, true, 16);  // shown before anybody's play of it is known
  made.add("c", "new", 18, true, 40);  // b's play is known
  made.add("d", "new", 30, true, 41);
  const Seen seen = run(made.traffic, from_minute(5));
  ASSERT_EQ(seen.live.size(), 4U);
  for (const uint32_t row : {1, 2, 3, 4})
    EXPECT_TRUE(holds(seen.live.at(row), made.traffic, "old"));
  EXPECT_FALSE(holds(seen.live.at(1), made.traffic, "new")) << "its own row";
  EXPECT_FALSE(holds(seen.live.at(2), made.traffic, "new")) << "an earlier row, known later";
  EXPECT_TRUE(holds(seen.live.at(3), made.traffic, "new")) << "else nothing was tried";
  for (const auto& [user, list] : seen.frozen) EXPECT_FALSE(holds(list, made.traffic, "new"));
}

Made random_traffic() {
  Made made;
  CounterRandom random(7, 0, 0);
  for (int64_t i = 0; i < 400; ++i) {
    const std::string user = "u" + std::to_string(random.below(12));
    const uint32_t video = random.below(30);
    made.add(user, "v" + std::to_string(video), i, (video + random.below(3)) % 3 == 0,
             i + 1 + random.below(20));
  }
  put_in_order(made.traffic.log);
  return made;
}

// Another outcome changes nothing that was said before it was known, and something afterwards.
TEST(Evaluation, AnOutcomeChangesOnlyWhatIsPredictedAfterIt) {
  const Made made = random_traffic();
  Made other = random_traffic();
  Impression& changed = other.traffic.log[200];
  changed.positive = !changed.positive;
  changed.watch_ms = changed.positive ? 20'000 : 5'000;
  const Seen one = run(made.traffic, from_minute(100));
  const Seen two = run(other.traffic, from_minute(100));
  size_t different = 0;
  for (const Impression& impression : made.traffic.log) {
    const bool before = impression.at < changed.outcome_at;
    const bool same = one.scores.at(impression.row) == two.scores.at(impression.row);
    EXPECT_TRUE(same || !before) << "row " << impression.row;
    different += same ? 0 : 1;
    if (!before || !one.live.contains(impression.row) || !two.live.contains(impression.row))
      continue;
    EXPECT_EQ(one.live.at(impression.row), two.live.at(impression.row));
  }
  EXPECT_GT(different, 0U) << "the change must teach something, or nothing was tried";
  EXPECT_EQ(one.frozen, two.frozen);
}

TEST(Evaluation, ThreadsChangeNothing) {
  const Made made = random_traffic();
  EvaluationOptions options = from_minute(100);
  const Seen one = run(made.traffic, options);
  options.threads = 3;
  const Seen three = run(made.traffic, options);
  EXPECT_EQ(one.live, three.live);
  EXPECT_EQ(one.frozen, three.frozen);
  EXPECT_EQ(one.scores, three.scores);
}

TEST(Evaluation, QueriesAreTheFirstPositivesFromTheSplitOn) {
  Made made;
  made.add("a", "x", 0, true, 1);
  made.add("a", "y", 10, false, 11);
  made.add("a", "y", 20, true, 21);
  made.add("a", "y", 30, true, 31);
  made.add("a", "x", 40, true, 41);
  const Seen seen = run(made.traffic, from_minute(5));
  std::vector<uint32_t> rows;
  for (const auto& [row, list] : seen.live) rows.push_back(row);
  EXPECT_THAT(rows, testing::ElementsAre(2, 4));
  EXPECT_EQ(seen.report.live_lists.positives, 2U);
  EXPECT_EQ(seen.report.live_lists.users, 1U);
  EXPECT_EQ(seen.report.measured_impressions, 4U);
  EXPECT_EQ(seen.scores.size(), 5U) << "of every row, also of those before the split";
  EXPECT_EQ(seen.report.refused_events, 0U);
}

TEST(Evaluation, WithoutAHistoryItBeginsAfterFourFifths) {
  Made made;
  for (int i = 0; i < 10; ++i) made.add("a", "v" + std::to_string(i), i, true, i);
  EXPECT_EQ(run(made.traffic, {}).report.split, TimeMs(kBegin + 8 * kMinute));
  made.traffic.history.push_back(made.traffic.log.front());
  EXPECT_EQ(run(made.traffic, {}).report.split, TimeMs(kBegin));
}

TEST(Evaluation, ASplitBehindTheLogMeasuresNothing) {
  Made made;
  made.add("a", "x", 0, true, 1);
  const Seen seen = run(made.traffic, from_minute(99));
  EXPECT_EQ(seen.report.live_lists.positives, 0U);
  EXPECT_TRUE(seen.report.heads.empty());
  EXPECT_EQ(seen.scores.size(), 1U);
  EXPECT_FALSE(report_text(seen.report).empty());
}

TEST(Evaluation, EpochsHoldAtMostWhatWasAsked) {
  const Made made = random_traffic();
  EvaluationOptions options = from_minute(1'000);
  options.epoch_events_max = 10;
  EXPECT_EQ(run(made.traffic, options).report.epochs, 80U) << "800 events, showings and plays";
}

}  // namespace
}  // namespace potik::evaluate
