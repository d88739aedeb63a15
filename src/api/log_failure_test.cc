#include "api/log_failure.h"

#include <gtest/gtest.h>

#include "base/manual_clock.h"

namespace potik::api {
namespace {

constexpr std::string_view kNothing = "Nothing of this request was kept";

// Keeps what it is given, and fails all the same: as a log whose sync or answer was lost.
class KeepingLog final : public log::LogWriter {
 public:
  Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    kept += log::record_count(appends);
    return Error{log::LogError::io};
  }
  size_t kept = 0;
};

bool says(const Response& response, std::string_view words) {
  return response.body.find(words) != std::string::npos;
}

TEST(LogFailure, AProducerWhoseWriteFailedIsToldThatItMayBeThereAllTheSame) {
  for (const auto error : {log::LogError::io, log::LogError::disk_full, log::LogError::corrupt,
                           log::LogError::closed}) {
    const Response response = failure_of(error);
    EXPECT_FALSE(says(response, kNothing)) << response.body;
    EXPECT_TRUE(says(response, "may be in the log")) << response.body;
  }
  EXPECT_EQ(failure_of(log::LogError::io).status, 503);
  EXPECT_TRUE(says(failure_of(log::LogError::io), "Send the same again"));
  EXPECT_EQ(failure_of(log::LogError::corrupt).status, 500);
}

TEST(LogFailure, OnlyAProducerWhoWasTurnedAwayIsToldThatNothingWasKept) {
  KeepingLog log;
  ManualClock clock{TimeMs{1'000}};
  std::optional<log::LogError> failed;
  {
    log::GroupCommit commit(log, 1, clock, {}, [] {});
    auto submission = std::make_unique<log::Submission>();
    submission->records.push_back(
        {.partition = Partition(0), .kind = log::RecordKind::user_put, .key = "u", .value = "{}"});
    std::atomic<bool> told{false};
    ASSERT_TRUE(commit.submit(std::move(submission), [&](const auto& result) {
      failed = result.error();
      told = true;
      told.notify_one();
    }));
    told.wait(false);
    const Response turned_away = queue_full(commit, 1);
    EXPECT_EQ(turned_away.status, 503);
    EXPECT_TRUE(says(turned_away, kNothing)) << turned_away.body;
  }
  ASSERT_EQ(log.kept, 1U);
  EXPECT_FALSE(says(failure_of(*failed), kNothing));
}

}  // namespace
}  // namespace potik::api
