#include "app/simulate_traffic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "detect/user_detector.h"
#include "detect/verdict.h"
#include "detect/video_detector.h"
#include "event/decode.h"

namespace potik::app {
namespace {

using detect::SignalKind;

constexpr TimeMs kStart{1'700'000'000'000};

SimulatedCatalogue catalogue_of(uint32_t videos) {
  return make_catalogue(1, videos, kStart.value());
}

TrafficOptions options_for(std::vector<AttackKind> attacks = {}) {
  TrafficOptions options;
  options.seed = 7;
  options.viewers = 300;
  options.events_per_second = 40;
  options.start = kStart;
  options.attacks = std::move(attacks);
  return options;
}

std::string text_until(const TrafficOptions& options, const SimulatedCatalogue& catalogue,
                       int64_t until_ms, int64_t step_ms) {
  SimulatedTraffic traffic(catalogue, options);
  TrafficStep step;
  for (int64_t t = step_ms; t <= until_ms; t += step_ms) traffic.advance(plus_ms(kStart, t), step);
  return step.text;
}

// The detectors as the passes use them: users and videos by their ids, one event after another.
class Watch {
 public:
  struct Raised {
    SignalKind kind{};
    bool video = false;
    TimeMs at{};
    std::string subject;
  };

  void inspect(const TrafficStep& step) {
    std::string text = step.text + std::string(event::kDecodePadding, ' ');
    for (const auto& line : step.lines) {
      const std::string_view json(text.data() + line.begin, line.end - line.begin);
      auto event = decoder_.decode(json, TimeMs(kStart.value() + 86'400'000));
      ASSERT_TRUE(event.ok()) << json << event.error().message();
      judge(event.value());
      decoder_.reset();
    }
  }
  [[nodiscard]] const std::vector<Raised>& raised() const { return raised_; }
  [[nodiscard]] size_t events() const { return events_; }
  [[nodiscard]] size_t conflicts() const { return conflicts_; }

 private:
  void judge(const event::EventView& event) {
    ++events_;
    const auto text = static_cast<uint32_t>(hash64(event.text));
    std::vector<detect::Signal> signals;
    const uint8_t verdict = users_.inspect(user_traces_[std::string(event.user_id)], event.user_id,
                                           event.type, event.occurred_at, event.watch_ms,
                                           event.duration_ms, text, event.event_id, signals);
    videos_.inspect(video_traces_[std::string(event.video_id)], event.video_id,
                    UserHandle(hash64(event.user_id)), event.type, event.occurred_at, text,
                    event.event_id, verdict, signals);
    for (const auto& signal : signals) {
      raised_.push_back(
          {signal.kind, signal.subject_is_video, signal.at, std::string(signal.subject)});
    }
    conflicts_ += !ids_.insert(hash64(event.event_id)).second;
  }

