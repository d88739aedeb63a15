#include "pipeline/core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>

#include "cache/list_json.h"
#include "pipeline/epoch_assembler.h"
#include "pipeline/row_digest.h"
#include "pipeline/test_core.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline {
namespace {

using namespace std::string_literals;
using testing::Bench;
using testing::change;
using testing::event_record;
using testing::kLayout;
using testing::play;
using testing::TestRecord;
using testing::Traffic;

void run_traffic(Bench& bench, size_t epochs, size_t records) {
  Traffic traffic(42, kLayout);
  for (size_t i = 0; i < epochs; ++i) {
    const auto batch = traffic.take(records);
    bench.run(batch, traffic.now(), nullptr, {"u1", "u2", "u7"});
  }
  bench.take_changes();
}

TEST(Core, NumberOfThreadsChangesNoByteOfOutputOrState) {
  Bench one(1);
  run_traffic(one, 12, 2000);
  ASSERT_GT(one.state.size(), 400U);
  for (const size_t threads : {2U, 4U}) {
    Bench many(threads);
    run_traffic(many, 12, 2000);
    EXPECT_EQ(one.digests, many.digests);
    EXPECT_EQ(one.state, many.state);
  }
}

TEST(Core, OtherInputGivesOtherDigests) {
  Bench one(1);
  Bench other(1);
  const TimeMs now{1'700'000'000'000};
  one.run({event_record(play("e1", "u", "v", now))}, now);
  other.run({event_record(play("e1", "u", "v", now, 9001))}, now);
  EXPECT_NE(one.digests, other.digests);
  one.take_changes();
  other.take_changes();
  EXPECT_NE(one.state, other.state);
}

// Restores after epoch `split`, evicting everybody at each snapshot, and expects the undisturbed
// run's bytes.
TEST(Core, RestoredAndEvictedStateContinuesByteForByte) {
  constexpr size_t kEpochs = 10;
  Bench undisturbed(2);
  run_traffic(undisturbed, kEpochs, 700);
  for (const size_t split : {1U, 4U, 9U}) {
    state::MemorySnapshotStore snapshot;
    auto bench = std::make_unique<Bench>(2);
    std::vector<Digest> digests;
    Traffic traffic(42, kLayout);
    for (size_t i = 0; i < kEpochs; ++i) {
      const auto batch = traffic.take(700);
      bench->run(batch, traffic.now(), &snapshot, {"u1", "u2", "u7"});
      digests.push_back(bench->digests.back());
      bench->take_changes();
      ASSERT_TRUE(snapshot.write(Epoch(i + 1), bench->last_changes).ok());
      EXPECT_GT(bench->core.evict(0, Epoch(i + 1)), 0U);
      EXPECT_EQ(bench->core.viewers_in_memory(), 0U);
      if (i + 1 != split) continue;
      auto restored = std::make_unique<Bench>(2);
      restored->state = bench->state;
      restored->continue_from(i + 1, bench->next());
      ASSERT_TRUE(restored->core.load(snapshot).ok());
      bench = std::move(restored);
    }
    EXPECT_EQ(digests, undisturbed.digests) << "split after epoch " << split;
    EXPECT_EQ(bench->state, undisturbed.state) << "split after epoch " << split;
  }
}

TEST(Core, CountsEveryRecordOnceAsAcceptedDuplicateOrDeadLetter) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  TestRecord bad{Partition(1), log::RecordKind::event, "", "{\"event_id\":"};
  bench.run({event_record(play("e1", "u", "v", now)), event_record(play("e1", "u", "v", now)), bad,
             event_record(play("e2", "u", "v", now))},
            now);
  const EpochCounts& counts = bench.buffer.counts;
  EXPECT_EQ(counts.events, 4U);
  EXPECT_EQ(counts.accepted, 2U);
  EXPECT_EQ(counts.duplicates, 1U);
  EXPECT_EQ(counts.dead_letters, 1U);
  ASSERT_EQ(bench.buffer.rows.dead_letters.size(), 1U);
  EXPECT_EQ(bench.buffer.rows.dead_letters[0].reason, "malformed_json");
  EXPECT_EQ(bench.buffer.rows.dead_letters[0].bytes, bad.value);
}

