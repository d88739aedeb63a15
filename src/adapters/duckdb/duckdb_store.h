#pragma once
// EventStore and StoreQuery over one DuckDB file.
// Threads and errors: as the ports say. One process at a time may have the file open; a second one
// is refused with the engine's words. Memory: `memory_bytes_max` for everything together, writer,
// questions and cache of pages. Destruction closes the file after a checkpoint; no call may be
// running then.

#include <atomic>
#include <memory>
#include <stop_token>
#include <string>

#include "base/mutex.h"
#include "store/event_store.h"

namespace potik::duckdb {

using store::StoreError;
using store::StoreFailure;

class Session;

struct DuckDbOptions {
  std::string path;  // of the database file; its folder must exist
  // Below 256 MiB large questions fail. The writer itself needs some 60 MiB.
  size_t memory_bytes_max = size_t{1} << 30U;
  // The writer uses one; more only speed up questions and checkpoints, at the cost of the other
  // work.
  unsigned threads = 1;
  // Write-ahead log at which a commit checkpoints. Small blocks are rewritten at each checkpoint,
  // so that the engine's own 16 MiB costs half as much again per row; at 256 MiB a restart replays
  // for seconds and one commit stalls for half a second.
  size_t wal_bytes_max = size_t{64} << 20U;
  // Disk that questions may take when they outgrow memory; `PATH.tmp` holds it.
  size_t spill_bytes_max = size_t{4} << 30U;
  // Questions at the same time; one more is refused.
  unsigned queries_max = 4;
};

class DuckDbStore final : public store::EventStore, public store::StoreQuery {
 public:
  // Creates the file where there is none. After a crash it holds exactly the epochs committed.
  [[nodiscard]] static Result<std::unique_ptr<DuckDbStore>, StoreFailure> open(
      const DuckDbOptions& options);
  ~DuckDbStore() override;

  [[nodiscard]] Status<StoreFailure> append(
      std::span<const store::RowBlock* const> blocks) override;
  [[nodiscard]] Epoch progress() const override { return Epoch(progress_.load()); }

  [[nodiscard]] Result<store::QueryTable, StoreFailure> query(
      std::string_view sql, const store::QueryLimits& limits) const override;
  [[nodiscard]] Status<StoreFailure> export_parquet(
      const std::string& directory, const std::function<void(size_t, size_t)>& tick) const override;

  // Ends the questions and exports that run; later ones are refused. For a stop. Any thread.
  void end_questions() { end_.request_stop(); }

  // What the engine holds against memory_bytes_max; 0 while the file is being opened again. Any
  // thread; asks the engine, a millisecond.
  [[nodiscard]] uint64_t memory_bytes() const;

 private:
  class Use;
  explicit DuckDbStore(DuckDbOptions options);
  [[nodiscard]] Status<StoreFailure> open_session() POTIK_EXCLUDES(mutex_);
  // Waits for the questions that run on it; new ones find none.
  [[nodiscard]] std::unique_ptr<Session> take_session() POTIK_EXCLUDES(mutex_);
  // For the writer, which alone replaces it.
  [[nodiscard]] Session* session() const POTIK_EXCLUDES(mutex_);

  const DuckDbOptions options_;
  std::stop_source end_;
  std::atomic<uint64_t> progress_{0};
  mutable Mutex mutex_;
  mutable Condition idle_;
  std::unique_ptr<Session> session_ POTIK_GUARDED_BY(mutex_);  // none after a failure to open again
  mutable unsigned users_ POTIK_GUARDED_BY(mutex_) = 0;        // questions running on it
};

}  // namespace potik::duckdb
