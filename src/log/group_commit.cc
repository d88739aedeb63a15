#include "log/group_commit.h"

#include <atomic>
#include <chrono>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "base/mutex.h"

namespace potik::log {
namespace {

struct Waiting {
  std::unique_ptr<Submission> submission;
  GroupCommit::Done done;
  size_t bytes = 0;  // what it will write, and what its records cost in memory
};

// A failure counts for so long; then somebody is to try again, and who asks is told of no trouble.
constexpr int64_t kFailureKeptMs = 10'000;

int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

size_t bytes_of(const Submission& submission) {
  size_t bytes = submission.records.size() * sizeof(Submission::Record);
  for (const auto& record : submission.records) bytes += record.key.size() + record.value.size();
  return bytes;
}

}  // namespace

struct GroupCommit::Impl {
  Impl(LogWriter& writer, size_t partitions, const Clock& wall, GroupCommitOptions limits,
       std::function<void()> wake)
      : log(writer),
        clock(wall),
        options(limits),
        appended(std::move(wake)),
        buckets(partitions),
        committer([this] { run(); }) {}

  void run();
  [[nodiscard]] bool take_batch(std::vector<Waiting>& batch);
  void commit(std::vector<Waiting>& batch);
  void refuse_unknown_partitions(std::vector<Waiting>& batch);
  void fill_buckets(const std::vector<Waiting>& batch);
  [[nodiscard]] std::optional<LogError> append_buckets();
  void answer(std::vector<Waiting>& batch, const std::optional<LogError>& failure);
  void note(const std::optional<LogError>& failure);
  [[nodiscard]] std::deque<Waiting> take_queued();
  [[nodiscard]] std::optional<LogError> trouble() const;
  [[nodiscard]] std::vector<Offset> offsets_of(const Submission& submission);

  // The records of one partition in this batch, then which of `given` its next record got.
  struct Bucket {
    std::vector<RecordView> records;
    size_t next = 0;
  };

  LogWriter& log;
  const Clock& clock;
  const GroupCommitOptions options;
  const std::function<void()> appended;
  std::vector<Bucket> buckets;    // by partition; the committing thread's, as the next three
  std::vector<uint16_t> touched;  // partitions with records in this batch
  std::vector<PartitionAppend> appends;
  std::vector<Offset> given;  // by the log, record by record of `appends`

  // How writing goes, in milliseconds of the steady clock; 0 is never.
  std::atomic<int64_t> began_ms{0};   // the write under way
  std::atomic<int64_t> failed_ms{0};  // the last write, if it failed
  std::atomic<LogError> failed_with{};

  std::atomic<size_t> bytes_waiting{0};  // grows under the mutex, shrinks by the committing thread
  Mutex mutex;
  Condition work;
  std::deque<Waiting> queue POTIK_GUARDED_BY(mutex);
  bool stopping POTIK_GUARDED_BY(mutex) = false;

