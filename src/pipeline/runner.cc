#include "pipeline/runner.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "base/failpoint.h"
#include "pipeline/read_epoch.h"

namespace potik::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int64_t kMemoryEveryMs = 2'000;
// Room above viewers_in_memory_max before the runner waits for a snapshot to make entries
// evictable.
constexpr double kViewersSlack = 1.25;
constexpr size_t kFetchedAhead = 16;  // viewers whose ids are on their way

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

}  // namespace

Runner::Runner(RunnerPorts ports, CoreOptions core, RunnerOptions options)
    : ports_(ports),
      options_(options),
      core_(core),
      pool_(options.threads),
      scratch_(options.threads) {
  processed_.resize(ports_.log.end().size());
  shown_ = processed_;
  const SinkListener listener{
      [this](std::unique_ptr<EpochBuffer> buffer) { keep_buffer(std::move(buffer)); },
      [this] {
        {
          const MutexLock lock(mutex_);
          sinks_moved_ = true;
        }
        wake_.notify_all();
      }};
  if (ports_.outputs != nullptr) {
    outputs_ = std::make_unique<OutputDrain>(*ports_.outputs, options_.output, [this, listener] {
      note_published();
      listener.moved();
      if (sink_) sink_->wake();
    });
  }
  sink_ = std::make_unique<SinkDrain>(ports_.store, ports_.journal, ports_.snapshots, ports_.alerts,
                                      outputs_.get(), options_.sink, listener);
}

Runner::~Runner() { stop(); }

// On the drain's thread. Tried again after the next transaction where the journal could not keep
// it.
void Runner::note_published() {
  if (publishing_pinned_ || outputs_->published() == Epoch(0)) return;
  publishing_pinned_ = pin_published(ports_.journal, ports_.outputs->name()).ok();
}

void Runner::start() {
  ready_ = true;
  thread_ = std::thread([this] { loop(); });
}

