#include "log/group_commit.h"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "base/eventually_for_tests.h"
#include "log/memory_log.h"

namespace potik::log {
namespace {

constexpr uint16_t kPartitions = 4;

class FixedClock : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override { return TimeMs(5'000); }
};

// A log whose appends can be held back, fail, and are counted.
class GatedLog : public EventLog {
 public:
  Result<std::vector<Offset>, LogError> append(std::span<const PartitionAppend> appends) override {
    std::unique_lock lock(mutex_);
    ++appends_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !held_; });
    if (failure_) return Error{*failure_};
    return log_.append(appends);
  }
  Status<LogError> read(Partition partition, Offset from, Offset until, size_t bytes_max,
                        RecordBlock& out) const override {
    return log_.read(partition, from, until, bytes_max, out);
  }
  [[nodiscard]] std::vector<Offset> end() const override { return log_.end(); }
  [[nodiscard]] Result<std::vector<Offset>, LogError> start() const override {
    return log_.start();
  }
  Status<LogError> trim(Partition partition, Offset before) override {
    return log_.trim(partition, before);
  }

  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void fail(std::optional<LogError> failure) {
    const std::lock_guard lock(mutex_);
    failure_ = failure;
  }
  void await_appends(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return appends_ >= count; });
  }
  int appends() {
    const std::lock_guard lock(mutex_);
    return appends_;
  }

 private:
  MemoryLog log_{kPartitions};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  std::optional<LogError> failure_;
  int appends_ = 0;
};

std::unique_ptr<Submission> submission_of(std::vector<std::pair<uint16_t, std::string>> records) {
  auto submission = std::make_unique<Submission>();
  submission->bytes.reserve(4'096);
  for (const auto& [partition, value] : records) {
    const size_t at = submission->bytes.size();
    submission->bytes += value;
    submission->records.push_back(
        {.partition = Partition(partition),
         .key = {},
         .value = std::string_view(submission->bytes).substr(at, value.size())});
  }
  return submission;
}

using Answer = Result<std::vector<Offset>, LogError>;

struct Expected {
  std::shared_ptr<std::promise<Answer>> promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> answer = promise->get_future();
  GroupCommit::Done done() {
    return [kept = promise](Answer result) { kept->set_value(std::move(result)); };
  }
};

class GroupCommitTest : public testing::Test {
 protected:
  GatedLog log_;
  FixedClock clock_;
};

TEST_F(GroupCommitTest, AnswersEachRecordWithItsOwnOffset) {
  GroupCommit commit(log_, clock_, {}, {});
  Expected first;
  ASSERT_TRUE(commit.submit(submission_of({{2, "a"}, {0, "b"}, {2, "c"}}), first.done()));
  const Answer answer = first.answer.get();
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.value(), (std::vector<Offset>{Offset(0), Offset(0), Offset(1)}));
  RecordBlock block;
  ASSERT_TRUE(log_.read(Partition(2), Offset(1), Offset(2), 1, block).ok());
  ASSERT_EQ(block.records.size(), 1U);
  EXPECT_EQ(block.records[0].value, "c");
  EXPECT_EQ(block.records[0].appended_at, TimeMs(5'000));
}

TEST_F(GroupCommitTest, WritesAllThatQueuedDuringASyncAtOnce) {
  GroupCommit commit(log_, clock_, {}, {});
  log_.hold(true);
  std::vector<Expected> expected(9);
  ASSERT_TRUE(commit.submit(submission_of({{1, "first"}}), expected[0].done()));
  log_.await_appends(1);
  for (size_t i = 1; i < expected.size(); ++i) {
    ASSERT_TRUE(commit.submit(submission_of({{1, "x"}, {3, "y"}}), expected[i].done()));
  }
  log_.hold(false);
  for (size_t i = 0; i < expected.size(); ++i) {
    const Answer answer = expected[i].answer.get();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer.value()[0], Offset(static_cast<int64_t>(i)));
    if (i == 0) continue;
    EXPECT_EQ(answer.value()[1], Offset(static_cast<int64_t>(i - 1)));
  }
  EXPECT_EQ(log_.appends(), 2);
}

TEST_F(GroupCommitTest, RefusesWhatDoesNotFitIntoTheQueueAndTakesItLater) {
  GroupCommit commit(log_, clock_, {.queue_bytes_max = 200, .batch_bytes_max = 1'000}, {});
  log_.hold(true);
  Expected large;
  Expected refused;
  Expected later;
  ASSERT_TRUE(commit.submit(submission_of({{0, std::string(500, 'x')}}), large.done()))
      << "alone it may exceed the bound";
  log_.await_appends(1);
  EXPECT_GT(commit.queued_bytes(), 500U);
  EXPECT_FALSE(commit.submit(submission_of({{0, "y"}}), refused.done()));
  log_.hold(false);
  ASSERT_TRUE(large.answer.get().ok());
  while (commit.queued_bytes() > 0) std::this_thread::yield();
  ASSERT_TRUE(commit.submit(submission_of({{0, "y"}}), later.done()));
  EXPECT_EQ(later.answer.get().value()[0], Offset(1));
}

TEST_F(GroupCommitTest, SplitsWritesAtTheBatchBound) {
  GroupCommit commit(log_, clock_, {.queue_bytes_max = 100'000, .batch_bytes_max = 1'000}, {});
  log_.hold(true);
  std::vector<Expected> expected(5);
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), expected[0].done()));
  log_.await_appends(1);
  for (size_t i = 1; i < 5; ++i) {
    ASSERT_TRUE(commit.submit(submission_of({{0, std::string(450, 'x')}}), expected[i].done()));
  }
  log_.hold(false);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(expected[i].answer.get().value()[0], Offset(static_cast<int64_t>(i)));
  }
  EXPECT_GE(log_.appends(), 3);
}