TEST(Core, AStoredViewerWhoCannotBeReadIsNotTakenForUnknown) {
  Core core({});
  state::MemorySnapshotStore store;
  // Of a video that the table has not.
  Viewer watched;
  watched.taste.ring.emplace_back().video = VideoHandle(5);
  Viewer awaits;
  awaits.taste.awaited.emplace_back().video = VideoHandle(5);
  Viewer exposed;
  exposed.forecasts.exposures.emplace_back().video = VideoHandle(5);
  Viewer offered;
  offered.forecasts.offers.emplace_back().video = VideoHandle(5);
  const auto bytes_of = [](const Viewer& viewer) {
    std::string bytes;
    viewer.save(bytes);
    return bytes;
  };
  Viewer of_another_group;
  of_another_group.handle = UserHandle(uint64_t{1'000'000} << 40U);
  const std::array<state::Change, 6> changes{
      {{state::Section::users, key_group_of("torn"), "torn", "torn bytes"},
       {state::Section::users, key_group_of("lost"), "lost", bytes_of(watched)},
       {state::Section::users, key_group_of("late"), "late", bytes_of(awaits)},
       {state::Section::users, key_group_of("seen"), "seen", bytes_of(exposed)},
       {state::Section::users, key_group_of("told"), "told", bytes_of(offered)},
       {state::Section::users, key_group_of("else"), "else", bytes_of(of_another_group)}}};
  ASSERT_TRUE(store.write(Epoch(1), changes).ok());
  std::unique_ptr<Viewer> loaded;
  for (const std::string_view user : {"torn", "lost", "late", "seen", "told", "else"}) {
    const auto found = core.find_viewer(user, &store, loaded);
    ASSERT_FALSE(found.ok()) << user;
    EXPECT_EQ(found.error(), state::SnapshotError::corrupt);
  }
  const auto nobody = core.find_viewer("nobody", &store, loaded);
  ASSERT_TRUE(nobody.ok());
  EXPECT_EQ(*nobody, nullptr);
}

