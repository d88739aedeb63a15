// The side of the runner that other threads talk to: wake-ups, questions between epochs, waiting
// for progress.

#include <algorithm>
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

}  // namespace

void Runner::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

bool Runner::ask(Inquiry inquiry) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !ready_ || inquiries_.size() >= options_.inquiries_max) return false;
    inquiries_.push_back(std::move(inquiry));
  }
  wake_.notify_one();
  return true;
}

void Runner::answer_inquiries() {
  std::vector<Inquiry> taken;
  {
    const std::lock_guard lock(mutex_);
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

void Runner::serve(const std::string& user_id) {
  const std::lock_guard lock(mutex_);
  if (served_.size() < options_.served_pending_max) served_.emplace(user_id, uint8_t{1});
}

bool Runner::when_processed(std::vector<Position> positions, std::function<void()> done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (!reached(positions, processed_)) {
      waiting_.push_back({std::move(positions), std::move(done)});
      return true;
    }
  }
  done();
  return true;
}

void Runner::notify_processed() {
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard lock(mutex_);
    const auto rest =
        std::stable_partition(waiting_.begin(), waiting_.end(),
                              [&](const Waiting& w) { return !reached(w.positions, processed_); });
    for (auto it = rest; it != waiting_.end(); ++it) due.push_back(std::move(it->done));
    waiting_.erase(rest, waiting_.end());
  }
  for (const auto& done : due) done();
}

uint64_t Runner::lag() const {
  const std::vector<Offset> ends = ports_.log.end();
  const std::lock_guard lock(mutex_);
  uint64_t sum = 0;
  for (size_t p = 0; p < ends.size(); ++p)
    sum += static_cast<uint64_t>(std::max<int64_t>(ends[p].value() - processed_[p].value(), 0));
  return sum;
}

std::string Runner::trouble() const {
  if (std::string sink = sink_->trouble(); !sink.empty()) return sink;
  const std::lock_guard lock(mutex_);
  return trouble_;
}

void Runner::set_trouble(std::string why) {
  const std::lock_guard lock(mutex_);
  trouble_ = std::move(why);
}

}  // namespace potik::pipeline
