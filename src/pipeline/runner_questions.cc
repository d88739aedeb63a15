// The side of the runner that other threads talk to: wake-ups, questions between epochs, waiting
// for progress.

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/runner.h"

namespace potik::pipeline {
namespace {

bool reached(const std::vector<Runner::Position>& positions, const std::vector<Offset>& processed) {
  return std::all_of(positions.begin(), positions.end(), [&](const Runner::Position& position) {
    return position.partition.value() < processed.size() &&
           processed[position.partition.value()] > position.offset;
  });
}

// One position a partition, the last: the others are reached before it.
void keep_last_of_each_partition(std::vector<Runner::Position>& positions) {
  std::sort(positions.begin(), positions.end(), [](const auto& a, const auto& b) {
    return a.partition != b.partition ? a.partition < b.partition : a.offset > b.offset;
  });
  const auto same = [](const auto& a, const auto& b) { return a.partition == b.partition; };
  positions.erase(std::unique(positions.begin(), positions.end(), same), positions.end());
  positions.shrink_to_fit();
}

}  // namespace

void Runner::wake() {
  {
    const MutexLock lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

bool Runner::ask(Inquiry inquiry) {
  {
    const MutexLock lock(mutex_);
    if (stopping_ || !ready_ || inquiries_.size() >= options_.inquiries_max) return false;
    inquiries_.push_back(std::move(inquiry));
  }
  wake_.notify_one();
  return true;
}

void Runner::answer_inquiries() {
  std::vector<Inquiry> taken;
  {
    const MutexLock lock(mutex_);
    taken.swap(inquiries_);
  }
  if (taken.empty()) return;
  const auto answer = [&](size_t index, size_t worker) {
    CoreView view{core_, ports_.snapshots, scratch_[worker]};
    taken[index](view);
  };
  // A handful is answered sooner here than handed over.
  constexpr size_t kShare = 8;
  if (taken.size() < kShare) {
    WorkerPool::run_here(taken.size(), answer);
  } else {
    pool_.run(taken.size(), answer);
  }
  metrics_.inquiries.add(taken.size());
}

void Runner::let_go() {
  std::vector<Inquiry> inquiries;
  std::vector<Waiting> waiting;
  const MutexLock lock(mutex_);  // and let go of before them: what they hold may answer
  inquiries.swap(inquiries_);
  waiting.swap(waiting_);
}

void Runner::wait_answering(const std::function<bool()>& ready) {
  while (!ready()) {
    answer_inquiries();
    const MutexLock lock(mutex_);
    if (inquiries_.empty() && !sinks_moved_)
      static_cast<void>(wake_.wait_until(mutex_, std::chrono::steady_clock::now() + kPoll));
    sinks_moved_ = false;
  }
}

bool Runner::is_stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

void Runner::serve(const std::string& user_id) {
  const MutexLock lock(mutex_);
  if (served_.size() < options_.served_pending_max) served_.emplace(user_id, uint8_t{1});
}

bool Runner::when_processed(std::vector<Position> positions, std::function<void()> done) {
  keep_last_of_each_partition(positions);
  {
    const MutexLock lock(mutex_);
    if (stopping_) return false;
    if (!reached(positions, shown_)) {
      if (failed_ || waiting_.size() >= options_.waiters_max) return false;
      waiting_.push_back({std::move(positions), std::move(done)});
      return true;
    }
  }
  done();
  return true;
}

bool Runner::refused(const Position& position) const {
  const MutexLock lock(mutex_);
  return refused_.contains(position.partition, position.offset);
}

void Runner::note_refused(const EpochBuffer& buffer) {
  if (buffer.counts.videos_refused == 0) return;
  for (const store::DeadLetterRow& row : buffer.rows.dead_letters) {
    if (row.reason == event::code(event::DeadReason::no_room))
      refused_.add(row.partition, row.offset);
  }
}

bool Runner::takes_waiters() const {
  const MutexLock lock(mutex_);
  return !stopping_ && waiting_.size() < options_.waiters_max;
}

void Runner::notify_processed() {
  std::vector<Waiting> due;
  {
    const MutexLock lock(mutex_);
    std::vector<Waiting> rest;
    for (Waiting& waiting : waiting_)
      (reached(waiting.positions, shown_) ? due : rest).push_back(std::move(waiting));
    waiting_.swap(rest);
  }
  for (const Waiting& waiting : due) waiting.done();
}

uint64_t Runner::lag() const {
  const std::vector<Offset> ends = ports_.log.end();
  const MutexLock lock(mutex_);
  uint64_t sum = 0;
  for (size_t p = 0; p < ends.size(); ++p)
    sum += static_cast<uint64_t>(std::max<int64_t>(ends[p].value() - shown_[p].value(), 0));
  return sum;
}

std::vector<Offset> Runner::processed() const {
  const MutexLock lock(mutex_);
  return shown_;
}

std::string Runner::trouble() const {
  if (std::string sink = sink_->trouble(); !sink.empty()) return sink;
  if (outputs_) {
    if (std::string output = outputs_->trouble(); !output.empty()) return output;
  }
  const MutexLock lock(mutex_);
  return trouble_;
}

void Runner::cannot_read(state::SnapshotError error) {
  if (error == state::SnapshotError::corrupt)
    fail("the state of a viewer cannot be read: " + std::string(state::phrase(error)));
}

void Runner::set_trouble(std::string why) {
  const MutexLock lock(mutex_);
  trouble_ = std::move(why);
}

}  // namespace potik::pipeline
