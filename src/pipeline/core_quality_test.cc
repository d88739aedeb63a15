// Live quality as the core keeps it: against what its own outputs say.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "pipeline/test_core.h"

namespace potik::pipeline::testing {
namespace {

constexpr TimeMs kNow{1'700'000'000'000};
constexpr size_t kLong = 1;

event::EventView act(event::EventType type, std::string_view id, std::string_view user,
                     std::string_view video, TimeMs at) {
  event::EventView view = play(id, user, video, at);
  view.type = type;
  view.watch_ms = event::kAbsent;
  return view;
}

struct Judged {
  double p = 0;
  bool label = false;
};

double area(const std::vector<Judged>& all) {
  double ordered = 0;
  double pairs = 0;
  for (const Judged& yes : all) {
    if (!yes.label) continue;
    for (const Judged& no : all) {
      if (no.label) continue;
      pairs += 1;
      ordered += yes.p > no.p ? 1 : yes.p == no.p ? 0.5 : 0;
    }
  }
  return ordered / pairs;
}

// 80 viewers play 12 videos each, half of the videos to the end and most of these liked an epoch
// later. Without impressions each play is an exposure with its outcome.
class QualityOfPlays {
 public:
  explicit QualityOfPlays(Bench& bench) : bench_(bench) {
    for (int round = 0; round < 12; ++round) live(round);
  }
  std::vector<Judged> long_watches;
  std::vector<Judged> likes;

