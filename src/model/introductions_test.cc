#include "model/introductions.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "base/random.h"
#include "model/table_for_tests.h"

namespace potik::model {
namespace {

constexpr int64_t kHour = 3'600'000;

class IntroductionsTest : public ::testing::Test {
 protected:
  IntroductionsTest() {
    options_.impressions = 10;
    options_.within_ms = kHour;
    options_.at_once_max = 2;
  }

  VideoHandle announce(Introductions& all, const std::string& id, TimeMs now = kTestStart,
                       TimeMs published = kTestStart) {
    const VideoHandle video = put(table_, id, {.published_at = published});
    all.announce(table_.at(video), now);
    return video;
  }
  static void show(Introductions& all, VideoHandle video, bool wins = false,
                   float promised = 0.5F) {
    Act act = play(video, wins, kTestStart);
    act.show = true;
    act.wins = wins;
    all.count(act, promised);
  }
  static IntroductionState state_of(const Introductions& all, VideoHandle video) {
    return all.find(video)->state;
  }

  VideoTable table_{{}};
  IntroductionOptions options_;
};

TEST_F(IntroductionsTest, AVideoThatGetsItsImpressionsInTimeHasReachedThemAndItsReportSaysHow) {
  Introductions all(options_);
  const VideoHandle other = put(table_, "other");
  const VideoHandle video = announce(all, "v");
  all.finish_epoch(table_, kTestStart);
  ASSERT_EQ(state_of(all, video), IntroductionState::running);
  EXPECT_TRUE(all.is_running(video));
  EXPECT_FALSE(all.is_running(other));
  for (int i = 0; i < 10; ++i) {
    show(all, other);
    show(all, video, i < 3, 0.25F);
  }
  all.finish_epoch(table_, plus_ms(kTestStart, 1'000));
  const Introduction& report = *all.find(video);
  EXPECT_EQ(report.state, IntroductionState::reached);
  EXPECT_EQ(report.impressions, 10U);
  EXPECT_EQ(report.positives, 3U);
  EXPECT_EQ(report.promises, 10U);
  EXPECT_DOUBLE_EQ(report.promised, 2.5);
  EXPECT_EQ(all.shows_meanwhile(report), 20U);
  EXPECT_EQ(report.deadline, plus_ms(kTestStart, kHour));
  EXPECT_EQ(report.ended, plus_ms(kTestStart, 1'000));
  EXPECT_FALSE(all.is_running(video));
  EXPECT_EQ(all.counts().reached, 1U);
  // What comes afterwards is no part of it.
  show(all, video);
  EXPECT_EQ(all.find(video)->impressions, 10U);
}

TEST_F(IntroductionsTest, WhatIsTakenBackIsOwedAgain) {
  Introductions all(options_);
  const VideoHandle video = announce(all, "v");
  all.finish_epoch(table_, kTestStart);
  for (int i = 0; i < 4; ++i) show(all, video, i < 2, 0.25F);
  Act taken = play(video, true, kTestStart);
  taken.show = taken.wins = true;
  all.take_back(taken);
  const Introduction& report = *all.find(video);
  EXPECT_EQ(report.impressions, 3U);
  EXPECT_EQ(report.positives, 1U);
  EXPECT_EQ(report.promises, 3U);
  EXPECT_DOUBLE_EQ(report.promised, 0.75);
  for (int i = 0; i < 9; ++i) all.take_back(taken);
  EXPECT_EQ(report.impressions, 0U);
  EXPECT_EQ(report.positives, 0U);
}

TEST_F(IntroductionsTest, TheDeadlineEndsWhatHasNotReachedItsImpressions) {
  Introductions all(options_);
  const VideoHandle video = announce(all, "v");
  all.finish_epoch(table_, kTestStart);
  for (int i = 0; i < 9; ++i) show(all, video);
  all.finish_epoch(table_, plus_ms(kTestStart, kHour - 1));
  EXPECT_EQ(state_of(all, video), IntroductionState::running);
  EXPECT_EQ(all.due(*all.find(video), plus_ms(kTestStart, kHour - 1)), 10);
  all.finish_epoch(table_, plus_ms(kTestStart, kHour));
  EXPECT_EQ(state_of(all, video), IntroductionState::missed);
  EXPECT_EQ(all.counts().missed, 1U);
  EXPECT_TRUE(all.newcomers().empty());
}

TEST_F(IntroductionsTest, OthersWaitInOrderAndAreStartedAsSoonAsThereIsRoom) {
  options_.waiting_max = 3;
  Introductions all(options_);
  std::vector<VideoHandle> videos;
  for (const char* id : {"a", "b", "c"}) videos.push_back(announce(all, id));
  all.finish_epoch(table_, kTestStart);
  EXPECT_EQ(state_of(all, videos[1]), IntroductionState::running);
  EXPECT_EQ(state_of(all, videos[2]), IntroductionState::waiting);
  for (const char* id : {"d", "e", "f"}) videos.push_back(announce(all, id));
  EXPECT_EQ(all.waiting(), 3U);
  EXPECT_EQ(all.counts().refused, 1U);
  EXPECT_EQ(all.find(videos[5]), nullptr);
  for (int i = 0; i < 10; ++i) show(all, videos[1]);
  const TimeMs later = plus_ms(kTestStart, 60'000);
  all.finish_epoch(table_, later);
  EXPECT_EQ(state_of(all, videos[2]), IntroductionState::running);
  EXPECT_EQ(all.find(videos[2])->deadline, plus_ms(later, kHour)) << "its time begins now";
  EXPECT_EQ(state_of(all, videos[3]), IntroductionState::waiting);
}

TEST_F(IntroductionsTest, WhatIsOldOrWasSeenAlreadyIsNotNew) {
  Introductions all(options_);
  const TimeMs long_ago = plus_ms(kTestStart, -options_.age_max_ms - 1);
  EXPECT_EQ(all.find(announce(all, "old", kTestStart, long_ago)), nullptr);
  EXPECT_NE(all.find(announce(all, "undated", kTestStart, TimeMs(0))), nullptr);
  const VideoHandle watched = put(table_, "watched");
  for (int i = 0; i < 10; ++i) table_.count(play(watched, false, kTestStart));
  all.announce(table_.at(watched), kTestStart);
  EXPECT_EQ(all.find(watched), nullptr);
  options_.impressions = 0;
  Introductions none(options_);
  EXPECT_EQ(none.find(announce(none, "v")), nullptr);
}

TEST_F(IntroductionsTest, ADeletedVideoIsWithdrawnWhetherItRunsOrWaits) {
  Introductions all(options_);
  std::vector<VideoHandle> videos;
  for (const char* id : {"a", "b", "c"}) videos.push_back(announce(all, id));
  all.finish_epoch(table_, kTestStart);
  table_.erase(videos[0]);
  table_.erase(videos[2]);
  all.finish_epoch(table_, plus_ms(kTestStart, 1));
  EXPECT_EQ(state_of(all, videos[0]), IntroductionState::withdrawn);
  EXPECT_EQ(state_of(all, videos[1]), IntroductionState::running);
  EXPECT_EQ(state_of(all, videos[2]), IntroductionState::withdrawn);
  EXPECT_EQ(all.counts().missed, 0U);
}

TEST_F(IntroductionsTest, TheOldestReportIsForgottenBeyondTheLimit) {
  options_.kept_max = 2;
  Introductions all(options_);
  std::vector<VideoHandle> videos;
  for (int i = 0; i < 4; ++i) {
    videos.push_back(announce(all, "v" + std::to_string(i)));
    all.finish_epoch(table_, plus_ms(kTestStart, i));
    for (int n = 0; n < 10; ++n) show(all, videos.back());
    all.finish_epoch(table_, plus_ms(kTestStart, i));
  }
  EXPECT_EQ(all.find(videos[0]), nullptr);
  EXPECT_EQ(all.find(videos[1]), nullptr);
  EXPECT_NE(all.find(videos[2]), nullptr);
  EXPECT_EQ(all.ended().size(), 2U);
}

// Viewers are shown newcomers with the pressure times a yield that the pacing does not know, and it
// learns of each impression only after a delay.
struct Course {
  int64_t took_ms = 0;
  uint32_t impressions = 0;
  uint32_t half_way = 0;  // impressions after half of the declared time
  IntroductionState state{};
};
Course run_course(const IntroductionOptions& options, double yield, int shows_per_second,
                  int delay_s) {
  VideoTable table({});
  Introductions all(options);
  const VideoHandle video = put(table, "new");
  const VideoHandle other = put(table, "other");
  CounterRandom random(7, 0, 0);
  const auto act_on = [&](VideoHandle of) {
    Act act = play(of, false, kTestStart);
    act.show = true;
    all.count(act, 0.5F);
  };
  std::deque<int> under_way(static_cast<size_t>(delay_s));
  TimeMs now = kTestStart;
  Course course;
  for (int second = 0;; ++second, now = plus_ms(now, 1'000)) {
    if (second == 600) all.announce(table.at(video), now);
    const double pressure = all.newcomers().empty() ? 0 : double{all.newcomers()[0].pressure};
    int taken = 0;
    for (int i = 0; i < shows_per_second; ++i) taken += random.uniform() < pressure * yield ? 1 : 0;
    under_way.push_back(taken);
    for (int i = 0; i < under_way.front(); ++i) act_on(video);
    for (int i = under_way.front(); i < shows_per_second; ++i) act_on(other);
    under_way.pop_front();
    all.finish_epoch(table, now);
    const Introduction* report = all.find(video);
    if (report == nullptr) continue;
    if (ms_between(report->started, now) * 2 <= options.within_ms)
      course.half_way = report->impressions;
    if (report->ended.value() == 0) continue;
    course.took_ms = ms_between(report->started, now);
    course.impressions = report->impressions;
    course.state = report->state;
    return course;
  }
}

TEST(IntroductionPacing, ReachesTheImpressionsInTimeWhateverTheYieldAndWithoutAFlood) {
  IntroductionOptions options;
  for (const double yield : {1.0, 0.3, 0.03, 0.003}) {
    for (const int traffic : {100, 2'000}) {
      if (traffic * yield < 1) continue;
      const Course course = run_course(options, yield, traffic, 30);
      EXPECT_EQ(course.state, IntroductionState::reached) << yield << ", " << traffic;
      EXPECT_GT(course.took_ms, options.within_ms / 2) << yield << ", " << traffic;
      EXPECT_LT(course.impressions, 210U) << yield << ", " << traffic;
      EXPECT_GT(course.half_way, 60U) << yield << ", " << traffic;
      EXPECT_LT(course.half_way, 190U) << yield << ", " << traffic;
    }
  }
}

TEST(IntroductionPacing, AsksForEveryPlaceWhereThereIsTooLittleTraffic) {
  IntroductionOptions options;
  const Course course = run_course(options, 0.01, 1, 1);
  EXPECT_EQ(course.state, IntroductionState::missed);
  EXPECT_GT(course.impressions, 10U);
}

TEST_F(IntroductionsTest, WhereManyWaitThoseUnderWayHurry) {
  options_.at_once_max = 1;
  Introductions few(options_);
  Introductions many(options_);
  const VideoHandle first = announce(few, "first");
  many.announce(table_.at(first), kTestStart);
  for (int i = 0; i < 3; ++i) announce(many, "w" + std::to_string(i));
  few.finish_epoch(table_, kTestStart);
  many.finish_epoch(table_, kTestStart);
  const TimeMs later = plus_ms(kTestStart, kHour / 16);
  EXPECT_NEAR(many.due(*many.find(first), later), 4 * few.due(*few.find(first), later), 1e-9);
}

// By key, as a snapshot holds them.
using Records = std::map<std::string, std::string>;

void collect(Introductions& all, const VideoTable& table, Records& records) {
  std::vector<state::Change> changes;
  all.collect_changes(table, changes);
  for (const state::Change& change : changes) {
    EXPECT_EQ(change.section, state::Section::videos);
    if (change.value) {
      records[change.key] = *change.value;
    } else {
      records.erase(change.key);
    }
  }
}

bool restore(Introductions& all, const VideoTable& table, const Records& records, TimeMs now) {
  for (const auto& [key, value] : records) {
    if (!all.load(key, value)) return false;
  }
  return all.finish_load(table, now);
}

TEST_F(IntroductionsTest, ARestoredOneGoesOnAsIfNothingHadHappened) {
  options_.kept_max = 5;
  options_.waiting_max = 4;
  options_.within_ms = 20'000;
  CounterRandom random(3, 0, 0);
  Introductions undisturbed(options_);
  auto disturbed = std::make_unique<Introductions>(options_);
  Records of_undisturbed;
  Records of_disturbed;
  TimeMs now = kTestStart;
  for (int epoch = 0; epoch < 300; ++epoch) {
    if (random.below(3) == 0) {
      const VideoHandle video = put(table_, "v" + std::to_string(epoch));
      undisturbed.announce(table_.at(video), now);
      disturbed->announce(table_.at(video), now);
      if (random.below(8) == 0) table_.erase(video);
    }
    for (int i = 0; i < 6 && table_.size() > 0; ++i) {
      const VideoHandle video(1 + random.below(table_.size()));
      const bool wins = random.below(3) == 0;
      const auto promised = static_cast<float>(random.uniform());
      show(undisturbed, video, wins, promised);
      show(*disturbed, video, wins, promised);
    }
    now = plus_ms(now, random.below(3) * 700);
    undisturbed.finish_epoch(table_, now);
    disturbed->finish_epoch(table_, now);
    collect(undisturbed, table_, of_undisturbed);
    collect(*disturbed, table_, of_disturbed);
    ASSERT_EQ(of_disturbed, of_undisturbed) << epoch;
    auto restored = std::make_unique<Introductions>(options_);
    ASSERT_TRUE(restore(*restored, table_, of_disturbed, now)) << epoch;
    ASSERT_EQ(restored->ended(), undisturbed.ended()) << epoch;
    ASSERT_EQ(restored->newcomers().size(), undisturbed.newcomers().size());
    for (size_t i = 0; i < restored->newcomers().size(); ++i) {
      EXPECT_EQ(restored->newcomers()[i].video, undisturbed.newcomers()[i].video);
      EXPECT_EQ(restored->newcomers()[i].pressure, undisturbed.newcomers()[i].pressure);
    }
    disturbed = std::move(restored);
  }
  EXPECT_GT(undisturbed.counts().reached + undisturbed.counts().missed, 20U);
  EXPECT_GT(undisturbed.counts().refused, 0U);
}

TEST_F(IntroductionsTest, DamagedRecordsAreRefused) {
  Introductions all(options_);
  announce(all, "a");
  announce(all, "b");
  all.finish_epoch(table_, kTestStart);
  Records records;
  collect(all, table_, records);
  ASSERT_EQ(records.size(), 3U);
  const auto taken = [&](const Records& damaged) {
    Introductions restored(options_);
    return restore(restored, table_, damaged, kTestStart);
  };
  ASSERT_TRUE(taken(records));
  EXPECT_TRUE(taken({})) << "of a version that had none";
  for (const auto& [key, value] : records) {
    for (size_t size = 0; size < value.size(); ++size) {
      Records shorter = records;
      shorter[key].resize(size);
      EXPECT_FALSE(taken(shorter)) << size;
    }
    Records longer = records;
    longer[key] += '\0';
    EXPECT_FALSE(taken(longer));
    Records other_state = records;
    other_state[key][1] = 5;
    EXPECT_FALSE(key.size() > 1 && taken(other_state));
  }
  Records twice = records;
  std::string unknown(1, Introductions::kKeyPrefix);
  unknown.append("\0\0\0\7", 4);
  twice[unknown] = records.rbegin()->second;
  EXPECT_FALSE(taken(twice)) << "one number twice, of a video that is not there";
  Records headless = records;
  headless.erase(std::string(1, Introductions::kKeyPrefix));
  EXPECT_FALSE(taken(headless)) << "numbers beyond the last";
  Introductions restored(options_);
  EXPECT_FALSE(restored.load("nn", "x"));
}

TEST(RateInterval, IsWilsons) {
  const RateInterval tenth = rate_interval(10, 100);
  EXPECT_NEAR(tenth.low, 0.0552, 1e-4);
  EXPECT_NEAR(tenth.high, 0.1744, 1e-4);
  EXPECT_EQ(rate_interval(0, 0).high, 1);
  EXPECT_EQ(rate_interval(0, 5).low, 0);
}

}  // namespace
}  // namespace potik::model
