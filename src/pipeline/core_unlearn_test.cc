// What attackers have taught before they were found is taken out again: the model is as if they had
// never come.

#include <gtest/gtest.h>

#include <map>

#include "base/hash.h"
#include "model/table_for_tests.h"
#include "pipeline/test_core.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline::testing {
namespace {

constexpr TimeMs kNow{1'700'000'000'000};
constexpr int kVideos = 40;
constexpr int64_t kEpochMs = 100'000;

std::string video(int number) { return "v" + std::to_string(number); }

event::EventView act(event::EventType type, std::string_view id, std::string_view user,
                     std::string_view video, TimeMs at) {
  event::EventView view = play(id, user, video, at, 15'000);
  view.type = type;
  if (type != event::EventType::video_played) view.watch_ms = event::kAbsent;
  return view;
}

// Events of a story, told epoch by epoch.
class Story {
 public:
  void tell(event::EventType type, const std::string& user, const std::string& video, TimeMs at) {
    const std::string id =
        user + "." + std::to_string(at.value()) + "." + std::to_string(next_id_++);
    records_.push_back(event_record(act(type, id, user, video, at)));
  }
  void unlearn(const std::string& user, const std::string& json) {
    records_.push_back({kLayout.of(log::RecordKind::user_unlearn, user),
                        log::RecordKind::user_unlearn, user, json});
  }
  std::vector<TestRecord> take() { return std::exchange(records_, {}); }

 private:
  std::vector<TestRecord> records_;
  int next_id_ = 0;
};

using event::EventType;

// People who watch what they like.
void tell_honest(Story& story, int epoch, TimeMs start) {
  CounterRandom random(7, static_cast<uint64_t>(epoch), 0);
  for (int i = 0; i < 60; ++i) {
    const TimeMs at = plus_ms(start, i * 1'600);
    const std::string user = "h" + std::to_string(random.below(25));
    const std::string what = video(static_cast<int>(random.below(1 + random.below(kVideos))));
    story.tell(random.below(3) == 0 ? EventType::video_shown : EventType::video_played, user, what,
               at);
    if (random.below(8) == 0) story.tell(EventType::video_liked, user, what, at);
  }
}

std::vector<std::string> viewers_of_one_group(size_t count) {
  std::vector<std::string> users;
  for (int i = 0; users.size() < count; ++i) {
    const std::string user = "b" + std::to_string(i);
    if (key_group_of(user).value() == 5) users.push_back(user);
  }
  return users;
}

// Each is shown the first videos.
void tell_shown(Story& story, const std::vector<std::string>& users, int videos) {
  for (const std::string& user : users) {
    for (int i = 0; i < videos; ++i)
      story.tell(EventType::video_shown, user, video(i), plus_ms(kNow, 1'000 + i));
  }
}

CoreOptions plain_options() {
  CoreOptions options;
  // The ranker's weights are not taken back, nor are vectors exactly: they have no say here.
  options.recommender.use_factors = options.recommender.use_peers = false;
  options.recommender.weight_value = 0;
  options.recommender.exploration_rate = 0;
  return options;
}

void put_videos(Bench& bench) {
  std::vector<TestRecord> records;
  for (int i = 0; i < kVideos; ++i) {
    records.push_back(change(log::RecordKind::video_put, video(i),
                             R"({"author_id":"a)" + std::to_string(i % 7) + R"(","tags":["t)" +
                                 std::to_string(i % 5) + R"("],"duration_ms":15000})"));
  }
  for (int i = 0; i < 25; ++i)
    records.push_back(
        change(log::RecordKind::user_put, "h" + std::to_string(i), R"({"segment":"s"})"));
  bench.run(records, kNow);
}

const model::VideoStats& stats_of(const Bench& bench, const std::string& id) {
  return bench.core.videos().at(bench.core.videos().find(id, hash64(id)));
}

void expect_near(float attacked, float honest, const std::string& what) {
  EXPECT_NEAR(attacked, honest, 1e-4 * std::max(1.0F, honest)) << what;
}

void expect_same_video(const Bench& attacked, const Bench& honest, const std::string& id) {
  const model::VideoStats& a = stats_of(attacked, id);
  const model::VideoStats& b = stats_of(honest, id);
  EXPECT_EQ(a.impressions, b.impressions) << id;
  EXPECT_EQ(a.plays, b.plays) << id;
  EXPECT_EQ(a.positives, b.positives) << id;
  EXPECT_EQ(a.skips, b.skips) << id;
  EXPECT_EQ(a.likes, b.likes) << id;
  EXPECT_EQ(a.comments, b.comments) << id;
  EXPECT_EQ(a.pairs, b.pairs) << id;
  const TimeMs now = attacked.core.videos().now();
  const auto read = [now](const model::Decayed& d) { return d.read(now, model::kRateHalfLifeMs); };
  expect_near(a.trend.read(now, model::kTrendHalfLifeMs),
              b.trend.read(now, model::kTrendHalfLifeMs), id + " trend");
  expect_near(read(a.recent_plays), read(b.recent_plays), id + " plays");
  expect_near(read(a.recent_positives), read(b.recent_positives), id + " positives");
  expect_near(read(a.recent_impressions), read(b.recent_impressions), id + " impressions");
  const double half_life = attacked.core.options().videos.cowatch_half_life_ms;
  const auto met = [&](const model::Decayed& d) { return d.read(now, half_life); };
  expect_near(met(a.pairs_now), met(b.pairs_now), id + " pairs");
  expect_near(met(a.liked_now), met(b.liked_now), id + " liked");
  for (size_t i = 0; i < 3; ++i) expect_near(a.shows.read(i, now), b.shows.read(i, now), id);
  const auto row_a = model::row_of(attacked.core.videos(), a.handle);
  const auto row_b = model::row_of(honest.core.videos(), b.handle);
  ASSERT_EQ(row_a.size(), row_b.size()) << id;
  for (size_t i = 0; i < row_a.size(); ++i) {
    EXPECT_EQ(row_a[i].video, row_b[i].video) << id;
    EXPECT_NEAR(row_a[i].weight / row_b[i].weight, 1, 1e-4) << id;
    expect_near(row_a[i].liked, row_b[i].liked, id + " liked in row");
  }
}

// Scores of a list that has room for every video.
std::map<uint32_t, float> listed(const Bench& bench, const std::string& user) {
  std::unique_ptr<Viewer> loaded;
  const auto viewer = bench.core.find_viewer(user, nullptr, loaded);
  model::RecommendScratch scratch;
  std::map<uint32_t, float> scores;
  const auto list = bench.core.recommend(user, *viewer, 50, scratch);
  for (const auto& each : list->videos) scores[each.video.value()] = each.score;
  return scores;
}

void expect_same_model(const Bench& attacked, const Bench& honest) {
  for (int i = 0; i < kVideos; ++i) expect_same_video(attacked, honest, video(i));
  const auto same = [](std::span<const VideoHandle> a, std::span<const VideoHandle> b) {
    return std::ranges::equal(a, b);
  };
  const model::VideoTable& a = attacked.core.videos();
  const model::VideoTable& b = honest.core.videos();
  EXPECT_TRUE(same(a.popular(), b.popular()));
  EXPECT_TRUE(same(a.fresh(), b.fresh()));
  EXPECT_TRUE(same(a.popular_in(1), b.popular_in(1)));
  for (int i = 0; i < 25; ++i) {
    const std::string user = "h" + std::to_string(i);
    const auto scores = listed(honest, user);
    const auto found = listed(attacked, user);
    EXPECT_GT(scores.size(), 20U);
    ASSERT_EQ(found.size(), scores.size()) << user;
    for (const auto& [number, score] : scores) {
      ASSERT_TRUE(found.contains(number)) << user << " video " << number;
      EXPECT_NEAR(found.at(number), score, 1e-3) << user << " video " << number;
    }
  }
}

// Of this epoch and of those before: what the attacker does, told behind what the honest do.
using Attack = std::function<void(Story&, int epoch, TimeMs start)>;

constexpr int kEpochs = 8;

void run_story(Bench& bench, const Attack& attack, int first = 0, int until = kEpochs,
               const state::SnapshotStore* cold = nullptr) {
  for (int epoch = first; epoch < until; ++epoch) {
    const TimeMs start = plus_ms(kNow, 60'000 + epoch * kEpochMs);
    Story story;
    tell_honest(story, epoch, start);
    if (attack) attack(story, epoch, start);
    auto records = story.take();
    for (TestRecord& record : records) record.partition = Partition(0);
    bench.run(records, plus_ms(start, kEpochMs), cold);
  }
  // All priors anew, relative to the same totals.
  Story last;
  const TimeMs later = plus_ms(kNow, 3'600'000);
  last.tell(EventType::video_played, "h1", video(1), later);
  if (until == kEpochs) bench.run(last.take(), later, cold);
}

uint64_t alarms(const Bench& bench) { return bench.core.alerts().open(); }

// Watches, likes and comments like anybody for five epochs, with the targets among it; then likes
// without end.
void like_rate(Story& story, int epoch, TimeMs start) {
  if (epoch > 5) return;
  for (int i = 0; i < 5; ++i) {
    const TimeMs at = plus_ms(start, i * 3'000 + 40);
    const std::string what = video((epoch * 5 + i * 3) % kVideos);
    story.tell(EventType::video_shown, "bot", what, at);
    story.tell(EventType::video_played, "bot", what, at);
    if (i % 4 == 0) story.tell(EventType::video_liked, "bot", video(39), at);
    if (i % 4 == 1) story.tell(EventType::video_unliked, "bot", video(39), at);
    if (i % 5 == 2) story.tell(EventType::video_disliked, "bot", what, at);
  }
  if (epoch < 5) return;
  for (int i = 0; i < 40; ++i)
    story.tell(EventType::video_liked, "bot", video(i), plus_ms(start, 60'000 + i * 20));
}

Attack of_fewer(Attack attack, int first) {
  return [attack = std::move(attack), first](Story& story, int epoch, TimeMs start) {
    if (epoch >= first) attack(story, epoch, start);
  };
}

TEST(CoreUnlearn, AViewerWhoIsFoundHasNeverBeen) {
  // At most 48 acts are kept: so few epochs that all of them are.
  Bench honest(1, plain_options());
  put_videos(honest);
  run_story(honest, nullptr);
  Bench attacked(1, plain_options());
  put_videos(attacked);
  const Attack attack = of_fewer(like_rate, 4);
  size_t taken = 0;
  run_story(attacked, [&](Story& story, int epoch, TimeMs start) {
    attack(story, epoch, start);
    if (epoch == 6) taken = attacked.buffer.counts.taken_back;
  });
  EXPECT_EQ(taken, 14U) << "all of the epoch before it was found";
  EXPECT_EQ(alarms(honest), 0U);
  expect_same_model(attacked, honest);
}

TEST(CoreUnlearn, WithoutQuarantineAttackersTeach) {
  CoreOptions options = plain_options();
  options.quarantine = false;
  Bench honest(1, options);
  put_videos(honest);
  run_story(honest, nullptr);
  Bench attacked(1, options);
  put_videos(attacked);
  run_story(attacked, of_fewer(like_rate, 4));
  EXPECT_GT(stats_of(attacked, video(39)).pairs, stats_of(honest, video(39)).pairs);
  EXPECT_EQ(stats_of(attacked, video(38)).likes, stats_of(honest, video(38)).likes + 1);
}

// New users like the target, each once, without watching; some have watched something else before.
void like_burst(Story& story, int epoch, TimeMs start) {
  if (epoch < 4 || epoch > 5) return;
  // Across two epochs, because the burst's window is.
  const TimeMs first = epoch == 4 ? plus_ms(start, kEpochMs - 3'000) : start;
  for (int i = 0; i < 25; ++i) {
    const std::string user = "n" + std::to_string(epoch) + "." + std::to_string(i);
    story.tell(EventType::video_liked, user, video(30), plus_ms(first, i * 100));
  }
}

TEST(CoreUnlearn, ABurstOfLikesHasNeverBeen) {
  uint32_t of_honest = 0;
  Bench honest(1, plain_options());
  put_videos(honest);
  run_story(honest, [&](Story&, int epoch, TimeMs) {
    if (epoch == 5) of_honest = stats_of(honest, video(30)).likes;
  });
  uint32_t counted = 0;
  size_t taken = 0;
  Bench attacked(1, plain_options());
  put_videos(attacked);
  run_story(attacked, [&](Story& story, int epoch, TimeMs start) {
    like_burst(story, epoch, start);
    if (epoch == 5) counted = stats_of(attacked, video(30)).likes;
    if (epoch == 6) taken = attacked.buffer.counts.taken_back;
  });
  EXPECT_EQ(counted, of_honest + 25) << "until the burst was found";
  EXPECT_EQ(taken, 25U);
  expect_same_model(attacked, honest);
}

TEST(CoreUnlearn, WhatWasTakenBackWithABurstIsNotTakenOnceMore) {
  const Attack both = [](Story& story, int epoch, TimeMs start) {
    like_burst(story, epoch, start);
    // One of the burst turns out to be an attacker as well.
    if (epoch != 6) return;
    for (int i = 0; i < 30; ++i)
      story.tell(EventType::video_liked, "n4.3", video(i), plus_ms(start, 1'000 + i * 20));
  };
  Bench honest(1, plain_options());
  put_videos(honest);
  run_story(honest, nullptr);
  Bench attacked(1, plain_options());
  put_videos(attacked);
  run_story(attacked, both);
  expect_same_model(attacked, honest);
}

TEST(CoreUnlearn, ThePersonWhoAsksForItGetsIt) {
  const Attack slow = [](Story& story, int epoch, TimeMs start) {
    if (epoch < 3 || epoch > 4) return;
    for (int i = 0; i < 9; ++i) {
      const std::string what = video(39 - i);
      story.tell(EventType::video_played, "slow", what, plus_ms(start, i * 8'000));
      story.tell(EventType::video_liked, "slow", what, plus_ms(start, i * 8'000 + 500));
    }
  };
  const Attack asked = [&](Story& story, int epoch, TimeMs start) {
    slow(story, epoch, start);
    if (epoch == 6) story.unlearn("slow", R"({"quarantine":true})");
    if (epoch == 6) story.unlearn("slow", "{}");
    if (epoch == 7) story.tell(EventType::video_liked, "slow", video(3), start);
  };
  Bench honest(1, plain_options());
  put_videos(honest);
  run_story(honest, nullptr);
  Bench unasked(1, plain_options());
  put_videos(unasked);
  run_story(unasked, slow);
  EXPECT_EQ(stats_of(unasked, video(39)).likes, stats_of(honest, video(39)).likes + 2);
  Bench attacked(1, plain_options());
  put_videos(attacked);
  run_story(attacked, asked);
  expect_same_model(attacked, honest);
  std::unique_ptr<Viewer> loaded;
  const auto viewer = attacked.core.find_viewer("slow", nullptr, loaded);
  EXPECT_EQ((*viewer)->taken_back, 36U) << "each once";
}

TEST(CoreUnlearn, OnlyWhatWasSinceThenIsTakenBack) {
  Bench bench(1, plain_options());
  put_videos(bench);
  Story story;
  const TimeMs at = plus_ms(kNow, 60'000);
  story.tell(EventType::video_liked, "u", video(1), at);
  story.tell(EventType::video_liked, "u", video(2), plus_ms(at, 30'000));
  bench.run(story.take(), plus_ms(at, 30'000));
  story.unlearn("u", R"({"since":)" + std::to_string(at.value() + 1) + "}");
  bench.run(story.take(), plus_ms(at, 40'000));
  EXPECT_EQ(bench.buffer.counts.taken_back, 1U);
  EXPECT_EQ(stats_of(bench, video(1)).likes, 1U);
  EXPECT_EQ(stats_of(bench, video(2)).likes, 0U);
  EXPECT_EQ(stats_of(bench, video(1)).neighbour_count, 0U);
  story.unlearn("u", "[]");
  story.unlearn("u", R"({"quarantine":"yes"})");
  story.unlearn("", "{}");
  bench.run(story.take(), plus_ms(at, 40'000));
  EXPECT_EQ(bench.buffer.counts.dead_letters, 3U);
  EXPECT_EQ(stats_of(bench, video(1)).likes, 1U);
}

// Four of one key group at once: more acts than an epoch takes back by itself.
TEST(CoreUnlearn, WhatAPersonAsksForIsDoneAtOnceHoweverMuchItIs) {
  Bench bench(1, plain_options());
  put_videos(bench);
  const std::vector<std::string> users = viewers_of_one_group(4);
  Story story;
  tell_shown(story, users, kVideos);
  bench.run(story.take(), plus_ms(kNow, 2'000));
  ASSERT_GT(users.size() * kVideos, kTakenMax);
  for (const std::string& user : users) story.unlearn(user, "{}");
  bench.run(story.take(), plus_ms(kNow, 3'000));
  EXPECT_EQ(bench.buffer.counts.taken_back, users.size() * kVideos);
  for (int i = 0; i < kVideos; ++i) EXPECT_EQ(stats_of(bench, video(i)).impressions, 0U) << i;
}

TEST(CoreUnlearn, WithoutQuarantineWhatAPersonAsksForIsDoneAllTheSame) {
  CoreOptions options = plain_options();
  options.quarantine = false;
  Bench bench(1, options);
  put_videos(bench);
  Story story;
  story.tell(EventType::video_liked, "u", video(1), plus_ms(kNow, 1'000));
  bench.run(story.take(), plus_ms(kNow, 2'000));
  story.tell(EventType::video_liked, "u", video(2), plus_ms(kNow, 2'500));
  bench.run(story.take(), plus_ms(kNow, 2'600));
  story.tell(EventType::video_liked, "u", video(3), plus_ms(kNow, 2'700));
  story.unlearn("u", "{}");
  bench.run(story.take(), plus_ms(kNow, 3'000));
  for (const int number : {1, 2, 3}) {
    EXPECT_EQ(stats_of(bench, video(number)).likes, 0U) << number;
    EXPECT_EQ(stats_of(bench, video(number)).neighbour_count, 0U) << number;
  }
}

TEST(CoreUnlearn, AClockThatWasAheadHidesNothing) {
  Bench bench(1, plain_options());
  put_videos(bench);
  Story story;
  const TimeMs later = plus_ms(kNow, 400'000);
  story.tell(EventType::video_liked, "u", video(1), plus_ms(kNow, 1'000));
  bench.run(story.take(), plus_ms(kNow, 2'000));
  story.tell(EventType::video_shown, "u", video(2), plus_ms(later, 290'000));
  bench.run(story.take(), later);
  story.unlearn("u", "{}");
  bench.run(story.take(), later);
  EXPECT_EQ(stats_of(bench, video(1)).likes, 0U) << "it is less than seven minutes old";
  EXPECT_EQ(stats_of(bench, video(2)).impressions, 0U);
}

TEST(CoreUnlearn, ABrokenReportSpeaksAgainstNothingElse) {
  Bench bench(1, plain_options());
  put_videos(bench);
  Story story;
  story.tell(EventType::video_played, "u", video(1), plus_ms(kNow, 1'000));
  auto records = story.take();
  records.push_back(
      event_record(play("broken", "u", video(2), plus_ms(kNow, 20'000), 15'000 * 21)));
  bench.run(records, plus_ms(kNow, 20'000));
  story.tell(EventType::video_played, "u", video(3), plus_ms(kNow, 40'000));
  bench.run(story.take(), plus_ms(kNow, 40'000));
  EXPECT_EQ(stats_of(bench, video(1)).plays, 1U);
  EXPECT_EQ(stats_of(bench, video(2)).plays, 0U);
  EXPECT_EQ(stats_of(bench, video(3)).plays, 1U);
}

void everything(Story& story, int epoch, TimeMs start) {
  like_rate(story, epoch, start);
  like_burst(story, epoch, start);
  if (epoch == 6) story.unlearn("h3", "{}");
  if (epoch == 7) story.unlearn("h4", R"({"quarantine":true})");
}

TEST(CoreUnlearn, IsTheSameOnAnyNumberOfThreads) {
  Bench one(1);
  put_videos(one);
  run_story(one, everything);
  one.take_changes();
  for (const size_t threads : {2U, 4U}) {
    Bench many(threads);
    put_videos(many);
    run_story(many, everything);
    many.take_changes();
    EXPECT_EQ(many.digests, one.digests);
    EXPECT_EQ(many.state, one.state);
  }
}

// Everybody leaves memory after each epoch, and the core is made anew after one of them.
TEST(CoreUnlearn, GoesOnAfterARestartByteForByte) {
  Bench undisturbed(2);
  put_videos(undisturbed);
  run_story(undisturbed, everything);
  undisturbed.take_changes();
  for (const int split : {4, 5, 6}) {
    state::MemorySnapshotStore snapshot;
    auto bench = std::make_unique<Bench>(2);
    put_videos(*bench);
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
      run_story(*bench, everything, epoch, epoch + 1, &snapshot);
      bench->take_changes();
      const Epoch saved(static_cast<uint64_t>(epoch) + 2);
      ASSERT_TRUE(snapshot.write(saved, bench->last_changes).ok());
      bench->core.evict(0, saved);
      if (epoch != split) continue;
      auto restored = std::make_unique<Bench>(2);
      restored->state = bench->state;
      restored->continue_from(saved.value(), bench->next());
      ASSERT_TRUE(restored->core.load(snapshot).ok());
      bench = std::move(restored);
    }
    EXPECT_EQ(bench->state, undisturbed.state) << split;
  }
}

TEST(CoreUnlearn, AnEpochTakesBackSoMuchAndTheRestWithTheNextAct) {
  Bench bench(1, plain_options());
  put_videos(bench);
  const std::vector<std::string> users = viewers_of_one_group(12);
  Story story;
  tell_shown(story, users, 30);
  bench.run(story.take(), plus_ms(kNow, 2'000));
  EXPECT_EQ(stats_of(bench, video(7)).impressions, 12U);
  size_t epochs = 0;
  for (; epochs < 20 && (epochs == 0 || bench.buffer.counts.taken_back > 0); ++epochs) {
    const auto after = static_cast<int64_t>(10'000 + 1'000 * epochs);
    for (const std::string& user : users) {
      for (int i = 0; i < 17; ++i)
        story.tell(EventType::video_liked, user, video(1), plus_ms(kNow, after + i));
    }
    bench.run(story.take(), plus_ms(kNow, after + 100));
    EXPECT_LE(bench.buffer.counts.taken_back, kTakenMax);
  }
  EXPECT_GT(epochs, 4U);
  EXPECT_LT(epochs, 20U);
  for (int i = 0; i < kVideos; ++i) {
    EXPECT_EQ(stats_of(bench, video(i)).impressions, 0U) << i;
    EXPECT_EQ(stats_of(bench, video(i)).likes, 0U) << i;
  }
}

}  // namespace
}  // namespace potik::pipeline::testing