  std::thread committer;  // last: it uses all of the above
};

void GroupCommit::Impl::run() {
  std::vector<Waiting> batch;
  while (take_batch(batch)) {
    commit(batch);
    batch.clear();
  }
}

bool GroupCommit::Impl::take_batch(std::vector<Waiting>& batch) {
  MutexLock lock(mutex);
  while (queue.empty() && !stopping) work.wait(mutex);
  size_t bytes = 0;
  while (!queue.empty()) {
    bytes += queue.front().bytes;
    if (!batch.empty() && bytes > options.batch_bytes_max) break;
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
  }
  return !batch.empty();
}

void GroupCommit::Impl::commit(std::vector<Waiting>& batch) {
  refuse_unknown_partitions(batch);
  fill_buckets(batch);
  const std::optional<LogError> failure = append_buckets();
  if (!failure && !touched.empty() && appended) appended();
  // A log on other machines took its whole time to fail; behind it nobody is to wait as long again.
  // Taken before anybody is told, because who is told may try again.
  std::deque<Waiting> behind;
  if (failure == LogError::io) behind = take_queued();
  answer(batch, failure);
  for (const uint16_t partition : touched) buckets[partition].records.clear();
  for (Waiting& waiting : behind) {
    bytes_waiting -= waiting.bytes;
    waiting.done(Error{*failure});
  }
}

void GroupCommit::Impl::answer(std::vector<Waiting>& batch,
                               const std::optional<LogError>& failure) {
  for (Waiting& waiting : batch) {
    if (!waiting.submission) continue;
    bytes_waiting -= waiting.bytes;  // first, so that whoever is told may try again
    if (failure) {
      waiting.done(Error{*failure});
    } else {
      waiting.done(offsets_of(*waiting.submission));
    }
  }
}

std::deque<Waiting> GroupCommit::Impl::take_queued() {
  std::deque<Waiting> queued;
  const MutexLock lock(mutex);
  queued.swap(queue);
  return queued;
}

void GroupCommit::Impl::note(const std::optional<LogError>& failure) {
  began_ms = 0;
  if (failure) failed_with = *failure;
  failed_ms = failure ? steady_ms() : 0;
}

std::optional<LogError> GroupCommit::Impl::trouble() const {
  const int64_t now = steady_ms();
  const int64_t failed = failed_ms;
  if (failed != 0 && now - failed < kFailureKeptMs) return failed_with.load();
  const int64_t began = began_ms;
  if (began != 0 && now - began > options.stall_ms) return LogError::io;
  return std::nullopt;
}

// Alone, so that one caller's mistake does not fail the others of its batch.
void GroupCommit::Impl::refuse_unknown_partitions(std::vector<Waiting>& batch) {
  for (Waiting& waiting : batch) {
    for (const auto& record : waiting.submission->records) {
      if (record.partition.value() < buckets.size()) continue;
      bytes_waiting -= waiting.bytes;  // first: see answer()
      waiting.done(Error{LogError::no_such_partition});
      waiting.submission.reset();
      break;
    }
  }
}

void GroupCommit::Impl::fill_buckets(const std::vector<Waiting>& batch) {
  const TimeMs now = clock.now();
  touched.clear();
  for (const Waiting& waiting : batch) {
    if (!waiting.submission) continue;
    for (const auto& record : waiting.submission->records) {
      auto& records = buckets[record.partition.value()].records;
      if (records.empty()) touched.push_back(record.partition.value());
      records.push_back({record.kind, record.flags, now, record.key, record.value});
    }
  }
}

std::optional<LogError> GroupCommit::Impl::append_buckets() {
  if (touched.empty()) return std::nullopt;
  appends.clear();
  for (const uint16_t partition : touched) {
    appends.push_back({Partition(partition), buckets[partition].records});
  }
  began_ms = steady_ms();
  auto offsets = log.append(appends);
  note(offsets ? std::nullopt : std::optional(offsets.error()));
  if (!offsets) return offsets.error();
  given = std::move(offsets).value();
  size_t at = 0;
  for (const uint16_t partition : touched) {
    buckets[partition].next = at;
    at += buckets[partition].records.size();
  }
  return std::nullopt;
}

// Walks the records as fill_buckets() did, so that each finds its own offset.
std::vector<Offset> GroupCommit::Impl::offsets_of(const Submission& submission) {
  std::vector<Offset> offsets;
  offsets.reserve(submission.records.size());
  for (const auto& record : submission.records) {
    offsets.push_back(given[buckets[record.partition.value()].next++]);
  }
  return offsets;
}

GroupCommit::GroupCommit(LogWriter& log, size_t partitions, const Clock& clock,
                         GroupCommitOptions options, std::function<void()> appended)
    : impl_(std::make_unique<Impl>(log, partitions, clock, options, std::move(appended))) {}

GroupCommit::~GroupCommit() {
  {
    MutexLock lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->work.notify_one();
  impl_->committer.join();
}

bool GroupCommit::submit(std::unique_ptr<Submission> submission, Done done) {
  const size_t bytes = bytes_of(*submission);
  {
    MutexLock lock(impl_->mutex);
    const size_t waiting = impl_->bytes_waiting.load();
    // One larger than the whole queue passes when nothing waits: refused for ever, it would be
    // retried for ever. While writes fail, one at a time tries.
    const bool full = waiting + bytes > impl_->options.queue_bytes_max;
    if (impl_->stopping || (waiting > 0 && (full || impl_->trouble()))) return false;
    impl_->bytes_waiting += bytes;
    impl_->queue.push_back({std::move(submission), std::move(done), bytes});
  }
  impl_->work.notify_one();
  return true;
}

std::optional<LogError> GroupCommit::trouble() const { return impl_->trouble(); }

size_t GroupCommit::queued_bytes() const { return impl_->bytes_waiting.load(); }

}  // namespace potik::log
