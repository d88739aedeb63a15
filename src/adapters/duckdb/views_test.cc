// The view `events` and its companions: one wide row per fact, joined to exactly the versions it
// names.

#include <gtest/gtest.h>

#include "adapters/duckdb/test_store.h"
#include "store/sample_blocks.h"

namespace potik::duckdb {
namespace {

using store::RowBlock;

constexpr int64_t kAt = 1'770'000'000'123;  // 2026-02-02T02:40:00.123Z

// Three versions of user 1 and video 1; each fact names its own.
RowBlock versions() {
  RowBlock block;
  block.epoch = Epoch(5);
  block.time = TimeMs(kAt);
  block.model_version = Epoch(4);
  const UserHandle u(1);
  const VideoHandle v(1);
  const TimeMs t(kAt);
  block.users.push_back({u, 0, false, t, "ann", "", "", "", ""});
  block.users.push_back({u, 1, false, t, "ann", "calm", "UA", "uk", R"({"age":30})"});
  block.users.push_back({u, 2, true, t, "ann", "", "", "", ""});
  block.videos.push_back({v, 0, false, t, 0, {}, "clip", "", "", "", "", ""});
  block.videos.push_back(
      {v, 1, false, t, 20'000, t, "clip", "bob", "First", "uk", R"(["cats","dogs"])", "{}"});
  block.videos.push_back({v, 2, false, t, 40'000, t, "clip", "bob", "Second", "uk", "[]", "{}"});
  return block;
}

store::FactRow played(int64_t offset, uint32_t user_version, uint32_t video_version) {
  store::FactRow fact;
  fact.event_id = "0123abcd-0000-4000-8000-00000000000f";
  fact.user = UserHandle(1);
  fact.video = VideoHandle(1);
  fact.user_version = user_version;
  fact.video_version = video_version;
  fact.partition = Partition(3);
  fact.offset = Offset(offset);
  fact.occurred_at = TimeMs(kAt);
  fact.watch_ms = 30'000;
  return fact;
}

TEST(EventsView, JoinsExactlyTheVersionsAFactNames) {
  TestStore store;
  RowBlock block = versions();
  block.facts = {played(0, 1, 1), played(1, 0, 0), played(2, 1, 2)};
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(store.rows("SELECT user_id, user_segment, user_profile->>'age', user_version, "
                       "video_id, video_title, "
                       "author_id, video_tags, video_version, duration_ms, watch_fraction "
                       "FROM events e ORDER BY e.offset"),
            (TestStore::Cells{
                {"ann", "calm", "30", "1", "clip", "First", "bob", R"(["cats","dogs"])", "1",
                 "20000", "1.5"},
                {"ann", {}, {}, {}, "clip", {}, {}, {}, {}, {}, {}},
                {"ann", "calm", "30", "1", "clip", "Second", "bob", "[]", "2", "40000", "0.75"}}));
}

// As the core gives them: a deletion is a version of its own, and events after it name version 0.
TEST(EventsView, ShowsEachEventOnceBeforeAndAfterADeletion) {
  TestStore store;
  RowBlock block = versions();
  block.videos.push_back({VideoHandle(1), 3, true, TimeMs(kAt), 0, {}, "clip", "", "", "", "", ""});
  // A video that never had metadata.
  block.videos.push_back(
      {VideoHandle(2), 0, false, TimeMs(kAt), 0, {}, "bare", "", "", "", "", ""});
  block.videos.push_back({VideoHandle(2), 1, true, TimeMs(kAt), 0, {}, "bare", "", "", "", "", ""});
  block.facts = {played(0, 1, 1), played(1, 1, 2), played(2, 2, 0), played(3, 2, 0)};
  block.facts[3].video = VideoHandle(2);
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(
      store.rows("SELECT e.offset, video_id, video_title FROM events e ORDER BY e.offset"),
      (TestStore::Cells{
          {"0", "clip", "First"}, {"1", "clip", "Second"}, {"2", "clip", {}}, {"3", "bare", {}}}));
  EXPECT_EQ(store.rows("SELECT video_id, version, deleted FROM videos_current ORDER BY video_id"),
            (TestStore::Cells{{"bare", "1", "true"}, {"clip", "3", "true"}}));
}

TEST(EventsView, TakesTheEventsDurationWhereTheVideoHasNone) {
  TestStore store;
  RowBlock block = versions();
  block.facts = {played(0, 0, 0), played(1, 0, 0), played(2, 1, 1)};
  block.facts[0].duration_ms = 60'000;
  block.facts[1].duration_ms = 0;  // said to be unknown
  block.facts[2].duration_ms = 60'000;
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(store.rows("SELECT duration_ms, watch_fraction FROM events e ORDER BY e.offset"),
            (TestStore::Cells{{"60000", "0.5"}, {{}, {}}, {"20000", "1.5"}}));
}

TEST(EventsView, ShowsAbsentNumbersAndUnscoredEventsAsNull) {
  TestStore store;
  RowBlock block = versions();
  block.facts = {played(0, 0, 0), played(1, 0, 0)};
  block.facts[0].watch_ms = event::kAbsent;
  block.facts[1].watch_ms = 0;
  block.facts[1].position = 0;
  block.facts[1].flags = store::kScored;
  block.facts[1].p_like = 0.25F;
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(
      store.rows("SELECT watch_ms, position, p_long_watch, p_like, p_comment, p_skip FROM events e "
                 "ORDER BY e.offset"),
      (TestStore::Cells{{{}, {}, {}, {}, {}, {}}, {"0", "0", "0", "0.25", "0", "0"}}));
}

TEST(EventsView, SpellsTypesAndVerdicts) {
  TestStore store;
  RowBlock block = versions();
  for (size_t type = 0; type < event::kEventTypes; ++type) {
    auto& fact = block.facts.emplace_back(played(static_cast<int64_t>(type), 0, 0));
    fact.type = static_cast<event::EventType>(type);
  }
  block.facts[0].verdict = store::kLikeBurst | store::kLikeRate;
  block.facts[1].verdict = store::kCommentFlood;
  block.facts[2].verdict = store::kImpossibleWatch | store::kConflictingId;
  ASSERT_TRUE(store.append(block));
  const auto rows = store.rows("SELECT type, verdict FROM events e ORDER BY e.offset");
  ASSERT_EQ(rows.size(), event::kEventTypes);
  for (size_t type = 0; type < event::kEventTypes; ++type)
    EXPECT_EQ(rows[type][0], event::kEventTypeNames[type]);
  EXPECT_EQ(rows[0][1], "like_burst,like_rate");
  EXPECT_EQ(rows[1][1], "comment_flood");
  EXPECT_EQ(rows[2][1], "impossible_watch,conflicting_id");
  EXPECT_EQ(rows[3][1], std::nullopt);
}

TEST(EventsView, ShowsEachFlagInItsOwnColumn) {
  const std::pair<uint16_t, const char*> flags[] = {{store::kHistory, "history"},
                                                    {store::kLate, "late"},
                                                    {store::kFirstWatch, "first_watch"},
                                                    {store::kUserUnknown, "user_unknown"},
                                                    {store::kVideoUnknown, "video_unknown"},
                                                    {store::kSuspicious, "suspicious"}};
  TestStore store;
  RowBlock block = versions();
  for (const auto& [bit, name] : flags) {
    block.facts.emplace_back(played(static_cast<int64_t>(block.facts.size()), 0, 0)).flags = bit;
  }
  ASSERT_TRUE(store.append(block));
  for (size_t i = 0; i < std::size(flags); ++i) {
    const std::string name = flags[i].second;
    EXPECT_EQ(store.cell("SELECT string_agg(e.offset, ',') FROM events e WHERE " + name),
              std::to_string(i))
        << name;
  }
}

TEST(EventsView, AddsTheDetailsOfTheEventThatHasThem) {
  TestStore store;
  RowBlock block = versions();
  block.facts = {played(7, 0, 0), played(8, 0, 0)};
  block.details.push_back(
      {Partition(3), Offset(8), "c1", "Гарно", "s1", "r1", "phone", R"({"x":[1]})"});
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(
      store.rows(
          "SELECT event_id, type, occurred_at, comment_id, text, session_id, request_id, device, "
          "extra->'x', model_version, partition, \"offset\", epoch FROM events e ORDER BY "
          "e.offset"),
      (TestStore::Cells{
          {"0123abcd-0000-4000-8000-00000000000f",
           "video_played",
           "2026-02-02T02:40:00.123Z",
           {},
           {},
           {},
           {},
           {},
           {},
           "4",
           "3",
           "7",
           "5"},
          {"0123abcd-0000-4000-8000-00000000000f", "video_played", "2026-02-02T02:40:00.123Z", "c1",
           "Гарно", "s1", "r1", "phone", "[1]", "4", "3", "8", "5"}}));
}

TEST(EventsView, HasOneRowPerFactEvenWithoutDimensions) {
  TestStore store;
  const auto block = store::sample_block(Epoch(1), {.facts = 3000, .dimensions = false});
  ASSERT_TRUE(store.append(block.rows));
  EXPECT_EQ(store.cell("SELECT count(*) FROM events"), "3000");
}

TEST(CurrentViews, ShowTheNewestVersion) {
  TestStore store;
  ASSERT_TRUE(store.append(versions()));
  EXPECT_EQ(store.rows("SELECT user_id, version, deleted FROM users_current"),
            (TestStore::Cells{{"ann", "2", "true"}}));
  EXPECT_EQ(store.rows("SELECT video_id, version, title FROM videos_current"),
            (TestStore::Cells{{"clip", "2", "Second"}}));
}

TEST(RecommendationItems, AreOneRowPerListedVideoInRankOrder) {
  TestStore store;
  RowBlock block = versions();
  block.videos.push_back(
      {VideoHandle(2), 0, false, TimeMs(kAt), 0, {}, "other", "", "", "", "", ""});
  block.lists.push_back({UserHandle(1),
                         Partition(0),
                         Offset(1),
                         {VideoHandle(2), VideoHandle(1)},
                         {0.5F, 0.25F},
                         {2, 9}});
  block.lists.push_back({UserHandle(1), Partition(0), Offset(2), {}, {}, {}});
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(store.rows("SELECT epoch, user_id, rank, video_id, score, source, model_version FROM "
                       "recommendation_items "
                       "ORDER BY rank"),
            (TestStore::Cells{{"5", "ann", "1", "other", "0.5", "cowatch", "4"},
                              {"5", "ann", "2", "clip", "0.25", "9", "4"}}));
}

TEST(EventsView, NamesTheTraceOfAnEvent) {
  TestStore store;
  RowBlock block = versions();
  block.facts = {played(0, 1, 1), played(1, 1, 1), played(2, 1, 1)};
  const std::string valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string traced = R"({"traceparent":")" + valid + R"("})";
  store::DetailRow detail;
  detail.partition = Partition(3);
  detail.extra = traced;
  block.details.push_back(detail);
  detail.offset = Offset(1);
  detail.extra = R"({"traceparent":"mine"})";
  block.details.push_back(detail);
  ASSERT_TRUE(store.append(block));
  EXPECT_EQ(
      store.rows("SELECT traceparent, trace_id FROM events e ORDER BY e.offset"),
      (TestStore::Cells{{valid, "4bf92f3577b34da6a3ce929d0e0e4736"}, {"mine", {}}, {{}, {}}}));
}

}  // namespace
}  // namespace potik::duckdb
