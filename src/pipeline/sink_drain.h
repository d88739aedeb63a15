#pragma once
// SinkDrain: the thread that carries finished epochs to the analytical store, then their outcomes
// to the journal, and snapshots to the snapshot store, strictly in that order: a snapshot is
// written only when the rows of every epoch in it are committed, so that a restart from it can
// never miss a row.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "monitor/alert.h"
#include "monitor/metrics.h"
#include "pipeline/drain_state.h"
#include "pipeline/epoch_buffer.h"
#include "pipeline/output_drain.h"
#include "state/snapshot_store.h"
#include "store/event_store.h"

namespace potik::pipeline {

struct SinkOptions {
  size_t commit_facts = 122'880;             // rows that make a commit at once
  int64_t commit_delay_ms = 250;             // an uncommitted epoch waits at most this long
  size_t in_flight_facts_max = 500'000;      // beyond it offer() refuses
  size_t in_flight_bytes_max = 512U << 20U;  // of whole epochs, as allocated; likewise
  int64_t retry_delay_ms = 500;  // after a failed commit (disk full), for as long as it takes
  // False: the work is done in work(), and by whoever waits for it: all of it on one thread.
  bool own_thread = true;
};

struct SinkMetrics {
  monitor::Counter commits;          // transactions of the store
  monitor::Counter committed_facts;  // without those that it had already
  monitor::Counter failures;
  monitor::Counter snapshots;
  monitor::Counter snapshot_bytes;
  monitor::LatencyHistogram commit_seconds;
  monitor::LatencyHistogram snapshot_seconds;
};

// Called on the drain's thread, or on that which stops it; with no lock held.
struct SinkListener {
  // Gets each buffer back when its rows are committed.
  std::function<void(std::unique_ptr<EpochBuffer>)> recycle;
  // What offer() and flushed() answer may have changed.
  std::function<void()> moved;
};

// offer(), push_snapshot(), request_flush(), flush() from one thread; the rest from any.
class SinkDrain {
 public:
  // All references outlive this object. A snapshot waits until `outputs` (may be null) has
  // published every epoch in it too.
  SinkDrain(store::EventStore& store, EpochJournal& journal, state::SnapshotStore& snapshots,
            monitor::AlertChannel& alerts, OutputDrain* outputs, SinkOptions options,
            SinkListener listener);
  ~SinkDrain();  // stops at once; call flush() first to keep what is queued (otherwise recovery
                 // does it again)
  SinkDrain(const SinkDrain&) = delete;
  SinkDrain& operator=(const SinkDrain&) = delete;

  // Takes a finished epoch. False, with `buffer` left as it is, while too much is in flight: this
  // is how a slow store slows the runner, which tries again when told that something moved. Once
  // stopped, takes and drops it. Does not block.
  [[nodiscard]] bool offer(std::unique_ptr<EpochBuffer>& buffer);
  // Writes the snapshot after everything pushed before.
  void push_snapshot(Epoch epoch, std::vector<state::Change> changes);
  // Commits what waits without regard to its size and age.
  void request_flush();
  // All that was taken is committed and written, or never will be, because of a stop.
  [[nodiscard]] bool flushed() const;
  // Both, and waits between. False if stopped before all was written.
  bool flush();
  // Makes offer() and flush() return and ends the thread, also in the middle of a retry.
  void stop();
  // From now on a failing commit is given up instead of retried: flush() then returns false, and so
  // where `outputs`, closed before, give up what a snapshot waits for. Before a stop, so that it
  // never waits for a full disk; recovery repeats what was not committed.
  void close() { state_.close(); }
  // `outputs` has moved on.
  void wake() { state_.changed.notify_all(); }
  // Without a thread of its own: does what is queued and due.
  void work();

  [[nodiscard]] Epoch stored() const { return Epoch(stored_.load()); }
  [[nodiscard]] Epoch snapshotted() const { return Epoch(snapshotted_.load()); }
  // Since it was written, or since this object was made.
  [[nodiscard]] double snapshot_age_seconds() const;
  [[nodiscard]] bool snapshot_pending() const { return snapshots_pending_.load() != 0; }
  [[nodiscard]] size_t in_flight_facts() const;
  [[nodiscard]] size_t in_flight_bytes() const;
  // Why commits fail at the moment; empty when they do not.
  [[nodiscard]] std::string trouble() const { return state_.trouble(); }
  [[nodiscard]] const SinkMetrics& metrics() const { return metrics_; }

 private:
  struct Item {
    std::unique_ptr<EpochBuffer> buffer;  // or else a snapshot
    Epoch snapshot{};
    std::vector<state::Change> changes;
  };
  [[nodiscard]] bool has_room(size_t facts, size_t bytes) const POTIK_REQUIRES(state_.mutex);
  void loop();
  bool next(Item& item, bool& idle);
  [[nodiscard]] std::vector<const store::RowBlock*> blocks_to_store() const;
  // From here on false: given up, because of a stop or a close.
  bool handle(Item& item, bool idle);
  bool store_pending();
  bool commit();
  void send_alerts(const EpochBuffer& buffer);
  bool write_snapshot(const Item& item);
  bool await_outputs(Epoch epoch);
  bool pause_and_retry(const std::string& why);
  // Takes finished items out of the accounts and tells whoever waits for room.
  void finish(size_t items, size_t facts, size_t bytes);
  void tell_moved();

  store::EventStore& store_;
  EpochJournal& journal_;
  state::SnapshotStore& snapshots_;
  monitor::AlertChannel& alerts_;
  OutputDrain* outputs_;
  SinkOptions options_;
  SinkListener listener_;
  SinkMetrics metrics_;
  std::atomic<uint64_t> stored_{0};
  std::atomic<uint64_t> snapshotted_{0};
  std::atomic<std::chrono::steady_clock::time_point> snapshot_at_{std::chrono::steady_clock::now()};
  std::atomic<uint64_t> snapshots_pending_{0};

  DrainState state_;
  std::deque<Item> queue_ POTIK_GUARDED_BY(state_.mutex);
  size_t in_flight_facts_ POTIK_GUARDED_BY(state_.mutex) = 0;
  size_t in_flight_bytes_ POTIK_GUARDED_BY(state_.mutex) = 0;
  size_t unfinished_ POTIK_GUARDED_BY(state_.mutex) = 0;  // items taken and not yet committed
  bool flushing_ POTIK_GUARDED_BY(state_.mutex) = false;

  // The drain's thread only.
  std::vector<std::unique_ptr<EpochBuffer>> pending_;
  size_t pending_facts_ = 0;
  std::chrono::steady_clock::time_point pending_since_;
  std::thread thread_;
};

}  // namespace potik::pipeline