TEST(Core, AHistoryIsCountedButTeachesTheRankerNothing) {
  const TimeMs now{1'700'000'000'000};
  for (const uint8_t flags : {log::kFlagHistory, uint8_t{0}}) {
    Bench bench(1);
    std::vector<float> predicted;
    for (int i = 0; i < 3; ++i) {
      TestRecord record =
          event_record(play("e" + std::to_string(i), "u", "v", plus_ms(now, i * 60'000), 30'000));
      record.flags = flags;
      bench.run({record}, plus_ms(now, i * 60'000));
      predicted.push_back(bench.buffer.rows.facts.at(0).p_long_watch);
    }
    EXPECT_EQ(predicted[2] == predicted[0], flags == log::kFlagHistory);
    EXPECT_EQ(bench.core.videos().at(bench.core.videos().find("v", hash64("v"))).plays, 3U);
  }
}

TEST(Core, ReferenceDataOfAnEpochHoldsBeforeItsEventsThoughItsPartitionsComeLast) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  const TestRecord event = event_record(play("e1", "u", "v", now));
  const TestRecord user = change(log::RecordKind::user_put, "u", R"({"segment":"s"})");
  const TestRecord video = change(log::RecordKind::video_put, "v", R"({"title":"t"})");
  ASSERT_GT(user.partition, event.partition);
  ASSERT_GT(video.partition, event.partition);
  bench.run({event, user, video}, now);
  ASSERT_EQ(bench.buffer.rows.facts.size(), 1U);
  const store::FactRow& fact = bench.buffer.rows.facts[0];
  EXPECT_EQ(fact.user_version, 1U);
  EXPECT_EQ(fact.video_version, 1U);
  EXPECT_EQ(fact.flags & (store::kUserUnknown | store::kVideoUnknown), 0);
  // A deletion too, and of the changes of one user the last.
  bench.run({event_record(play("e2", "u", "v", plus_ms(now, 10'000))),
             change(log::RecordKind::user_put, "u", R"({"segment":"t"})"),
             change(log::RecordKind::user_delete, "u")},
            plus_ms(now, 10'000));
  ASSERT_EQ(bench.buffer.rows.facts.size(), 1U);
  EXPECT_NE(bench.buffer.rows.facts[0].flags & store::kUserUnknown, 0);
}

TEST(Core, DuplicatesAreFoundAcrossEpochs) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  bench.run({event_record(play("e1", "u", "v", now))}, now);
  bench.run({event_record(play("e1", "u", "v", now))}, plus_ms(now, 1000));
  EXPECT_EQ(bench.buffer.counts.accepted, 0U);
  EXPECT_EQ(bench.buffer.counts.duplicates, 1U);
}

TEST(Core, SameEventIdWithOtherContentIsKeptFlaggedAndRaisesAnAlert) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  bench.run({event_record(play("e1", "u", "v", now)), event_record(play("e1", "u", "other", now))},
            now);
  ASSERT_EQ(bench.buffer.rows.facts.size(), 2U);
  EXPECT_EQ(bench.buffer.rows.facts[0].verdict, 0);
  EXPECT_EQ(bench.buffer.rows.facts[1].verdict, store::kConflictingId);
  EXPECT_TRUE(bench.buffer.rows.facts[1].flags & store::kSuspicious);
  ASSERT_EQ(bench.buffer.rows.alerts.size(), 1U);
  EXPECT_EQ(bench.buffer.rows.alerts[0].subject, "u");
  // Kept out of counters: the second video was never counted.
  const auto& videos = bench.core.videos();
  EXPECT_EQ(videos.at(videos.find("other", hash64("other"))).plays, 0U);
  bench.take_changes();
  EXPECT_EQ(bench.state.count(
                {state::Section::detectors, KeyGroup(0), "alert/" + bench.buffer.alerts.at(0).id}),
            1U);
}

TEST(Core, EventsWithOneIdConflictWhereTheActDiffersAndNotWhereOnlyItsWayDoes) {
  const TimeMs now{1'700'000'000'000};
  event::EventView first;
  first.type = event::EventType::comment_posted;
  first.event_id = "e1", first.user_id = "u", first.video_id = "v";
  first.occurred_at = now;
  first.watch_ms = 1, first.duration_ms = 2, first.position = 3;
  first.comment_id = "c", first.text = "t", first.request_id = "r";
  first.session_id = "s", first.device = "d";
  const auto answer_to = [&](const std::function<void(event::EventView&)>& change) {
    event::EventView second = first;
    change(second);
    Bench bench(1);
    bench.run({event_record(first), event_record(second)}, now);
    EXPECT_EQ(bench.buffer.counts.duplicates + bench.buffer.counts.accepted, 2U);
    return bench.buffer.counts.duplicates == 1 ? "duplicate" : "conflict";
  };
  const std::vector<std::function<void(event::EventView&)>> acts{
      [](auto& event) { event.type = event::EventType::video_shared; },
      [](auto& event) { event.video_id = "w"; },
      [](auto& event) { event.occurred_at = TimeMs(1'700'000'000'001); },
      [](auto& event) { event.watch_ms = 9; },
      [](auto& event) { event.duration_ms = 9; },
      [](auto& event) { event.position = 9; },
      [](auto& event) { event.comment_id = "x"; },
      [](auto& event) { event.text = "x"; },
      [](auto& event) { event.request_id = "x"; }};
  for (size_t i = 0; i < acts.size(); ++i) EXPECT_EQ(answer_to(acts[i]), "conflict"s) << i;
  EXPECT_EQ(answer_to([](auto&) {}), "duplicate"s);
  EXPECT_EQ(answer_to([](auto& event) { event.session_id = "x"; }), "duplicate"s);
  EXPECT_EQ(answer_to([](auto& event) { event.device = "x"; }), "duplicate"s);
  EXPECT_EQ(answer_to([](auto& event) { event.surface = "x"; }), "duplicate"s);
  EXPECT_EQ(answer_to([](auto& event) { event.extra = R"({"x":1})"; }), "duplicate"s);
}

TEST(Core, ASurfaceReachesTheStoreAsTheFirstOfTheUnknownFields) {
  const TimeMs now{1'700'000'000'000};
  const auto extra_of = [&](std::string_view surface, std::string_view extra) {
    event::EventView event = play("e1", "u", "v", now);
    event.surface = surface, event.extra = extra;
    Bench bench(1);
    bench.run({event_record(event)}, now);
    const auto& details = bench.buffer.rows.details;
    return details.empty() ? std::string() : std::string(details.front().extra);
  };
  EXPECT_EQ(extra_of("", ""), "");
  EXPECT_EQ(extra_of("", R"({"x":1})"), R"({"x":1})");
  EXPECT_EQ(extra_of("a \"feed\"", ""), R"({"surface":"a \"feed\""})");
  EXPECT_EQ(extra_of("feed", R"({"x":1,"y":[]})"), R"({"surface":"feed","x":1,"y":[]})");
}

TEST(Core, AConflictingEventThatIsSentAgainIsStoredAgain) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  const auto other = event_record(play("e1", "u", "other", now));
  bench.run({event_record(play("e1", "u", "v", now)), other, other}, now);
  EXPECT_EQ(bench.buffer.rows.facts.size(), 3U);
  EXPECT_EQ(bench.buffer.counts.duplicates, 0U);
}

TEST(Core, AFarmThatDatesItsPlaysBackIsFlaggedAndNotCounted) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  constexpr int kPlays = 100;
  std::vector<TestRecord> records{event_record(play("first", "bot", "v", now, 30'000))};
  for (int i = 0; i < kPlays; ++i) {
    const std::string id = "e" + std::to_string(i);
    records.push_back(event_record(play(id, "bot", "v", plus_ms(now, i - 3'600'000), 30'000)));
  }
  bench.run(records, now);
  const auto& facts = bench.buffer.rows.facts;
  const auto flagged = std::count_if(facts.begin(), facts.end(), [](const store::FactRow& fact) {
    return fact.verdict == store::kImpossibleWatch;
  });
  EXPECT_EQ(flagged, kPlays - 4) << "all but the slack";
  const auto& videos = bench.core.videos();
  EXPECT_EQ(videos.at(videos.find("v", hash64("v"))).plays, 0U) << "nor is the slack, once found";
  ASSERT_EQ(bench.buffer.alerts.size(), 2U) << "fired, and told again at ten repetitions";
  EXPECT_EQ(bench.buffer.alerts[0].kind, "impossible_watch");
}

TEST(Core, ServedUsersGetOneListAnEpochThatReflectsTheirLastEvent) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  bench.run({event_record(play("e1", "a", "v1", now)), event_record(play("e2", "b", "v2", now))},
            now);
  EXPECT_TRUE(bench.buffer.rows.lists.empty());
  bench.run({event_record(play("e3", "a", "v2", plus_ms(now, 10'000))),
             event_record(play("e4", "a", "v3", plus_ms(now, 20'000))),
             event_record(play("e5", "b", "v3", plus_ms(now, 10'000)))},
            plus_ms(now, 20'000), nullptr, {"a"});
  ASSERT_EQ(bench.buffer.rows.lists.size(), 1U);
  EXPECT_EQ(bench.buffer.rows.lists[0].receipt_offset, Offset{3});
}

TEST(Core, AnEmptyServedNameAsksForTheListsOfEveryoneWhoActs) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  bench.run({event_record(play("e1", "a", "v1", now)), event_record(play("e2", "b", "v2", now))},
            now, nullptr, {""});
  EXPECT_EQ(bench.buffer.rows.lists.size(), 2U);
  bench.run({event_record(play("e3", "a", "v2", now))}, now);
  EXPECT_TRUE(bench.buffer.rows.lists.empty());
}

TEST(Core, ListsForEveryoneAreBoundedAndThoseOfTheServedAreNotAmongThem) {
  CoreOptions options;
  options.everyone_lists_max = kKeyGroups;  // one a key group
  Bench bench(1, options);
  const TimeMs now{1'700'000'000'000};
  std::vector<std::string> users;
  std::array<size_t, kKeyGroups> in_group{};
  while (users.empty() || in_group[key_group_of(users.back()).value()] < 2) {
    users.push_back("u" + std::to_string(users.size()));
    ++in_group[key_group_of(users.back()).value()];
  }
  const auto plays = [&](const std::string& round) {
    std::vector<TestRecord> records;
    for (const std::string& user : users)
      records.push_back(event_record(play(round + user, user, "v1", now)));
    return records;
  };
  bench.run(plays("a"), now, nullptr, {""});
  EXPECT_EQ(bench.buffer.rows.lists.size(), users.size() - 1);
  bench.run(plays("b"), now, nullptr, {"", users.back()});
  EXPECT_EQ(bench.buffer.rows.lists.size(), users.size());
}

// Values in the stream of lists, by key, in order.
std::vector<std::pair<std::string, std::string>> published_lists(const EpochBuffer& buffer) {
  std::vector<log::OutputRecord> records;
  for (const RenderedPart& part : buffer.rendered->parts) part.append_records(records);
  std::vector<std::pair<std::string, std::string>> lists;
  for (const log::OutputRecord& record : records) {
    if (record.stream == log::OutputStream::recommendations)
      lists.emplace_back(record.key, record.value);
  }
  return lists;
}

TEST(Core, PublishesTheListOfUnknownUsersOnceInFiveSeconds) {
  Bench bench(1);
  bench.buffer.publish = true;
  const TimeMs begin{1'700'000'000'000};
  size_t published = 0;
  for (int64_t ms = 0; ms < 20'000; ms += 1'000) {
    const std::string id = "e" + std::to_string(ms);
    bench.run({event_record(play(id, "a", "v1", begin))}, plus_ms(begin, ms));
    for (const auto& [key, value] : published_lists(bench.buffer)) {
      EXPECT_EQ(key, cache::kUnknownUserKey);
      const auto list = cache::read_list_record(value);
      ASSERT_TRUE(list.has_value());
      EXPECT_FALSE(list->known_user);
      EXPECT_EQ(list->receipt.computed_at, plus_ms(begin, ms));
      ++published;
    }
  }
  EXPECT_EQ(published, 4U);
}

TEST(Core, WithdrawsTheListOfADeletedUserBeforeANewOne) {
  Bench bench(1);
  bench.buffer.publish = true;
  const TimeMs now{1'700'000'000'000};
  bench.run({event_record(play("e1", "a", "v1", now))}, now, nullptr, {""});
  bench.run({change(log::RecordKind::user_delete, "a")}, now);
  auto lists = published_lists(bench.buffer);
  ASSERT_EQ(lists.size(), 1U);
  EXPECT_EQ(lists[0], std::pair("a"s, ""s));
  bench.run({change(log::RecordKind::user_delete, "a"), event_record(play("e2", "a", "v1", now))},
            now, nullptr, {""});
  lists = published_lists(bench.buffer);
  ASSERT_EQ(lists.size(), 2U);
  EXPECT_EQ(lists[0].second, "");
  EXPECT_NE(lists[1].second, "");
}

// How many records of a stream the epoch publishes.
size_t count_published(const EpochBuffer& buffer, log::OutputStream stream) {
  std::vector<log::OutputRecord> records;
  for (const RenderedPart& part : buffer.rendered->parts) part.append_records(records);
  return static_cast<size_t>(std::ranges::count(records, stream, &log::OutputRecord::stream));
}

TEST(Core, PublishesEnrichedEventsInTheFormAskedFor) {
  Bench bench(1);
  bench.buffer.publish = true;
  const TimeMs now{1'700'000'000'000};
  for (const auto form : {EnrichedForm::json, EnrichedForm::blocks, EnrichedForm::both}) {
    bench.buffer.enriched = form;
    const std::string id = "e" + std::to_string(static_cast<int>(form));
    bench.run(
        {event_record(play(id, "a", "v1", now)), event_record(play(id + "b", "a", "v1", now))},
        now);
    const bool json = form != EnrichedForm::blocks;
    const bool blocks = form != EnrichedForm::json;
    EXPECT_EQ(count_published(bench.buffer, log::OutputStream::enriched), json ? 2U : 0U);
    EXPECT_EQ(count_published(bench.buffer, log::OutputStream::rows), blocks ? 1U : 0U);
  }
  bench.run({}, now);
  EXPECT_EQ(count_published(bench.buffer, log::OutputStream::rows), 0U) << "of no rows";
}

// Tables of any size: the pieces that are published are the rows that the store gets.
TEST(Core, PublishesTheRowsOfALargeEpochInPieces) {
  Bench bench(1);
  bench.buffer.publish = true;
  bench.buffer.enriched = EnrichedForm::blocks;
  Traffic traffic(42, kLayout);
  const auto batch = traffic.take(20'000);
  bench.run(batch, traffic.now());
  EpochAssembler assembler(Epoch(0), {});
  std::vector<log::OutputRecord> records;
  for (const RenderedPart& part : bench.buffer.rendered->parts) part.append_records(records);
  size_t pieces = 0;
  std::optional<AssembledEpoch> whole;
  for (const log::OutputRecord& record : records) {
    if (record.stream != log::OutputStream::rows) continue;
    EXPECT_LE(record.value.size(), store::kPieceBytesMax);
    ASSERT_FALSE(whole);
    auto given = assembler.take(record.value, Offset(static_cast<int64_t>(pieces++)));
    ASSERT_TRUE(given) << given.error().message;
    if (*given) whole.emplace(std::move(**given));
  }
  EXPECT_GT(pieces, 1U);
  ASSERT_TRUE(whole);
  EXPECT_EQ(digest_rows(whole->rows), bench.buffer.outputs);
}

TEST(Core, ADeletedVideoIsGoneFromTheNextList) {
  Bench bench(1);
  const TimeMs now{1'700'000'000'000};
  const auto put = [](const char* id) {
    return change(log::RecordKind::video_put, id,
                  R"({"title":"t","author_id":"a","duration_ms":9000})");
  };
  bench.run({put("v1"), put("v2"), put("v3"), event_record(play("e1", "u", "v1", now))}, now);
  model::RecommendScratch scratch;
  const auto shows = [&](std::string_view id) {
    const auto list = bench.core.recommend("nobody", nullptr, 10, scratch);
    return std::any_of(list->videos.begin(), list->videos.end(),
                       [&](const auto& video) { return video.video_id == id; });
  };
  EXPECT_TRUE(shows("v2"));
  bench.run({change(log::RecordKind::video_delete, "v2")}, plus_ms(now, 1));
  EXPECT_FALSE(shows("v2"));
  EXPECT_TRUE(shows("v3"));
}

}  // namespace
}  // namespace potik::pipeline
