#include "app/import_run.h"

#include <gtest/gtest.h>

#include "cache/memory_cache.h"
#include "log/memory_log.h"
#include "monitor/alert_board.h"
#include "pipeline/memory_journal.h"
#include "pipeline/replay.h"
#include "state/memory_snapshot_store.h"
#include "store/memory_store.h"

namespace potik::app {
namespace {

constexpr TimeMs kStart{1'650'000'000'000};
constexpr log::Layout kLayout{.events = 4};

struct Media {
  log::MemoryLog log{kLayout.size()};
  pipeline::MemoryJournal journal;
  state::MemorySnapshotStore snapshots;
  store::MemoryStore store;
};

struct Importer {
  explicit Importer(Media& media)
      : runner({media.log, media.journal, media.snapshots, media.store, cache, feed, alerts, clock},
               {}, {}),
        recovered(runner.recover({}).ok()),
        run(media.log, kLayout, media.journal, runner, clock, kStart, {16, true}) {}
  ManualClock clock{kStart};
  cache::MemoryCache cache{{}, clock};
  cache::ListFeed feed{1};
  monitor::AlertBoard alerts{16};
  pipeline::Runner runner;
  bool recovered;
  ImportRun run;
};

// 5 videos, 40 events of history, 60 of the log with 7 repeated: the same records in every run.
// Stops early after `most`.
void feed(ImportRun& run, size_t most = SIZE_MAX) {
  size_t taken = 0;
  const auto take = [&](ImportPhase phase, log::RecordKind kind, const std::string& id,
                        const std::string& json) {
    if (taken++ >= most) return;
    ASSERT_TRUE(run.take(phase, kind, id, json).ok());
  };
  for (int i = 0; i < 5; ++i) {
    take(ImportPhase::reference, log::RecordKind::video_put, "v" + std::to_string(i),
         R"({"title":"t","duration_ms":9000})");
  }
  for (int i = 0; i < 100; ++i) {
    const int number = i % 10 == 9 && i > 40 ? i - 1 : i;
    const std::string user = "u" + std::to_string(number % 11);
    const std::string json =
        R"({"event_id":"e)" + std::to_string(number) + R"(","type":"video_played","occurred_at":)" +
        std::to_string(kStart.value() + number * 60'000) + R"(,"user_id":")" + user +
        R"(","video_id":"v)" + std::to_string(number % 5) + R"(","watch_ms":4000})";
    take(i < 40 ? ImportPhase::history : ImportPhase::log, log::RecordKind::event, user, json);
  }
}

TEST(ImportRun, CountsAddUpByPhase) {
  Media media;
  Importer importer(media);
  ASSERT_TRUE(importer.recovered);
  feed(importer.run);
  const auto counts = importer.run.finish();
  ASSERT_TRUE(counts.ok()) << counts.error();
  const auto& [reference, history, log] = *counts;
  EXPECT_EQ(reference.records, 5U);
  EXPECT_EQ(history.events, 40U);
  EXPECT_EQ(history.accepted, 40U);
  EXPECT_EQ(history.lists, 0U);
  EXPECT_EQ(log.events, 60U);
  EXPECT_EQ(log.duplicates, 6U);
  EXPECT_EQ(log.accepted, 54U);
  EXPECT_EQ(log.dead_letters, 0U);
  EXPECT_GT(log.lists, 0U);
}

TEST(ImportRun, WritesEachRecordWithItsKeyWhereItBelongs) {
  Media media;
  Importer importer(media);
  feed(importer.run);
  ASSERT_TRUE(importer.run.finish().ok());
  event::Decoder decoder;
  size_t events = 0;
  for (uint16_t p = 0; p < kLayout.size(); ++p) {
    log::RecordBlock block;
    ASSERT_TRUE(media.log.read(Partition(p), Offset{0}, Offset{1000}, 1U << 30U, block).ok());
    for (const log::RecordView& record : block.records) {
      EXPECT_EQ(kLayout.of(record.kind, record.key), Partition(p));
      if (record.kind != log::RecordKind::event) continue;
      const auto event = decoder.decode(record.value, record.appended_at);
      ASSERT_TRUE(event.ok());
      EXPECT_EQ(record.key, event->user_id) << "as the gateway keys it";
      ++events;
    }
  }
  EXPECT_EQ(events, 100U);
}

TEST(ImportRun, AnInterruptedImportGoesOnAndEndsAsAnUndisturbedOne) {
  Media undisturbed;
  {
    Importer importer(undisturbed);
    feed(importer.run);
    ASSERT_TRUE(importer.run.finish().ok());
  }
  Media media;
  for (const size_t most : {3U, 21U, 22U, 60U, 104U}) {
    Importer importer(media);
    ASSERT_TRUE(importer.recovered);
    feed(importer.run, most);  // and dropped without finish(), as a kill would
  }
  Importer last(media);
  feed(last.run);
  const auto counts = last.run.finish();
  ASSERT_TRUE(counts.ok()) << counts.error();
  EXPECT_EQ((*counts)[2].accepted, 54U);
  EXPECT_EQ(pipeline::digest_state(media.snapshots).value(),
            pipeline::digest_state(undisturbed.snapshots).value());
  EXPECT_EQ(media.log.end(), undisturbed.log.end());
  EXPECT_EQ(media.journal.last()->epoch, undisturbed.journal.last()->epoch);
}

TEST(ImportRun, RefusesALogThatItDidNotWriteInItsOwnChunks) {
  Media media;
  const log::RecordView record{log::RecordKind::event, 0, kStart, "", "{}"};
  const std::vector<log::PartitionAppend> appends{{Partition(0), {&record, 1}}};
  ASSERT_TRUE(media.log.append(appends).ok());
  Importer importer(media);
  ImportRun& run = importer.run;
  Status<std::string> taken{Ok{}};
  for (int i = 0; i < 16 && taken.ok(); ++i) {
    taken =
        run.take(ImportPhase::reference, log::RecordKind::video_put, "v" + std::to_string(i), "{}");
  }
  ASSERT_FALSE(taken.ok());
  EXPECT_NE(taken.error().find("empty data directory"), std::string::npos);
}

}  // namespace
}  // namespace potik::app