void Runner::stop() {
  {
    const MutexLock lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  wake_.notify_all();
  if (outputs_) outputs_->close();
  sink_->close();
  const bool ran = thread_.joinable();
  if (ran) thread_.join();
  let_go();
  // What failed must not be snapshotted: recovery repeats it from the last good state.
  if (ran && !failed_) static_cast<void>(settle());
  ready_ = false;
  if (outputs_) outputs_->stop();
  sink_->stop();
}

void Runner::loop() {
  while (wait_for_work()) {
    answer_inquiries();
    if (failed_) return;
    // Questions do not bring the next epoch forward: each costs a durable write.
    if (SteadyClock::now() < last_opened_ + std::chrono::milliseconds(options_.epoch_delay_ms))
      continue;
    if (is_fenced()) return fail(std::string(log::phrase(log::OutputError::fenced)));
    std::vector<Offset> ends;
    if (!cut(options_.epoch_events_max, ends)) continue;
    auto done = run_epoch(next_entry(std::move(ends)), false);
    if (done && met_gap_) done = skip_forgotten();
    if (!done) return fail(done.error());
  }
}

void Runner::fail(std::string why) {
  {
    const MutexLock lock(mutex_);  // with which ask() looks whether anybody will answer
    trouble_ = std::move(why);
    failed_ = true;
    ready_ = false;
  }
  let_go();
}

bool Runner::wait_for_work() {
  std::vector<Offset> ends;
  for (;;) {
    const auto due = last_opened_ + std::chrono::milliseconds(options_.epoch_delay_ms);
    const bool data = cut(1, ends);
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    if (!inquiries_.empty()) return true;
    const auto now = SteadyClock::now();
    if (data && now >= due) return true;
    const auto until = data ? due : now + std::chrono::milliseconds(options_.poll_ms);
    while (!stopping_ && inquiries_.empty() && (data || !woken_)) {
      if (!wake_.wait_until(mutex_, until)) break;
    }
    woken_ = false;
  }
}

bool Runner::cut(size_t records_max, std::vector<Offset>& ends) const {
  ends = ports_.log.end();
  return share_out(processed_, records_max, epoch_.load(), ends);
}

EpochEntry Runner::next_entry(std::vector<Offset> ends) {
  EpochEntry entry;
  entry.epoch = Epoch(epoch_.load() + 1);
  entry.time = std::max(last_time_, ports_.clock.now());
  entry.ends = std::move(ends);
  const MutexLock lock(mutex_);
  for (const auto& [user, count] : served_) entry.served.push_back(user);
  served_.clear();
  if (options_.serve_everyone) entry.served.emplace_back();
  std::sort(entry.served.begin(), entry.served.end());
  return entry;
}

std::unique_ptr<EpochBuffer> Runner::take_buffer() {
  {
    const MutexLock lock(buffers_mutex_);
    if (!buffers_.empty()) {
      auto buffer = std::move(buffers_.back());
      buffers_.pop_back();
      idle_bytes_ -= buffer->memory_bytes();
      return buffer;
    }
  }
  auto buffer = std::make_unique<EpochBuffer>();
  buffer->partitions = std::vector<PartitionInput>(processed_.size());
  return buffer;
}

// A buffer stays as large as the largest epoch it has held, and is charged as such while in flight.
// Half of what may be there is kept, so that beside large ones, back from a burst, there is always
// room for the many small epochs of light traffic.
void Runner::keep_buffer(std::unique_ptr<EpochBuffer> buffer) {
  const size_t bytes = buffer->memory_bytes();
  const MutexLock lock(buffers_mutex_);
  if (idle_bytes_ + bytes > kept_bytes_max(options_.sink)) return;
  idle_bytes_ += bytes;
  buffers_.push_back(std::move(buffer));
}

Status<std::string> Runner::write_journal(const EpochEntry& entry) {
  for (;;) {
    const auto appended = ports_.journal.append(entry);
    if (appended) return Ok{};
    if (appended.error() == JournalError::corrupt)
      return Error{"the journal: " + std::string(phrase(appended.error()))};
    set_trouble("the journal cannot be written; check the disk");
    const auto again = SteadyClock::now() + std::chrono::milliseconds(options_.retry_delay_ms);
    wait_answering([&] { return is_stopping() || SteadyClock::now() >= again; });
    if (is_stopping()) return Error{std::string("stopped while the journal failed")};
  }
}

Status<std::string> Runner::read_records(EpochBuffer& buffer) {
  std::vector<Offset> starts = processed_;
  for (;;) {
    const auto read = read_epoch(ports_.log, starts, buffer, pool_);
    if (read) return Ok{};
    if (read.error().error == log::LogError::trimmed) {
      if (auto over = step_over_gap(buffer.entry, starts); !over) return over;
    } else if (read.error().error != log::LogError::io) {
      return Error{read.error().message};
    } else if (!pause_for_log(read.error().message)) {
      return Error{std::string("stopped while the log could not be read")};
    }
  }
}

bool Runner::pause_for_log(std::string why) {
  set_trouble(std::move(why));
  const auto again = SteadyClock::now() + std::chrono::milliseconds(options_.retry_delay_ms);
  const auto stops = [&] { return is_stopping() || recovery_stop_.stop_requested(); };
  wait_answering([&] { return stops() || SteadyClock::now() >= again; });
  return !stops();
}

bool Runner::hand_to_sinks(std::unique_ptr<EpochBuffer> buffer) {
  const auto in_vain = [this] { return recovery_stop_.stop_requested() || is_fenced(); };
  bool taken = buffer->rendered == nullptr;
  if (!taken) {
    wait_answering([&] {
      taken = outputs_->offer(buffer->rendered);
      return taken || in_vain();
    });
  }
  if (!taken) return false;
  taken = false;
  wait_answering([&] {
    taken = sink_->offer(buffer);
    return taken || in_vain();
  });
  return taken;
}

Status<std::string> Runner::run_epoch(EpochEntry entry, bool recovering) {
  last_opened_ = SteadyClock::now();
  auto buffer = take_buffer();
  buffer->entry = std::move(entry);
  if (!recovering) {
    if (auto written = write_journal(buffer->entry); !written) return written;
    metrics_.journal_seconds.observe(seconds_since(last_opened_));
  }
  if (auto read = read_records(*buffer); !read) return read;
  failpoint::reach("epoch.read");
  buffer->publish = outputs_ != nullptr;
  buffer->enriched = options_.enriched;
  const auto computing = SteadyClock::now();
  if (const auto done = core_.process(*buffer, &ports_.snapshots, pool_); !done) {
    return Error{std::string("the state of cold viewers cannot be read: ") +
                 std::string(state::phrase(done.error()))};
  }
  failpoint::reach("epoch.computed");
  metrics_.compute_seconds.observe(seconds_since(computing));
  const TimeMs computed = ports_.clock.now();
  last_time_ = buffer->entry.time;
  failpoint::reach("cache.publish.before");
  publish(*buffer);
  failpoint::reach("cache.publish.after");
  if (ports_.observer != nullptr && !recovering)
    ports_.observer->observe(*buffer, {buffer->entry.time, computed, ports_.clock.now()});
  count(*buffer);
  processed_ = buffer->entry.ends;
  {
    const MutexLock lock(mutex_);
    shown_ = processed_;
    note_refused(*buffer);
    trouble_.clear();
  }
  epoch_ = buffer->entry.epoch.value();
  epoch_bytes_ = buffer->memory_bytes();
  notify_processed();
  // Without these rows there must be no snapshot that counts them as stored.
  failpoint::reach("epoch.hand_over.before");
  if (!hand_to_sinks(std::move(buffer))) return Ok{};
  failpoint::reach("epoch.hand_over.after");
  settle_state();
  return Ok{};
}

void Runner::publish(EpochBuffer& buffer) {
  const TimeMs now = ports_.clock.now();
  for (const store::UserRow& user : buffer.rows.users) {
    if (user.deleted) ports_.cache.erase(user.user_id);
  }
  for (KeyGroupOutput& group : buffer.groups) {
    for (size_t i = 0; i < group.fresh_lists.size(); ++i) {
      ports_.cache.put(group.fresh_lists[i]);
      ports_.feed.publish(group.fresh_lists[i]);
    }
    // Their lists would grow old, unless everyone's is refreshed.
    if (!options_.serve_everyone) {
      for (const std::string& user : group.no_longer_served) ports_.cache.erase(user);
    }
    // Who acted and got no fresh list is not being served: an older one must not be answered any
    // more.
    size_t next = 0;
    for (size_t i = 0; i < group.to_refresh.size(); ++i) {
      const size_t ahead = std::min(i + kFetchedAhead, group.to_refresh.size() - 1);
      __builtin_prefetch(&group.to_refresh[ahead]->value.id);
      const ViewerTable::Entry* entry = group.to_refresh[i];
      const bool fresh =
          next < group.fresh_lists.size() && group.fresh_lists[next]->user_id == entry->value.id;
      if (fresh) {
        ++next;
      } else {
        ports_.cache.erase(entry->value.id);
      }
    }
    for (const TimeMs since : group.fresh_since) {
      const auto took_ms = static_cast<double>(std::max<int64_t>(ms_between(since, now), 0));
      metrics_.visible_seconds.observe(took_ms / 1000.0);
    }
    group.fresh_lists.clear();  // the cache's now, and counted there
  }
}

void Runner::count(const EpochBuffer& buffer) {
  const EpochCounts& counts = buffer.counts;
  metrics_.epochs.add();
  metrics_.records.add(counts.records);
  metrics_.events.add(counts.events);
  metrics_.accepted.add(counts.accepted);
  metrics_.duplicates.add(counts.duplicates);
  metrics_.dead_letters.add(counts.dead_letters);
  metrics_.suspicious.add(counts.suspicious);
  metrics_.taken_back.add(counts.taken_back);
  metrics_.user_unknown.add(counts.user_unknown);
  metrics_.video_unknown.add(counts.video_unknown);
  metrics_.videos_refused.add(counts.videos_refused);
  metrics_.events_over_limit.add(counts.events_over_limit);
  metrics_.lists.add(counts.lists);
  metrics_.alerts.add(counts.alerts);
  metrics_.alert_signals_dropped.add(core_.alerts().dropped() -
                                     metrics_.alert_signals_dropped.value());
  metrics_.alerts_open.set(static_cast<double>(core_.alerts().open()));
  const model::Introductions& newcomers = core_.introductions();
  metrics_.newcomers_running.set(static_cast<double>(newcomers.newcomers().size()));
  metrics_.newcomers_waiting.set(static_cast<double>(newcomers.waiting()));
  const auto grow = [](monitor::Counter& counter, uint64_t to) {
    counter.add(to - counter.value());
  };
  grow(metrics_.newcomers_reached, newcomers.counts().reached);
  grow(metrics_.newcomers_missed, newcomers.counts().missed);
  grow(metrics_.newcomers_refused, newcomers.counts().refused);
}

void Runner::take_snapshot() {
  std::vector<state::Change> changes;
  core_.collect_changes(changes, pool_);
  sink_->push_snapshot(core_.epoch(), std::move(changes));
}

// After each epoch: a snapshot when one is due, and cold viewers out of memory.
void Runner::settle_state() {
  const auto now_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now().time_since_epoch())
          .count();
  const size_t most = options_.viewers_in_memory_max;
  const size_t viewers = core_.viewers_in_memory();
  const bool crowded = viewers > most;
  const bool due = now_ms - last_snapshot_ms_ >= options_.snapshot_interval_ms || crowded ||
                   core_.viewers_dirty() >= options_.snapshot_viewers_max;
  if (due && !sink_->snapshot_pending()) {
    take_snapshot();
    last_snapshot_ms_ = now_ms;
  }
  if (crowded) {
    if (static_cast<double>(viewers) > kViewersSlack * static_cast<double>(most)) {
      sink_->request_flush();
      wait_answering([&] { return sink_->flushed() || recovery_stop_.stop_requested(); });
    }
    metrics_.evicted_viewers.add(core_.evict(most - most / 10, sink_->snapshotted()));
  }
  if (now_ms - last_memory_ms_ < kMemoryEveryMs) return;
  last_memory_ms_ = now_ms;
  measure_memory();
}

