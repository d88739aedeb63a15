// What group commit itself costs a record: submissions of 1 and of 10,000 records against a log
// that takes them at once, and 64 callers at once against one whose sync takes 250 us. The floor is
// the copy of the views that any such queue has to make.

#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <semaphore>
#include <thread>

#include "log/group_commit.h"

namespace potik::log {
namespace {

constexpr uint16_t kPartitions = 8;

class FixedClock : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override { return TimeMs(0); }
};

class NullLog : public EventLog {
 public:
  explicit NullLog(std::chrono::microseconds sync) : sync_(sync) {}
  Result<std::vector<Offset>, LogError> append(std::span<const PartitionAppend> appends) override {
    if (sync_.count() > 0) std::this_thread::sleep_for(sync_);
    return std::vector<Offset>(record_count(appends));
  }
  Status<LogError> read(Partition, Offset, Offset, size_t, RecordBlock&) const override {
    return Ok{};
  }
  [[nodiscard]] std::vector<Offset> end() const override {
    return std::vector<Offset>(kPartitions);
  }
  [[nodiscard]] Result<std::vector<Offset>, LogError> start() const override {
    return std::vector<Offset>(kPartitions);
  }
  Status<LogError> trim(Partition, Offset) override { return Ok{}; }

 private:
  std::chrono::microseconds sync_;
};

std::unique_ptr<Submission> submission_of(size_t count) {
  auto submission = std::make_unique<Submission>();
  submission->bytes.assign(260, 'x');
  submission->records.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    submission->records.push_back({.partition = Partition(static_cast<uint16_t>(i % kPartitions)),
                                   .key = {},
                                   .value = submission->bytes});
  }
  return submission;
}

void floor_copy_of_views(benchmark::State& state) {
  const auto submission = submission_of(static_cast<size_t>(state.range(0)));
  std::vector<RecordView> views;
  for (auto _ : state) {
    views.clear();
    for (const auto& record : submission->records) {
      views.push_back({record.kind, record.flags, TimeMs(0), record.key, record.value});
    }
    benchmark::DoNotOptimize(views.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(floor_copy_of_views)->Arg(10'000);

// Making the submission is inside: a caller pays it too.
void one_caller(benchmark::State& state) {
  NullLog log{std::chrono::microseconds(0)};
  const FixedClock clock;
  GroupCommit commit(log, clock, {}, {});
  std::binary_semaphore answered(0);
  for (auto _ : state) {
    const bool taken = commit.submit(submission_of(static_cast<size_t>(state.range(0))),
                                     [&](const auto&) { answered.release(); });
    if (!taken) return state.SkipWithError("refused");
    answered.acquire();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(one_caller)->Arg(1)->Arg(10'000)->UseRealTime();

// As a server has it: 64 open requests, each followed by the next from the completion.
void open_requests_at_250_us_a_sync(benchmark::State& state) {
  NullLog log{std::chrono::microseconds(250)};
  const FixedClock clock;
  GroupCommit commit(log, clock, {}, {});
  std::counting_semaphore<64> room(64);
  for (auto _ : state) {
    room.acquire();
    if (!commit.submit(submission_of(1), [&](const auto&) { room.release(); })) {
      return state.SkipWithError("refused");
    }
  }
  for (int i = 0; i < 64; ++i) room.acquire();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(open_requests_at_250_us_a_sync)->UseRealTime();

}  // namespace
}  // namespace potik::log

BENCHMARK_MAIN();