  event::Decoder decoder_;
  detect::UserDetector users_{{}};
  detect::VideoDetector videos_{{}};
  std::unordered_map<std::string, detect::UserTrace> user_traces_;
  std::unordered_map<std::string, detect::VideoTrace> video_traces_;
  std::set<uint64_t> ids_;
  std::vector<Raised> raised_;
  size_t events_ = 0;
  size_t conflicts_ = 0;
};

TEST(SimulatedTraffic, IsTheSameForTheSameSeedHoweverTimeIsCut) {
  const auto catalogue = catalogue_of(60);
  const auto options = options_for({AttackKind::like_burst, AttackKind::comment_flood});
  const std::string text = text_until(options, catalogue, 30'000, 30'000);
  EXPECT_GT(text.size(), 100'000U);
  EXPECT_EQ(text, text_until(options, catalogue, 30'000, 10));
  auto other = options;
  other.seed = 8;
  EXPECT_NE(text, text_until(other, catalogue, 30'000, 30'000));
}

TEST(SimulatedTraffic, NeverRunsAheadAndKeepsItsOrder) {
  const auto catalogue = catalogue_of(60);
  SimulatedTraffic traffic(catalogue, options_for({AttackKind::watch_farm}));
  event::Decoder decoder;
  TimeMs last = kStart;
  for (int64_t t = 100; t <= 20'000; t += 100) {
    TrafficStep step;
    traffic.advance(plus_ms(kStart, t), step);
    std::string text = step.text + std::string(event::kDecodePadding, ' ');
    for (const auto& line : step.lines) {
      const auto event = decoder.decode({text.data() + line.begin, line.end - line.begin}, kStart);
      ASSERT_TRUE(event.ok());
      EXPECT_GE(event->occurred_at, last);
      EXPECT_LE(event->occurred_at, plus_ms(kStart, t));
      EXPECT_EQ(event->user_id, traffic.user_id(line.actor));
      last = event->occurred_at;
    }
  }
}

// Rates at which few, some and most of the viewers are active, each from its first quarter of an
// hour on: where a crowd does not begin as it goes on, the rate drifts over hours of pauses.
TEST(SimulatedTraffic, KeepsTheRateItWasAskedFor) {
  constexpr int64_t kQuarterMs = 900'000;
  const auto catalogue = catalogue_of(60);
  for (const double rate : {15.0, 60.0, 200.0}) {
    auto options = options_for();
    options.viewers = 2'000;
    options.events_per_second = rate;
    EXPECT_LT(viewers_for(rate, catalogue, 7), 2'000U);
    SimulatedTraffic traffic(catalogue, options);
    for (int64_t quarter = 1; quarter <= 4; ++quarter) {
      TrafficStep step;
      traffic.advance(plus_ms(kStart, quarter * kQuarterMs), step);
      EXPECT_NEAR(static_cast<double>(step.lines.size()) * 1'000 / kQuarterMs, rate, rate * 0.12)
          << "quarter " << quarter;
    }
  }
}

TEST(SimulatedTraffic, RaisesNothingInACleanHourOfTwoThousandViewers) {
  const auto catalogue = catalogue_of(60);
  auto options = options_for();
  options.viewers = 2'000;
  options.events_per_second = 200;
  SimulatedTraffic traffic(catalogue, options);
  Watch watch;
  for (int64_t t = 10'000; t <= 3'600'000; t += 10'000) {
    TrafficStep step;
    traffic.advance(plus_ms(kStart, t), step);
    watch.inspect(step);
  }
  EXPECT_GT(watch.events(), 500'000U);
  EXPECT_EQ(watch.conflicts(), 0U);
  ASSERT_TRUE(watch.raised().empty())
      << detect::name(watch.raised()[0].kind) << " " << watch.raised()[0].subject;
}

struct Expected {
  AttackKind attack{};
  SignalKind kind{};
  bool video = false;
};

class AttackTest : public testing::TestWithParam<Expected> {};

TEST_P(AttackTest, RaisesItsAlertWithinTwoSecondsAndAccusesNoViewer) {
  const auto catalogue = catalogue_of(60);
  auto options = options_for({GetParam().attack});
  options.attack_after_ms = 120'000;
  SimulatedTraffic traffic(catalogue, options);
  TrafficStep step;
  traffic.advance(plus_ms(kStart, 180'000), step);
  Watch watch;
  watch.inspect(step);
  bool found = false;
  for (const auto& raised : watch.raised()) {
    if (!raised.video) {
      EXPECT_TRUE(raised.subject.starts_with("sim-bot-")) << raised.subject;
    }
    if (raised.kind != GetParam().kind || raised.video != GetParam().video || found) continue;
    found = true;
    EXPECT_LE(ms_between(plus_ms(kStart, 120'000), raised.at), 2'000);
  }
  EXPECT_TRUE(found);
}

INSTANTIATE_TEST_SUITE_P(
    Attacks, AttackTest,
    testing::Values(Expected{AttackKind::like_burst, SignalKind::like_burst, true},
                    Expected{AttackKind::comment_flood, SignalKind::comment_flood, true},
                    Expected{AttackKind::watch_farm, SignalKind::impossible_watch, false},
                    Expected{AttackKind::like_rate, SignalKind::like_rate, false}),
    [](const auto& parameter) {
      std::string text(name(parameter.param.attack));
      std::ranges::replace(text, '-', '_');
      return text;
    });

TEST(SimulatedTraffic, ReusesEventIdsForOtherContentOnRequest) {
  const auto catalogue = catalogue_of(60);
  SimulatedTraffic traffic(catalogue, options_for({AttackKind::duplicate_ids}));
  TrafficStep step;
  traffic.advance(plus_ms(kStart, 4'000), step);
  Watch watch;
  watch.inspect(step);
  EXPECT_GE(watch.conflicts(), 5U);
}

TEST(SimulatedTraffic, GivesEveryAttackOfARunEventsAndAccountsOfItsOwn) {
  const auto catalogue = catalogue_of(60);
  SimulatedTraffic traffic(catalogue,
                           options_for({AttackKind::like_burst, AttackKind::like_burst}));
  TrafficStep step;
  traffic.advance(plus_ms(kStart, 10'000), step);
  traffic.end_attacks();
  traffic.begin_attack(AttackKind::like_burst, plus_ms(kStart, 10'001), 60'000,
                       traffic.quietest().front());
  traffic.advance(plus_ms(kStart, 20'000), step);
  Watch watch;
  watch.inspect(step);
  EXPECT_EQ(watch.conflicts(), 0U);
  std::set<uint32_t> accounts;
  size_t events = 0;
  for (const auto& line : step.lines) {
    if (line.actor < kFirstAttacker) continue;
    accounts.insert(line.actor);
    ++events;
  }
  EXPECT_EQ(events, 2 * 321 + 400U) << "forty likes a second of each";
  EXPECT_GT(accounts.size(), 2 * 320U);
}

TEST(SimulatedTraffic, WatchesLongerWhatItsTasteLikes) {
  const auto catalogue = catalogue_of(60);
  SimulatedCrowd crowd(catalogue, {3, 200, 1.0, kStart});
  std::vector<SimulatedEvent> events;
  crowd.advance(plus_ms(kStart, 300'000), events);
  double liked = 0, liked_plays = 0, other = 0, other_plays = 0;
  for (const auto& event : events) {
    if (event.type != event::EventType::video_played) continue;
    const auto& video = catalogue.videos[event.video];
    const double fraction = static_cast<double>(event.watch_ms) / video.duration_ms;
    const bool likes = crowd.inclination(event.actor, video.topic) > 0.6;
    (likes ? liked : other) += fraction;
    (likes ? liked_plays : other_plays) += 1;
  }
  EXPECT_GT(liked / liked_plays, other / other_plays + 0.2);
}

TEST(SimulatedTraffic, FollowsAListAndNamesItsRequest) {
  const auto catalogue = catalogue_of(60);
  auto options = options_for();
  options.viewers = 1;
  options.events_per_second = 0;
  SimulatedTraffic traffic(catalogue, options);
  TrafficStep step;
  traffic.advance(plus_ms(kStart, 60'000), step);
  EXPECT_FALSE(traffic.crowd().take_asking().empty());
  traffic.crowd().give_list(0, {11, 12, 13, 14}, "request-1");
  step.clear();
  traffic.advance(plus_ms(kStart, 300'000), step);
  EXPECT_NE(step.text.find("\"request_id\":\"request-1\""), std::string::npos);
}

TEST(SimulatedCatalogue, TakesVideosAsTheServerDescribesThem) {
  SimulatedCatalogue catalogue;
  EXPECT_TRUE(add_video(catalogue, R"({"video_id":"a","tags":["x","y"],"duration_ms":9000})", 1));
  EXPECT_TRUE(add_video(catalogue, R"({"video_id":"b"})", 1));
  EXPECT_FALSE(add_video(catalogue, R"({"title":"none"})", 1));
  EXPECT_FALSE(add_video(catalogue, "nonsense", 1));
  ASSERT_EQ(catalogue.videos.size(), 2U);
  EXPECT_EQ(catalogue.videos[0].duration_ms, 9'000);
  EXPECT_EQ(catalogue.videos[1].duration_ms, SimulatedCatalogue::kUsualDurationMs);
  EXPECT_EQ(catalogue.topics.size(), 2U);
}

}  // namespace
}  // namespace potik::app
