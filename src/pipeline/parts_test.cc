#include <gtest/gtest.h>

#include <atomic>
#include <numeric>

#include "base/random.h"
#include "pipeline/read_epoch.h"
#include "pipeline/recent_ids.h"
#include "pipeline/refused_records.h"
#include "pipeline/row_digest.h"
#include "pipeline/served.h"
#include "pipeline/worker_pool.h"

namespace potik::pipeline {
namespace {

std::vector<Offset> offsets(std::initializer_list<int64_t> values) {
  std::vector<Offset> out;
  for (const int64_t value : values) out.emplace_back(value);
  return out;
}

TEST(ShareOut, LeavesAloneWhatFits) {
  std::vector<Offset> ends = offsets({5, 3, 0});
  EXPECT_TRUE(share_out(offsets({1, 0, 0}), 7, 1, ends));
  EXPECT_EQ(ends, offsets({5, 3, 0}));
  EXPECT_FALSE(share_out(ends, 7, 1, ends));
  ends = offsets({5, 3, 0});
  EXPECT_TRUE(share_out(offsets({1, 9, 0}), 100, 1, ends));
  EXPECT_EQ(ends, offsets({5, 9, 0})) << "never back, where the log has not told of a gap yet";
}

TEST(ShareOut, GivesAPartitionWithOneRecordItsPlaceBehindAnyBacklog) {
  std::vector<Offset> ends = offsets({1'000'000, 500'000, 10, 1});
  ASSERT_TRUE(share_out(offsets({0, 0, 9, 0}), 1'000, 3, ends));
  EXPECT_EQ(ends[2], Offset(10));
  EXPECT_EQ(ends[3], Offset(1));
  EXPECT_GT(ends[0].value(), 600);
  EXPECT_GT(ends[1].value(), 300);
  EXPECT_LE(ends[0].value() + ends[1].value() + 2, 1'000);
}

TEST(ShareOut, TakesTurnsWhereThereAreMorePartitionsThanRecords) {
  std::vector<int64_t> seen(3);
  for (uint64_t turn = 0; turn < 3; ++turn) {
    std::vector<Offset> ends = offsets({9, 9, 9});
    ASSERT_TRUE(share_out(offsets({0, 0, 0}), 1, turn, ends));
    for (size_t p = 0; p < 3; ++p) seen[p] += ends[p].value();
  }
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 1, 1}));
}

TEST(ShareOut, NeverExceedsTheBoundAndAlwaysMovesOn) {
  CounterRandom random(3, 1, 4);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Offset> ends(1 + random.below(12));
    int64_t waiting = 0;
    for (Offset& end : ends) {
      end = Offset(random.below(3) == 0 ? 0 : random.below(1'000));
      waiting += end.value();
    }
    const uint64_t most = 1 + random.below(2'000);
    const std::vector<Offset> all = ends;
    EXPECT_EQ(share_out(std::vector<Offset>(ends.size()), most, random.below(20), ends),
              waiting != 0);
    int64_t taken = 0;
    for (size_t p = 0; p < ends.size(); ++p) {
      EXPECT_LE(ends[p], all[p]);
      taken += ends[p].value();
    }
    EXPECT_LE(taken, static_cast<int64_t>(most));
    EXPECT_EQ(taken > 0, waiting != 0);
  }
}

TEST(RecentIds, TellsFreshFromDuplicateFromConflict) {
  RecentIds ids;
  EXPECT_EQ(ids.check(1, 10), RecentIds::Answer::fresh);
  EXPECT_EQ(ids.check(1, 10), RecentIds::Answer::duplicate);
  EXPECT_EQ(ids.check(1, 11), RecentIds::Answer::conflict);
  EXPECT_EQ(ids.check(1, 10), RecentIds::Answer::duplicate);
}

TEST(RecentIds, ForgetsTheOldestBeyondItsLimitAndNoneBefore) {
  RecentIds ids;
  for (uint64_t id = 0; id < kRecentIds; ++id)
    EXPECT_EQ(ids.check(id + 1, 0), RecentIds::Answer::fresh);
  for (uint64_t id = 0; id < kRecentIds; ++id)
    EXPECT_EQ(ids.check(id + 1, 0), RecentIds::Answer::duplicate);
  EXPECT_EQ(ids.check(99'999, 0), RecentIds::Answer::fresh);
  EXPECT_EQ(ids.check(2, 0), RecentIds::Answer::duplicate);
  EXPECT_EQ(ids.check(1, 0), RecentIds::Answer::fresh);
  EXPECT_EQ(ids.size(), kRecentIds);
}

TEST(RecentIds, SurviveSavingInTheMiddleOfTheRing) {
  RecentIds ids;
  for (uint64_t id = 0; id < kRecentIds + 100; ++id)
    static_cast<void>(ids.check(id, static_cast<uint32_t>(id)));
  std::string bytes;
  ByteWriter out(bytes);
  ids.save(out);
  RecentIds loaded;
  ByteReader in(bytes);
  ASSERT_TRUE(loaded.load(in));
  for (uint64_t id = 0; id < 2 * kRecentIds; ++id) {
    EXPECT_EQ(ids.check(id, static_cast<uint32_t>(id)), loaded.check(id, static_cast<uint32_t>(id)))
        << id;
  }
}

TEST(ServedUsers, ServeUntilTheirTimeAndNoMoreThanTheLimit) {
  ServedUsers served;
  EXPECT_TRUE(served.serve("a", TimeMs{100}, 2));
  EXPECT_TRUE(served.serve("b", TimeMs{200}, 2));
  EXPECT_FALSE(served.serve("c", TimeMs{200}, 2));
  EXPECT_TRUE(served.serve("a", TimeMs{300}, 2));
  EXPECT_TRUE(served.is_served("a", TimeMs{299}));
  EXPECT_FALSE(served.is_served("b", TimeMs{200}));
  std::vector<std::string> gone;
  EXPECT_TRUE(served.expire(TimeMs{250}, gone));
  EXPECT_FALSE(served.expire(TimeMs{251}, gone));
  EXPECT_EQ(gone, std::vector<std::string>{"b"});
  EXPECT_EQ(served.size(), 1U);
}

TEST(WorkerPool, RunsEachIndexOnceManyTimesOver) {
  WorkerPool pool(4);
  for (size_t round = 0; round < 2'000; ++round) {
    std::vector<std::atomic<int>> runs(37);
    pool.run(runs.size(), [&](size_t index, size_t worker) {
      ASSERT_LT(worker, pool.size());
      ++runs[index];
    });
    for (const auto& count : runs) ASSERT_EQ(count, 1);
  }
}

TEST(RefusedRecords, RemembersTheNewestOfEachPartition) {
  RefusedRecords refused;
  EXPECT_FALSE(refused.contains(Partition(3), Offset{0}));
  const auto many = static_cast<int64_t>(RefusedRecords::kMax) + 1;
  for (int64_t offset = 0; offset < many; ++offset) refused.add(Partition(3), Offset{2 * offset});
  refused.add(Partition(1), Offset{5});
  EXPECT_FALSE(refused.contains(Partition(3), Offset{0}));
  EXPECT_TRUE(refused.contains(Partition(3), Offset{2}));
  EXPECT_FALSE(refused.contains(Partition(3), Offset{3}));
  EXPECT_TRUE(refused.contains(Partition(3), Offset{2 * (many - 1)}));
  EXPECT_TRUE(refused.contains(Partition(1), Offset{5}));
  EXPECT_FALSE(refused.contains(Partition(0), Offset{5}));
}

// Each change of a row must change the digest.
template <class Row, class... Changes>
void expect_each_counts(std::vector<Row> store::RowBlock::* rows, const Row& row,
                        const Changes&... changes) {
  store::RowBlock block;
  (block.*rows).push_back(row);
  const Digest before = digest_rows(block);
  EXPECT_TRUE(digest_rows(block) == before);
  size_t number = 0;
  const auto expect_counts = [&](const auto& change) {
    store::RowBlock other = block;
    change((other.*rows)[0]);
    EXPECT_FALSE(digest_rows(other) == before) << "change " << ++number;
  };
  (expect_counts(changes), ...);
  (block.*rows).clear();
  EXPECT_FALSE(digest_rows(block) == before) << "the row itself";
}

TEST(RowDigest, EveryFieldOfAFactCounts) {
  expect_each_counts(
      &store::RowBlock::facts, store::FactRow{}, [](auto& row) { row.event_id = "x"; },
      [](auto& row) { row.user = UserHandle{1}; }, [](auto& row) { row.video = VideoHandle{1}; },
      [](auto& row) { row.user_version = 1; }, [](auto& row) { row.video_version = 1; },
      [](auto& row) { row.type = event::EventType::video_shown; },
      [](auto& row) { row.verdict = 1; }, [](auto& row) { row.flags = 1; },
      [](auto& row) { row.partition = Partition{1}; }, [](auto& row) { row.offset = Offset{1}; },
      [](auto& row) { row.occurred_at = TimeMs{1}; }, [](auto& row) { row.watch_ms = 1; },
      [](auto& row) { row.position = 1; }, [](auto& row) { row.duration_ms = 1; },
      [](auto& row) { row.user_events = 1; }, [](auto& row) { row.p_long_watch = 1; },
      [](auto& row) { row.p_like = 1; }, [](auto& row) { row.p_comment = 1; },
      [](auto& row) { row.p_skip = 1; });
}

TEST(RowDigest, EveryFieldOfADetailCounts) {
  expect_each_counts(
      &store::RowBlock::details, store::DetailRow{},
      [](auto& row) { row.partition = Partition{1}; }, [](auto& row) { row.offset = Offset{1}; },
      [](auto& row) { row.comment_id = "x"; }, [](auto& row) { row.text = "x"; },
      [](auto& row) { row.session_id = "x"; }, [](auto& row) { row.request_id = "x"; },
      [](auto& row) { row.device = "x"; }, [](auto& row) { row.extra = "x"; });
}

TEST(RowDigest, EveryFieldOfAUserCounts) {
  expect_each_counts(
      &store::RowBlock::users, store::UserRow{}, [](auto& row) { row.user = UserHandle{1}; },
      [](auto& row) { row.version = 1; }, [](auto& row) { row.deleted = true; },
      [](auto& row) { row.valid_from = TimeMs{1}; }, [](auto& row) { row.user_id = "x"; },
      [](auto& row) { row.segment = "x"; }, [](auto& row) { row.country = "x"; },
      [](auto& row) { row.language = "x"; }, [](auto& row) { row.json = "x"; });
}

TEST(RowDigest, EveryFieldOfAVideoCounts) {
  expect_each_counts(
      &store::RowBlock::videos, store::VideoRow{}, [](auto& row) { row.video = VideoHandle{1}; },
      [](auto& row) { row.version = 1; }, [](auto& row) { row.deleted = true; },
      [](auto& row) { row.valid_from = TimeMs{1}; }, [](auto& row) { row.duration_ms = 1; },
      [](auto& row) { row.published_at = TimeMs{1}; }, [](auto& row) { row.video_id = "x"; },
      [](auto& row) { row.author_id = "x"; }, [](auto& row) { row.title = "x"; },
      [](auto& row) { row.language = "x"; }, [](auto& row) { row.tags = "x"; },
      [](auto& row) { row.json = "x"; });
}

TEST(RowDigest, EveryFieldOfADeadLetterCounts) {
  expect_each_counts(
      &store::RowBlock::dead_letters, store::DeadLetterRow{},
      [](auto& row) { row.partition = Partition{1}; }, [](auto& row) { row.offset = Offset{1}; },
      [](auto& row) { row.appended_at = TimeMs{1}; }, [](auto& row) { row.reason = "x"; },
      [](auto& row) { row.field = "x"; }, [](auto& row) { row.bytes = "x"; });
}

TEST(RowDigest, EveryFieldOfAListCounts) {
  store::ListRow list;
  list.videos = {VideoHandle{1}, VideoHandle{2}}, list.scores = {0.5F, 0.25F};
  list.sources = {1, 2};
  expect_each_counts(
      &store::RowBlock::lists, list, [](auto& row) { row.user = UserHandle{1}; },
      [](auto& row) { row.receipt_partition = Partition{1}; },
      [](auto& row) { row.receipt_offset = Offset{1}; },
      [](auto& row) { row.videos[0] = VideoHandle{3}; },
      [](auto& row) { row.videos[1] = VideoHandle{3}; }, [](auto& row) { row.scores[0] = 1; },
      [](auto& row) { row.scores[1] = 1; }, [](auto& row) { row.sources[0] = 3; },
      [](auto& row) { row.sources[1] = 3; },
      [](auto& row) { row.videos.pop_back(), row.scores.pop_back(), row.sources.pop_back(); });
}

TEST(RowDigest, EveryFieldOfAnAlertCounts) {
  expect_each_counts(
      &store::RowBlock::alerts, store::AlertRow{}, [](auto& row) { row.alert_id = "x"; },
      [](auto& row) { row.kind = "x"; }, [](auto& row) { row.subject = "x"; },
      [](auto& row) { row.state = "x"; }, [](auto& row) { row.started_at = TimeMs{1}; },
      [](auto& row) { row.at = TimeMs{1}; }, [](auto& row) { row.observed = 1; },
      [](auto& row) { row.baseline = 1; }, [](auto& row) { row.threshold = 1; },
      [](auto& row) { row.json = "x"; });
}

// Bytes that move from one field to the next are another output.
TEST(RowDigest, WhereAFieldEndsCounts) {
  store::RowBlock one;
  store::RowBlock other;
  store::UserRow& left = one.users.emplace_back();
  store::UserRow& right = other.users.emplace_back();
  left.user_id = "ab", left.segment = "c";
  right.user_id = "a", right.segment = "bc";
  EXPECT_FALSE(digest_rows(one) == digest_rows(other));
}

}  // namespace
}  // namespace potik::pipeline