TEST_F(GroupCommitTest, TellsEveryCallerOfAFailureAndGoesOnAfterIt) {
  GroupCommit commit(log_, clock_, {}, {});
  log_.fail(LogError::disk_full);
  Expected failed;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), failed.done()));
  EXPECT_EQ(failed.answer.get().error(), LogError::disk_full);
  EXPECT_EQ(commit.trouble(), LogError::disk_full);
  log_.fail(std::nullopt);
  Expected kept;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), kept.done()));
  EXPECT_EQ(kept.answer.get().value()[0], Offset(0));
  EXPECT_EQ(commit.trouble(), std::nullopt);
}

TEST_F(GroupCommitTest, LetsOneAtATimeTryWhileWritesFail) {
  GroupCommit commit(log_, clock_, {}, {});
  EXPECT_FALSE(commit.trouble().has_value());
  log_.fail(LogError::io);
  Expected failed;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), failed.done()));
  ASSERT_FALSE(failed.answer.get().ok());
  while (commit.queued_bytes() > 0) std::this_thread::yield();
  EXPECT_EQ(commit.trouble(), LogError::io);
  log_.hold(true);
  Expected trying;
  Expected refused;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), trying.done()));
  log_.await_appends(2);
  EXPECT_FALSE(commit.submit(submission_of({{0, "x"}}), refused.done()));
  log_.fail(std::nullopt);
  log_.hold(false);
  ASSERT_TRUE(trying.answer.get().ok());
  EXPECT_FALSE(commit.trouble().has_value()) << "a success ends it";
  while (commit.queued_bytes() > 0) std::this_thread::yield();
  Expected after;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), after.done()));
  EXPECT_TRUE(after.answer.get().ok());
}

TEST_F(GroupCommitTest, FailsWhatHasQueuedBehindALogThatWasNotReached) {
  GroupCommit commit(log_, clock_, {}, {});
  log_.hold(true);
  Expected first;
  Expected queued;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), first.done()));
  log_.await_appends(1);
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), queued.done()));
  log_.fail(LogError::io);
  log_.hold(false);
  EXPECT_EQ(first.answer.get().error(), LogError::io);
  EXPECT_EQ(queued.answer.get().error(), LogError::io);
  EXPECT_EQ(log_.appends(), 1) << "the second was not tried for as long again";
}

TEST_F(GroupCommitTest, RefusesWhileAWriteTakesTooLong) {
  GroupCommit commit(log_, clock_, {.stall_ms = 20}, {});
  log_.hold(true);
  Expected slow;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), slow.done()));
  ASSERT_TRUE(eventually([&] { return commit.trouble() == LogError::io; }));
  Expected refused;
  EXPECT_FALSE(commit.submit(submission_of({{0, "x"}}), refused.done()));
  log_.hold(false);
  EXPECT_TRUE(slow.answer.get().ok());
  EXPECT_TRUE(eventually([&] { return !commit.trouble(); }));
}