 private:
  void live(int round) {
    const TimeMs at = plus_ms(kNow, round * 60'000);
    std::vector<TestRecord> plays;
    std::vector<TestRecord> answers;
    for (int user = 0; user < 80; ++user) {
      const std::string name = "u" + std::to_string(user);
      const uint32_t number = (static_cast<uint32_t>(user) * 7 + static_cast<uint32_t>(round)) % 40;
      const std::string video = "v" + std::to_string(number);
      const std::string id = name + "-" + std::to_string(round);
      const bool whole = number % 2 == 0 && random_.below(5) != 0;
      const bool like = whole && random_.below(4) != 0;
      plays.push_back(event_record(play(id, name, video, at, whole ? 30'000 : 4'000)));
      if (like) {
        answers.push_back(event_record(
            act(event::EventType::video_liked, "l" + id, name, video, plus_ms(at, 30'000))));
      }
      liked_[id] = like;
    }
    bench_.run(plays, at);
    for (const store::FactRow& fact : bench_.buffer.rows.facts) {
      ASSERT_EQ(fact.verdict, 0);
      long_watches.push_back({static_cast<double>(fact.p_long_watch), fact.watch_ms == 30'000});
      likes.push_back({static_cast<double>(fact.p_like), liked_.at(std::string(fact.event_id))});
    }
    bench_.run(answers, plus_ms(at, 30'000));
  }

  Bench& bench_;
  CounterRandom random_{9, 0, 0};
  std::map<std::string, bool> liked_;
};

TEST(CoreQuality, IsThatOfThePredictionsThatWereStored) {
  Bench bench(1);
  const QualityOfPlays lived(bench);
  const model::QualityReport report = bench.core.quality().report();
  for (const auto& [head, all] : {std::pair(0, &lived.long_watches), std::pair(1, &lived.likes)}) {
    const model::HeadQuality& quality = report.heads[kLong][static_cast<size_t>(head)];
    double rate = 0;
    double predicted = 0;
    for (const Judged& each : *all) rate += each.label ? 1 : 0, predicted += each.p;
    const auto count = static_cast<double>(all->size());
    EXPECT_NEAR(quality.exposures, count, 0.01 * count) << head;
    EXPECT_NEAR(quality.rate, rate / count, 0.001) << head;
    EXPECT_NEAR(quality.predicted, predicted / count, 0.001) << head;
    ASSERT_TRUE(quality.auc.has_value()) << head;
    EXPECT_NEAR(*quality.auc, area(*all), 0.01) << head;
    EXPECT_GT(*quality.auc, 0.6) << head;
  }
}

TEST(CoreQuality, IsTheSameOnAnyNumberOfThreadsAndGoesOnFromASnapshot) {
  Bench one(1);
  const QualityOfPlays lived(one);
  Bench many(3);
  const QualityOfPlays again(many);
  one.take_changes();
  many.take_changes();
  EXPECT_EQ(one.state, many.state);
  EXPECT_TRUE(one.state.contains({state::Section::meta, KeyGroup(0), "quality"}));
  one.take_changes();
  const auto is_quality = [](const state::Change& change) { return change.key == "quality"; };
  EXPECT_TRUE(std::ranges::none_of(one.last_changes, is_quality)) << "nothing came since";
}

// Impressions of the first places of the list that was refreshed last, by its sources.
TEST(CoreQuality, HitsAreCountedByTheSourceOfTheListThatOfferedThem) {
  Bench bench(2);
  std::vector<TestRecord> catalogue;
  for (int i = 0; i < 60; ++i)
    catalogue.push_back(change(log::RecordKind::video_put, "v" + std::to_string(i), "{}"));
  bench.run(catalogue, kNow);
  bench.run({event_record(play("first", "ann", "v0", kNow, 30'000))}, kNow, nullptr, {"ann"});
  std::map<uint8_t, model::OriginQuality> expected;
  std::map<VideoHandle, uint8_t> exposed{{VideoHandle(1), model::kElsewhere}};
  std::set<VideoHandle> hits{VideoHandle(1)};
  ++expected[model::kElsewhere].exposures, ++expected[model::kElsewhere].hits;
  for (int round = 0; round < 12; ++round) {
    const store::ListRow list = bench.buffer.rows.lists.at(0);
    const TimeMs at = plus_ms(kNow, (round + 1) * 60'000);
    // One of the list's first places, one behind them, and every third time a hit.
    const size_t place = static_cast<size_t>(round) % model::kOffersMax;
    std::vector<TestRecord> records;
    for (const size_t at_place : {place, model::kOffersMax + 3 + static_cast<size_t>(round)}) {
      const VideoHandle video = list.videos.at(at_place);
      const bool hit = round % 3 == 0;
      const std::string id = std::to_string(round) + "-" + std::to_string(at_place);
      const std::string name(bench.core.videos().id(video));
      records.push_back(
          event_record(act(event::EventType::video_shown, "s" + id, "ann", name, at)));
      if (hit) records.push_back(event_record(play("p" + id, "ann", name, at, 30'000)));
      // Shown again within half an hour it is the same exposure, which may still become a hit.
      const auto [exposure, is_new] = exposed.emplace(
          video, at_place < model::kOffersMax ? list.sources[at_place] : model::kElsewhere);
      expected[exposure->second].exposures += is_new ? 1 : 0;
      if (hit && hits.insert(video).second) ++expected[exposure->second].hits;
    }
    bench.run(records, at, nullptr, {"ann"});
  }
  const model::QualityReport report = bench.core.quality().report();
  for (uint8_t origin = 0; origin < model::kOrigins; ++origin) {
    EXPECT_NEAR(report.origins[kLong][origin].exposures, expected[origin].exposures, 0.01);
    EXPECT_NEAR(report.origins[kLong][origin].hits, expected[origin].hits, 0.01);
  }
  EXPECT_GT(expected.size(), 1U);
  EXPECT_GT(expected[model::kElsewhere].hits, 1);
}

TEST(CoreQuality, AViewerOfBeforeHasNoForecastsAndADamagedOneIsRefused) {
  Viewer viewer;
  std::string before;
  viewer.save(before);
  model::LiveQuality quality;
  quality.expose(viewer.forecasts, VideoHandle(1), {0.1F, 0.2F, 0.3F, 0.4F}, 1, 2);
  std::string now;
  viewer.save(now);
  ASSERT_TRUE(now.starts_with(before)) << "records of before end where forecasts begin";
  Viewer loaded;
  ASSERT_TRUE(loaded.load(before));
  EXPECT_TRUE(loaded.forecasts.exposures.empty());
  ASSERT_TRUE(loaded.load(now));
  EXPECT_EQ(loaded.forecasts.exposures.size(), 1U);
  EXPECT_FALSE(Viewer().load(now + '\1'));
  EXPECT_FALSE(Viewer().load(std::string_view(now).substr(0, now.size() - 1)));
}

TEST(CoreQuality, ASuspiciousExposureCountsNowhere) {
  Bench bench(1);
  bench.run({event_record(play("e1", "u", "v", kNow))}, kNow);
  bench.run({event_record(play("e1", "u", "w", kNow, 30'000))}, kNow);  // the id with other content
  ASSERT_NE(bench.buffer.rows.facts.at(0).verdict, 0);
  const model::QualityReport report = bench.core.quality().report();
  EXPECT_EQ(report.heads[kLong][0].exposures, 1);
  EXPECT_EQ(report.heads[kLong][0].rate, 0);
}

}  // namespace
}  // namespace potik::pipeline::testing
