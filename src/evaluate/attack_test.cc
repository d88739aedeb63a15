// Like-bots in synthetic traffic: they are found, what they did is taken back, and lists stay as
// good as without them. That lists are worse without the quarantine cannot be told from this
// traffic, whose topics speak louder than any bot; docs/evaluation.md shows it on real traffic.
#include "evaluate/attack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "evaluate/evaluation.h"

namespace potik::evaluate {
namespace {

constexpr int64_t kBegin = 1'650'000'000'000;
constexpr uint32_t kUsers = 120;
constexpr uint32_t kTopics = 6;
constexpr uint32_t kOfTopic = 30;
constexpr uint32_t kOld = 60;  // that everybody watched at first, and nobody later
constexpr uint32_t kTargets = 20;
constexpr uint32_t kRows = 9'000;

// Everybody watches the videos of one topic, and in the first tenth those that go out of fashion.
RecordedTraffic made_traffic() {
  RecordedTraffic traffic;
  const auto name = [](uint32_t video) { return "v" + std::to_string(video); };
  for (uint32_t video = 0; video < kTopics * kOfTopic + kOld; ++video) {
    traffic.videos.number(name(video));
    traffic.reference.push_back(
        {log::RecordKind::video_put, name(video), R"({"duration_ms":20000})"});
  }
  CounterRandom random(11, 0, 0);
  for (uint32_t i = 0; i < kRows; ++i) {
    Impression made;
    const uint32_t user = random.below(kUsers);
    const bool own = random.below(10) < 7;
    const uint32_t topic = own ? user % kTopics : random.below(kTopics);
    const uint32_t place = random.below(1 + random.below(kOfTopic));
    made.at = TimeMs(kBegin + int64_t{i} * 4'000);
    made.outcome_at = plus_ms(made.at, 15'000);
    made.row = static_cast<uint32_t>(traffic.log_rows++);
    made.user = traffic.users.number("u" + std::to_string(user));
    const bool old = i < kRows / 10 && random.below(5) != 0;
    made.video = old ? kTopics * kOfTopic + random.below(kOld) : topic * kOfTopic + place;
    made.positive = own || old;
    made.watch_ms = made.positive ? 20'000 : 2'000;
    made.duration_ms = 20'000;
    if (own && random.below(5) == 0) made.acts = kLiked;
    traffic.log.push_back(made);
  }
  put_in_order(traffic.log);
  return traffic;
}

struct Measured {
  Report report;
  size_t targets = 0;  // among the first 20 places of the frozen lists of the honest
};

Measured measured(const RecordedTraffic& traffic, bool quarantine) {
  pipeline::CoreOptions core;
  core.quarantine = quarantine;
  core.recommender.exploration_rate = 0;
  core.recommender.per_author_max = 1'000;
  core.recommender.shown_again = false;
  EvaluationOptions options;
  options.split = traffic.log[traffic.log.size() / 2].at;
  options.baselines = false;
  options.resamples = 100;
  Measured measured;
  EvaluationSinks sinks;
  sinks.frozen_list = [&](uint32_t user, std::span<const uint32_t> videos) {
    if (traffic.users.id(user).starts_with("attacker-")) return;
    const auto first = videos.first(std::min<size_t>(videos.size(), 20));
    measured.targets += static_cast<size_t>(
        std::ranges::count_if(first, [](uint32_t video) { return video >= kTopics * kOfTopic; }));
  };
  measured.report = evaluate(traffic, core, options, sinks);
  return measured;
}

const Estimate& ndcg20(const ListReport& report) {
  return report.methods.back().metrics[static_cast<size_t>(ListMetric::ndcg20)];
}

AttackOptions attack_of(double share) {
  return {.share = share, .targets = kTargets, .wave_likes = 100, .watched = 0, .seed = 3};
}

TEST(Attack, IsSoMuchOfTheEventsAndTouchesNothingThatIsMeasured) {
  RecordedTraffic traffic = made_traffic();
  const std::vector<Impression> log = traffic.log;
  add_attack(traffic, attack_of(0.1));
  ASSERT_FALSE(traffic.attack.empty());
  double honest = 0;
  for (const Impression& impression : log) honest += impression.acts != 0 ? 3 : 2;
  const auto acts = static_cast<double>(traffic.attack.size());
  EXPECT_NEAR(acts / (acts + honest), 0.1, 0.02);
  EXPECT_EQ(traffic.log.size(), log.size());
  std::set<uint32_t> users, targets;
  for (const Impression& act : traffic.attack) {
    EXPECT_EQ(traffic.users.id(act.user).rfind("attacker-", 0), 0U);
    users.insert(act.user);
    if (act.acts != 0) targets.insert(act.video);
  }
  EXPECT_GT(users.size(), 100U);
  EXPECT_EQ(targets.size(), kTargets);
  for (const uint32_t target : targets) EXPECT_GE(target, kTopics * kOfTopic);
  EXPECT_TRUE(std::ranges::is_sorted(traffic.attack, {}, &Impression::outcome_at));
  RecordedTraffic again = made_traffic();
  add_attack(again, attack_of(0.1));
  EXPECT_TRUE(std::ranges::equal(traffic.attack, again.attack, {}, &Impression::outcome_at,
                                 &Impression::outcome_at));
}

TEST(Attack, IsFoundAndTakenBackAndListsAreNotWorse) {
  RecordedTraffic traffic = made_traffic();
  const Measured clean = measured(traffic, true);
  add_attack(traffic, attack_of(0.2));
  const Measured held = measured(traffic, true);
  const Measured taught = measured(traffic, false);
  EXPECT_EQ(clean.report.taken_back, 0U);
  EXPECT_EQ(clean.report.suspicious_events, 0U);
  EXPECT_GT(held.report.taken_back, 100U);
  EXPECT_EQ(taught.report.taken_back, 0U);
  EXPECT_EQ(taught.report.suspicious_events, 0U) << "none is held back where nothing is";
  EXPECT_GT(held.report.suspicious_events + held.report.taken_back, held.report.attack_acts / 2);
  EXPECT_EQ(held.report.attack_acts, taught.report.attack_acts);
  for (const auto lists : {&Report::frozen_lists, &Report::live_lists}) {
    const Estimate& before = ndcg20(clean.report.*lists);
    ASSERT_GT(before.value, 0.1);
    EXPECT_GT(ndcg20(held.report.*lists).value, before.value - before.half_width);
  }
  EXPECT_LE(held.targets, clean.targets + 40) << "of 2,400 places";
}

}  // namespace
}  // namespace potik::evaluate
