#include "pipeline/sink_drain.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/failpoint.h"

namespace potik::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;

// An epoch of one event takes some 60 KB too: while a store fails they must not pile up.
constexpr size_t kInFlightEpochsMax = 256;
constexpr auto kLookAgain = std::chrono::milliseconds(50);

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

EpochOutcome outcome_of(const EpochBuffer& buffer) {
  const EpochCounts& counts = buffer.counts;
  return {buffer.entry.epoch,  buffer.outputs, counts.accepted, counts.duplicates,
          counts.dead_letters, counts.lists,   counts.alerts};
}

}  // namespace

SinkDrain::SinkDrain(store::EventStore& store, EpochJournal& journal,
                     state::SnapshotStore& snapshots, monitor::AlertChannel& alerts,
                     OutputDrain* outputs, SinkOptions options, SinkListener listener)
    : store_(store),
      journal_(journal),
      snapshots_(snapshots),
      alerts_(alerts),
      outputs_(outputs),
      options_(options),
      listener_(std::move(listener)) {
  stored_ = store_.progress().value();
  snapshotted_ = snapshots_.epoch().value();
  if (options_.own_thread) thread_ = std::thread([this] { loop(); });
}

SinkDrain::~SinkDrain() { stop(); }

void SinkDrain::tell_moved() {
  state_.changed.notify_all();
  listener_.moved();
}

void SinkDrain::stop() {
  state_.stop();
  listener_.moved();
  if (thread_.joinable()) thread_.join();
}

bool SinkDrain::has_room(size_t facts, size_t bytes) const {
  return unfinished_ == 0 || (unfinished_ < kInFlightEpochsMax &&
                              in_flight_facts_ + facts <= options_.in_flight_facts_max &&
                              in_flight_bytes_ + bytes <= options_.in_flight_bytes_max);
}

bool SinkDrain::offer(std::unique_ptr<EpochBuffer>& buffer) {
  const size_t facts = buffer->rows.facts.size();
  const size_t bytes = buffer->memory_bytes();
  {
    const MutexLock lock(state_.mutex);
    if (!state_.stopping && !has_room(facts, bytes)) return false;
    if (state_.stopping) {
      buffer.reset();
      return true;
    }
    in_flight_facts_ += facts;
    in_flight_bytes_ += bytes;
    ++unfinished_;
    queue_.push_back({std::move(buffer), Epoch{}, {}});
  }
  state_.changed.notify_all();
  return true;
}

void SinkDrain::push_snapshot(Epoch epoch, std::vector<state::Change> changes) {
  ++snapshots_pending_;
  {
    const MutexLock lock(state_.mutex);
    ++unfinished_;
    queue_.push_back({nullptr, epoch, std::move(changes)});
  }
  state_.changed.notify_all();
}

void SinkDrain::request_flush() {
  {
    const MutexLock lock(state_.mutex);
    flushing_ = unfinished_ != 0;
  }
  state_.changed.notify_all();
  work();
}

void SinkDrain::work() {
  if (!options_.own_thread) loop();
}

bool SinkDrain::flushed() const {
  const MutexLock lock(state_.mutex);
  return state_.stopping || unfinished_ == 0;
}

bool SinkDrain::flush() {
  request_flush();
  const MutexLock lock(state_.mutex);
  while (!state_.stopping && unfinished_ != 0) state_.changed.wait(state_.mutex);
  return unfinished_ == 0;
}

void SinkDrain::finish(size_t items, size_t facts, size_t bytes) {
  {
    const MutexLock lock(state_.mutex);
    unfinished_ -= items;
    in_flight_facts_ -= facts;
    in_flight_bytes_ -= bytes;
    flushing_ = flushing_ && unfinished_ != 0;
    state_.why_failing.clear();
  }
  tell_moved();
}

size_t SinkDrain::in_flight_facts() const {
  const MutexLock lock(state_.mutex);
  return in_flight_facts_;
}

double SinkDrain::snapshot_age_seconds() const { return seconds_since(snapshot_at_.load()); }

size_t SinkDrain::in_flight_bytes() const {
  const MutexLock lock(state_.mutex);
  return in_flight_bytes_;
}

