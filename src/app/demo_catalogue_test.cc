#include "app/demo_catalogue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>

#include "app/core_answers.h"
#include "base/eventually_for_tests.h"
#include "base/folder_for_tests.h"
#include "pipeline/forwarding_journal_for_tests.h"
#include "pipeline/test_process.h"

namespace potik::app {
namespace {

// A journal that cannot be written: its disk is full, or its bytes do not hold.
class FailingJournal final : public pipeline::testing::ForwardingJournal {
 public:
  using ForwardingJournal::ForwardingJournal;
  [[nodiscard]] Status<pipeline::JournalError> append(const pipeline::EpochEntry& entry) override {
    if (!failing) return ForwardingJournal::append(entry);
    ++refused;
    return Error{error.load()};
  }
  std::atomic<bool> failing{false};
  std::atomic<pipeline::JournalError> error{pipeline::JournalError::disk_full};
  std::atomic<int> refused{0};
};

constexpr TimeMs kNow{1'800'000'000'000};  // 2027-01-15T08:00:00Z

class DemoCatalogue : public testing::Test {
 protected:
  DemoCatalogue() {
    std::ofstream file(folder_.path() + "/videos.ndjson");
    for (int i = 0; i < 9; ++i)
      file << R"({"video_id":"v)" << i << R"(","title":"t","duration_ms":9000,"published_at":")"
           << "2026-01-0" << i + 1 << R"(T00:00:00Z"})" << '\n';
    file.close();
    EXPECT_TRUE(process_.runner.recover({}).ok());
    process_.runner.start();
  }
  ~DemoCatalogue() override {
    journal_.failing = false;
    stop_.request_stop();
  }

  Status<std::string> load() {
    CoreCatalogue taker(process_.runner);
    CatalogueWriter catalogue(pipeline::testing::kLayout, commit_, taker, stop_.get_token());
    std::ostringstream notes;
    return load_demo_catalogue(folder_.path(), catalogue, kNow, notes);
  }
  // Nothing if it does not return in time.
  std::optional<Status<std::string>> load_while(const std::function<void()>& act) {
    auto loaded = std::async(std::launch::async, [this] { return load(); });
    act();
    const bool returned = loaded.wait_for(kTestPatience) == std::future_status::ready;
    journal_.failing = false;  // so that the destructor returns
    return returned ? std::optional(loaded.get()) : std::nullopt;
  }
  [[nodiscard]] int64_t in_log() const {
    int64_t records = 0;
    for (const Offset end : media_.log.end()) records += end.value();
    return records;
  }

  FolderForTests folder_;
  pipeline::testing::Media media_;
  FailingJournal journal_{media_.journal};
  pipeline::testing::Process process_{media_, media_.store, journal_};
  log::GroupCommit commit_{media_.log, process_.clock, {}, [this] { process_.runner.wake(); }};
  std::stop_source stop_;
};

TEST_F(DemoCatalogue, IsLoadedOnceAndProcessedWhenThatReturns) {
  ASSERT_TRUE(load().ok());
  EXPECT_EQ(process_.runner.lag(), 0U);
  EXPECT_EQ(in_log(), 9);
  ASSERT_TRUE(load().ok());
  EXPECT_EQ(in_log(), 9) << "there are videos already";
}

TEST_F(DemoCatalogue, HasNewVideosWheneverItIsLoaded) {
  ASSERT_TRUE(load().ok());
  std::string all;
  log::RecordBlock block;
  for (uint16_t p = 0; p < media_.log.end().size(); ++p) {
    ASSERT_TRUE(media_.log.read(Partition(p), Offset(0), Offset(100), 1U << 20U, block).ok());
    for (const log::RecordView& record : block.records) all.append(record.value).append("\n");
  }
  EXPECT_NE(all.find(R"("published_at":"2027-01-15T07:00:00.000Z")"), std::string::npos) << all;
  EXPECT_NE(all.find(R"("published_at":"2027-01-07T07:00:00.000Z")"), std::string::npos) << all;
}

TEST_F(DemoCatalogue, IsNotWaitedForOnceAStopIsAskedForWhileTheJournalsDiskIsFull) {
  journal_.failing = true;
  const auto loaded = load_while([&] {
    ASSERT_TRUE(eventually([&] { return journal_.refused > 0; }));
    stop_.request_stop();
  });
  ASSERT_TRUE(loaded.has_value()) << "it waits for the disk";
  EXPECT_TRUE(loaded->ok());
  EXPECT_EQ(in_log(), 9) << "the next start processes them";
}

TEST_F(DemoCatalogue, IsNotWaitedForOnceTheRunnerHasFailed) {
  journal_.error = pipeline::JournalError::corrupt;
  journal_.failing = true;
  const auto loaded = load_while([] {});
  ASSERT_TRUE(loaded.has_value()) << "it waits for a runner that has ended";
  ASSERT_FALSE(loaded->ok());
  EXPECT_NE(loaded->error().find("the journal"), std::string::npos) << loaded->error();
}

}  // namespace
}  // namespace potik::app
