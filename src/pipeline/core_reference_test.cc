// What a core makes of reference data: versions, deletions, limits.

#include <gtest/gtest.h>

#include <map>

#include "base/hash.h"
#include "pipeline/test_core.h"
#include "state/memory_snapshot_store.h"

namespace potik::pipeline {
namespace {

using testing::Bench;
using testing::change;
using testing::event_record;
using testing::kLayout;
using testing::play;
using testing::TestRecord;
using testing::Traffic;

constexpr TimeMs kNow{1'700'000'000'000};

// How often each (handle, version) of users and of videos came.
struct Versions {
  std::map<std::pair<uint64_t, uint32_t>, size_t> users, videos;
  void take(const store::RowBlock& rows) {
    for (const store::UserRow& row : rows.users) ++users[{row.user.value(), row.version}];
    for (const store::VideoRow& row : rows.videos) ++videos[{row.video.value(), row.version}];
  }
};

TEST(CoreReference, EachDeletionIsAVersionOfItsOwn) {
  Bench bench(1);
  bench.run(
      {change(log::RecordKind::video_put, "v1", "{}"), event_record(play("e1", "u", "v1", kNow)),
       event_record(play("e2", "u", "bare", plus_ms(kNow, 20'000)))},
      plus_ms(kNow, 20'000));
  Versions versions;
  versions.take(bench.buffer.rows);
  const auto& facts = bench.buffer.rows.facts;
  ASSERT_EQ(facts.size(), 2U);
  EXPECT_EQ(facts[0].video_version, 1U);
  EXPECT_EQ(facts[1].video_version, 0U);
  bench.run(
      {change(log::RecordKind::video_delete, "v1"), change(log::RecordKind::video_delete, "bare"),
       event_record(play("e3", "u", "v1", plus_ms(kNow, 40'000)))},
      plus_ms(kNow, 40'000));
  versions.take(bench.buffer.rows);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].video_version, 0U);
  EXPECT_NE(facts[0].flags & store::kVideoUnknown, 0);
  const auto& videos = bench.buffer.rows.videos;
  ASSERT_EQ(videos.size(), 2U);
  EXPECT_EQ(std::pair(videos[0].version, videos[0].deleted), std::pair(2U, true));
  EXPECT_EQ(std::pair(videos[1].version, videos[1].deleted), std::pair(1U, true));
  bench.run({change(log::RecordKind::video_put, "v1", "{}"),
             change(log::RecordKind::video_put, "bare", "{}"),
             event_record(play("e4", "u", "bare", plus_ms(kNow, 60'000)))},
            plus_ms(kNow, 60'000));
  versions.take(bench.buffer.rows);
  EXPECT_EQ(facts.at(0).video_version, 2U);
  const std::map<std::pair<uint64_t, uint32_t>, size_t> expected{
      {{1, 0}, 1}, {{1, 1}, 1}, {{1, 2}, 1}, {{1, 3}, 1}, {{2, 0}, 1}, {{2, 1}, 1}, {{2, 2}, 1}};
  EXPECT_EQ(versions.videos, expected);
}

TEST(CoreReference, EachVersionOfAUserAndAVideoComesOnce) {
  Bench bench(2);
  Traffic traffic(5, kLayout);
  Versions versions;
  size_t deleted_videos = 0;
  size_t deleted_users = 0;
  for (int epoch = 0; epoch < 12; ++epoch) {
    const auto batch = traffic.take(2000);
    bench.run(batch, traffic.now());
    versions.take(bench.buffer.rows);
    for (const store::VideoRow& row : bench.buffer.rows.videos) deleted_videos += row.deleted;
    for (const store::UserRow& row : bench.buffer.rows.users) deleted_users += row.deleted;
  }
  EXPECT_GT(deleted_videos, 10U);
  EXPECT_GT(deleted_users, 10U);
  for (const auto& [version, count] : versions.users)
    EXPECT_EQ(count, 1U) << "user " << version.first << ", version " << version.second;
  for (const auto& [version, count] : versions.videos)
    EXPECT_EQ(count, 1U) << "video " << version.first << ", version " << version.second;
}

CoreOptions limited(uint32_t videos_max, uint32_t unlisted_max) {
  CoreOptions options;
  options.videos.videos_max = videos_max;
  options.videos.unlisted_max = unlisted_max;
  return options;
}

bool has_metadata(const Bench& bench, std::string_view id) {
  const VideoHandle video = bench.core.videos().find(id, hash64(id));
  return video != kNoVideo && bench.core.videos().metadata(video) != nullptr;
}

TEST(CoreReference, InventedIdsDoNotKeepANewVideoOutOfTheCatalogue) {
  for (const uint32_t unlisted_max : {1U, 0U}) {
    Bench bench(1, limited(100, unlisted_max));
    bench.run({event_record(play("e1", "u", "invented", kNow)),
               event_record(play("e2", "u", "invented too", plus_ms(kNow, 20'000)))},
              plus_ms(kNow, 20'000));
    EXPECT_EQ(bench.buffer.counts.events_over_limit, 2 - unlisted_max);
    bench.run({change(log::RecordKind::video_put, "v1", "{}"),
               change(log::RecordKind::video_put, "invented too", "{}"),
               event_record(play("e3", "u", "v1", plus_ms(kNow, 40'000)))},
              plus_ms(kNow, 40'000));
    EXPECT_TRUE(has_metadata(bench, "v1"));
    EXPECT_TRUE(has_metadata(bench, "invented too"));
    EXPECT_EQ(bench.buffer.counts.videos_refused, 0U);
    EXPECT_EQ(bench.buffer.counts.events_over_limit, 0U);
    EXPECT_EQ(bench.buffer.rows.facts.at(0).video_version, 1U);
  }
}

TEST(CoreReference, MetadataBeyondTheLimitOfVideosIsADeadLetterThatIsCounted) {
  Bench bench(1, limited(1, 1));
  const TestRecord kept = change(log::RecordKind::video_put, "v1", "{}");
  const TestRecord refused = change(log::RecordKind::video_put, "v2", R"({"title":"Too many"})");
  const TestRecord broken = change(log::RecordKind::video_put, "v3", "[");
  bench.run({kept, refused, broken, change(log::RecordKind::video_delete, "v4")}, kNow);
  EXPECT_TRUE(has_metadata(bench, "v1"));
  EXPECT_FALSE(has_metadata(bench, "v2"));
  const auto& letters = bench.buffer.rows.dead_letters;
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].reason, "no_room");
  EXPECT_EQ(letters[0].field, "video_id");
  EXPECT_EQ(letters[0].bytes, refused.value);
  EXPECT_EQ(letters[0].partition, refused.partition);
  EXPECT_EQ(letters[0].offset, Offset{1});
  EXPECT_EQ(letters[0].appended_at, kNow);
  EXPECT_EQ(letters[1].offset, Offset{2}) << "in log order";
  EXPECT_EQ(bench.buffer.counts.videos_refused, 1U);
  EXPECT_EQ(bench.buffer.counts.dead_letters, 2U);
  // What is held may change.
  bench.run({change(log::RecordKind::video_put, "v1", R"({"title":"Again"})")}, kNow);
  EXPECT_EQ(bench.buffer.counts.videos_refused, 0U);
  EXPECT_TRUE(bench.buffer.rows.dead_letters.empty());
}

// A snapshot store that cannot be read, or holds what nobody wrote.
class BadStore final : public state::SnapshotStore {
 public:
  explicit BadStore(std::optional<std::string> held) : held_(std::move(held)) {}
  Status<state::SnapshotError> write(Epoch, std::span<const state::Change>) override {
    return Error{state::SnapshotError::io};
  }
  Epoch epoch() const override { return Epoch(0); }
  Status<state::SnapshotError> read(
      state::Section, KeyGroup,
      const std::function<void(std::string_view, std::string_view)>&) const override {
    return Error{state::SnapshotError::io};
  }
  Result<std::vector<std::optional<std::string>>, state::SnapshotError> lookup(
      state::Section, KeyGroup, std::span<const std::string_view> keys) const override {
    if (!held_) return Error{state::SnapshotError::io};
    return std::vector<std::optional<std::string>>(keys.size(), held_);
  }

 private:
  std::optional<std::string> held_;
};

TEST(CoreReference, AViewerWhoCannotBeReadIsNotOneWhoIsUnknown) {
  Bench bench(1);
  bench.run({event_record(play("e1", "warm", "v1", kNow))}, kNow);
  const state::MemorySnapshotStore empty;
  const BadStore unreadable(std::nullopt);
  const BadStore damaged("x");
  std::unique_ptr<Viewer> loaded;
  const auto find = [&](std::string_view user, const state::SnapshotStore* cold) {
    return bench.core.find_viewer(user, cold, loaded);
  };
  EXPECT_EQ(find("cold", nullptr).value(), nullptr);
  EXPECT_EQ(find("cold", &empty).value(), nullptr);
  ASSERT_FALSE(find("cold", &unreadable).ok());
  EXPECT_EQ(find("cold", &unreadable).error(), state::SnapshotError::io);
  ASSERT_FALSE(find("cold", &damaged).ok());
  EXPECT_EQ(find("cold", &damaged).error(), state::SnapshotError::corrupt);
  ASSERT_TRUE(find("warm", &unreadable).ok());
  EXPECT_EQ(find("warm", &unreadable).value()->id, "warm");
}

}  // namespace
}  // namespace potik::pipeline