// Waits for the next item, or until what is pending must be committed (`idle`). False when
// stopping, and where waiting would be for nobody.
bool SinkDrain::next(Item& item, bool& idle) {
  const auto due = pending_since_ + std::chrono::milliseconds(options_.commit_delay_ms);
  const MutexLock lock(state_.mutex);
  const bool nothing_due = pending_.empty() || (!flushing_ && SteadyClock::now() < due);
  if (!options_.own_thread && queue_.empty() && nothing_due) return false;
  while (!state_.stopping && queue_.empty()) {
    if (pending_.empty()) {
      state_.changed.wait(state_.mutex);
    } else if (flushing_ || !state_.changed.wait_until(state_.mutex, due)) {
      break;
    }
  }
  if (state_.stopping) return false;
  idle = queue_.empty();
  if (idle) return true;
  item = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

// Whoever waits for what is given up waits for nothing from here on, and must be told.
void SinkDrain::loop() {
  for (;;) {
    Item item;
    bool idle = false;
    if (!next(item, idle)) return;
    if (handle(item, idle)) continue;
    state_.stop();
    listener_.moved();
    return;
  }
}

bool SinkDrain::handle(Item& item, bool idle) {
  if (!item.buffer) {
    if (!pending_.empty() && !commit()) return false;
    return idle || write_snapshot(item);
  }
  send_alerts(*item.buffer);
  if (pending_.empty()) pending_since_ = SteadyClock::now();
  pending_facts_ += item.buffer->rows.facts.size();
  pending_.push_back(std::move(item.buffer));
  const bool late =
      SteadyClock::now() - pending_since_ >= std::chrono::milliseconds(options_.commit_delay_ms);
  const bool many =
      pending_facts_ >= options_.commit_facts || pending_.size() >= kInFlightEpochsMax / 2;
  return !(many || late) || commit();
}

void SinkDrain::send_alerts(const EpochBuffer& buffer) {
  for (const monitor::Alert& alert : buffer.alerts) {
    failpoint::reach("alert.send.before");
    alerts_.send(alert);
    failpoint::reach("alert.send.after");
  }
}

// After a restart the first epochs may be in the store already, after a failed commit all of them:
// its own mark says so.
std::vector<const store::RowBlock*> SinkDrain::blocks_to_store() const {
  const Epoch mark = failpoint::planted("plant.emit_twice") ? Epoch(0) : store_.progress();
  std::vector<const store::RowBlock*> blocks;
  for (const auto& buffer : pending_) {
    if (buffer->rows.epoch > mark) blocks.push_back(&buffer->rows);
  }
  return blocks;
}

bool SinkDrain::store_pending() {
  const auto start = SteadyClock::now();
  for (;;) {
    const auto blocks = blocks_to_store();
    if (blocks.empty()) return true;
    const auto appended = store_.append(blocks);
    if (!appended) {
      metrics_.failures.add();
      if (!pause_and_retry("the analytical store: " + appended.error().message)) return false;
      continue;
    }
    metrics_.commits.add();
    for (const store::RowBlock* block : blocks) metrics_.committed_facts.add(block->facts.size());
    metrics_.commit_seconds.observe(seconds_since(start));
    return true;
  }
}

bool SinkDrain::commit() {
  if (!store_pending()) return false;
  size_t bytes = 0;
  for (auto& buffer : pending_) {
    // An outcome that cannot be kept costs a later comparison, not data.
    if (!journal_.record(outcome_of(*buffer))) metrics_.failures.add();
    // After a restart the store may be ahead of what is repeated.
    stored_ = std::max(stored_.load(), buffer->entry.epoch.value());
    bytes += buffer->memory_bytes();  // as when it was taken: nothing has been put into it since
    listener_.recycle(std::move(buffer));
  }
  const size_t finished = pending_.size();
  const size_t facts = pending_facts_;
  pending_.clear();
  pending_facts_ = 0;
  finish(finished, facts, bytes);
  return true;
}

// From a snapshot on nothing before it is computed again, so nothing before it may be unpublished.
bool SinkDrain::await_outputs(Epoch epoch) {
  if (outputs_ == nullptr) return true;
  outputs_->work();
  const MutexLock lock(state_.mutex);
  for (;;) {
    // Asked first: it may publish this epoch and stop between the two.
    const bool stopped = outputs_->stopped();
    if (outputs_->published() >= epoch) return true;
    if (state_.stopping || stopped) return false;
    // Woken by wake(); the time-out is for a wake between the look and the wait.
    static_cast<void>(state_.changed.wait_until(state_.mutex, SteadyClock::now() + kLookAgain));
  }
}

bool SinkDrain::write_snapshot(const Item& item) {
  if (!await_outputs(item.snapshot)) return false;
  const auto start = SteadyClock::now();
  for (;;) {
    const auto written = snapshots_.write(item.snapshot, item.changes);
    if (written) break;
    metrics_.failures.add();
    if (!pause_and_retry("the snapshot store: " + std::string(state::phrase(written.error()))))
      return false;
  }
  for (const state::Change& change : item.changes)
    metrics_.snapshot_bytes.add(change.key.size() + (change.value ? change.value->size() : 0));
  metrics_.snapshots.add();
  metrics_.snapshot_seconds.observe(seconds_since(start));
  snapshotted_ = item.snapshot.value();
  snapshot_at_ = SteadyClock::now();
  --snapshots_pending_;
  finish(1, 0, 0);
  return true;
}

bool SinkDrain::pause_and_retry(const std::string& why) {
  return state_.pause(why, std::chrono::milliseconds(options_.retry_delay_ms));
}

}  // namespace potik::pipeline