TEST_F(GroupCommitTest, AWrongPartitionFailsItsOwnSubmissionOnly) {
  GroupCommit commit(log_, clock_, {}, {});
  log_.hold(true);
  Expected first;
  Expected wrong;
  Expected right;
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), first.done()));
  log_.await_appends(1);
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}, {kPartitions, "y"}}), wrong.done()));
  ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), right.done()));
  log_.hold(false);
  EXPECT_EQ(wrong.answer.get().error(), LogError::no_such_partition);
  EXPECT_EQ(right.answer.get().value()[0], Offset(1));
}

TEST_F(GroupCommitTest, WhoIsToldOfAWrongPartitionFindsRoomToTryAgain) {
  GroupCommit commit(log_, clock_, {.queue_bytes_max = 600}, {});
  Expected again;
  std::promise<bool> taken;
  const auto try_again = [&](const Answer& answer) {
    EXPECT_EQ(answer.error(), LogError::no_such_partition);
    taken.set_value(commit.submit(submission_of({{0, std::string(500, 'x')}}), again.done()));
  };
  ASSERT_TRUE(commit.submit(submission_of({{kPartitions, std::string(500, 'x')}}), try_again));
  ASSERT_TRUE(taken.get_future().get());
  EXPECT_TRUE(again.answer.get().ok());
}

TEST_F(GroupCommitTest, AnswersAnEmptySubmissionWithoutWriting) {
  GroupCommit commit(log_, clock_, {}, {});
  Expected empty;
  ASSERT_TRUE(commit.submit(std::make_unique<Submission>(), empty.done()));
  EXPECT_TRUE(empty.answer.get().value().empty());
  EXPECT_EQ(log_.appends(), 0);
}

TEST_F(GroupCommitTest, StoppingWritesAndAnswersAllThatWasTaken) {
  constexpr int kSubmissions = 20;
  std::atomic<int> answered{0};
  {
    GroupCommit commit(log_, clock_, {.batch_bytes_max = 200}, {});
    log_.hold(true);
    for (int i = 0; i < kSubmissions; ++i) {
      ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}),
                                [&](const Answer& answer) { answered += answer.ok() ? 1 : 0; }));
    }
    log_.hold(false);
  }
  EXPECT_EQ(answered, kSubmissions);
  EXPECT_EQ(log_.end()[0], Offset(kSubmissions));
}

TEST_F(GroupCommitTest, WakesItsListenerAfterEachDurableWrite) {
  std::atomic<int> woken{0};
  {
    GroupCommit commit(log_, clock_, {}, [&] { ++woken; });
    Expected kept;
    ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), kept.done()));
    ASSERT_TRUE(kept.answer.get().ok());
    EXPECT_EQ(woken, 1);
    log_.fail(LogError::io);
    Expected failed;
    ASSERT_TRUE(commit.submit(submission_of({{0, "x"}}), failed.done()));
    EXPECT_FALSE(failed.answer.get().ok());
  }
  EXPECT_EQ(woken, 1) << "nothing became durable";
}

// Every answered offset must hold exactly the bytes that its caller sent.
TEST_F(GroupCommitTest, ManyThreadsFindTheirRecordsWhereTheyWereTold) {
  constexpr int kThreads = 16;
  constexpr int kRounds = 200;
  GroupCommit commit(log_, clock_, {}, {});
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      RecordBlock block;
      for (int i = 0; i < kRounds; ++i) {
        const std::string value = std::to_string(t) + "/" + std::to_string(i);
        const auto first = static_cast<uint16_t>((t + i) % kPartitions);
        const auto second = static_cast<uint16_t>(i % kPartitions);
        Expected expected;
        if (!commit.submit(submission_of({{first, value + "a"}, {second, value + "b"}}),
                           expected.done()))
          ++wrong;
        const auto offsets = expected.answer.get().value();
        const auto holds = [&](uint16_t partition, Offset offset, const std::string& text) {
          return log_.read(Partition(partition), offset, offset.next(), 1, block).ok() &&
                 block.records[0].value == text;
        };
        if (!holds(first, offsets[0], value + "a") || !holds(second, offsets[1], value + "b"))
          ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  int64_t kept = 0;
  for (const Offset end : log_.end()) kept += end.value();
  EXPECT_EQ(kept, 2 * kThreads * kRounds);
}

}  // namespace
}  // namespace potik::log