void Runner::measure_memory() {
  const CoreMemory memory = core_.memory();
  size_t idle = 0;
  {
    const MutexLock lock(buffers_mutex_);
    idle = idle_bytes_;
  }
  metrics_.viewers_bytes.set(static_cast<double>(memory.viewers));
  metrics_.viewers_count.set(static_cast<double>(memory.viewer_count));
  metrics_.videos_bytes.set(static_cast<double>(memory.videos));
  metrics_.ranker_bytes.set(static_cast<double>(memory.ranker));
  metrics_.factors_bytes.set(static_cast<double>(memory.factors));
  metrics_.traces_bytes.set(static_cast<double>(memory.traces));
  metrics_.served_bytes.set(static_cast<double>(memory.served));
  // What is in flight the sinks count. The next epoch is taken to be as large as the last.
  metrics_.epochs_bytes.set(static_cast<double>(idle + epoch_bytes_));
  measure_quality();
}

void Runner::measure_quality() {
  const model::QualityReport report = core_.quality().report();
  for (size_t horizon = 0; horizon < model::kHorizons; ++horizon) {
    for (size_t head = 0; head < model::kJudged; ++head) {
      const model::HeadQuality& from = report.heads[horizon][head];
      QualityMetrics::HeadGauges& to = metrics_.quality.heads[horizon][head];
      to.exposures.set(from.exposures);
      to.predicted.set(from.predicted);
      to.rate.set(from.rate);
      to.log_loss.set(from.log_loss);
      to.auc.set(from.auc.value_or(std::numeric_limits<double>::quiet_NaN()));
    }
    for (size_t origin = 0; origin < model::kOrigins; ++origin) {
      const model::OriginQuality& from = report.origins[horizon][origin];
      metrics_.quality.origins[horizon][origin].exposures.set(from.exposures);
      metrics_.quality.origins[horizon][origin].hits.set(from.hits);
    }
  }
}

void Runner::work_sinks() {
  if (outputs_) outputs_->work();
  sink_->work();
}

bool Runner::settle() {
  if (!sink_->flush()) return false;
  if (core_.epoch() > sink_->snapshotted()) take_snapshot();
  measure_memory();
  return sink_->flush();
}

Result<bool, std::string> Runner::run_once(size_t records_max, bool lists) {
  std::vector<Offset> ends;
  if (!cut(records_max, ends)) return false;
  if (lists) serve(std::string());
  auto done = run_epoch(next_entry(std::move(ends)), false);
  if (done && met_gap_) done = skip_forgotten();
  if (!done) return Error{done.error()};
  return true;
}

}  // namespace potik::pipeline
