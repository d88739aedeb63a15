#include "pipeline/output_drain.h"

#include <algorithm>
#include <utility>

namespace potik::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

OutputDrain::OutputDrain(log::OutputLog& outputs, OutputOptions options,
                         std::function<void()> moved)
    : outputs_(outputs),
      options_(options),
      moved_(std::move(moved)),
      published_(outputs.progress().value()),
      thread_([this] { loop(); }) {}

OutputDrain::~OutputDrain() { stop(); }

void OutputDrain::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  moved_();
}

void OutputDrain::close() {
  {
    const MutexLock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
}

bool OutputDrain::offer(std::unique_ptr<Rendered>& rendered) {
  const size_t bytes = rendered->bytes();
  {
    const MutexLock lock(mutex_);
    if (stopping_) {
      rendered.reset();
      return true;
    }
    if (in_flight_bytes_ > 0 && in_flight_bytes_ + bytes > options_.in_flight_bytes_max)
      return false;
    in_flight_bytes_ += bytes;
    queue_.push_back(std::move(rendered));
  }
  changed_.notify_all();
  return true;
}

std::string OutputDrain::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

size_t OutputDrain::in_flight_bytes() const {
  const MutexLock lock(mutex_);
  return in_flight_bytes_;
}

// What makes the next transaction. False when stopping.
bool OutputDrain::gather(std::vector<std::unique_ptr<Rendered>>& batch) {
  size_t records = 0;
  auto due = SteadyClock::time_point::max();
  const MutexLock lock(mutex_);
  for (;;) {
    if (stopping_) return false;
    while (!queue_.empty() && records < options_.commit_records) {
      if (batch.empty())
        due = SteadyClock::now() + std::chrono::milliseconds(options_.commit_delay_ms);
      records += queue_.front()->records();
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (batch.empty()) {
      changed_.wait(mutex_);
    } else if (records >= options_.commit_records || closing_ ||
               !changed_.wait_until(mutex_, due)) {
      return true;
    }
  }
}

void OutputDrain::loop() {
  std::vector<std::unique_ptr<Rendered>> batch;
  while (gather(batch)) {
    if (!publish(batch)) return;
    size_t bytes = 0;
    for (const auto& rendered : batch) bytes += rendered->bytes();
    published_ = std::max(published_.load(), batch.back()->epoch.value());
    batch.clear();
    {
      const MutexLock lock(mutex_);
      in_flight_bytes_ -= bytes;
      trouble_.clear();
    }
    moved_();
  }
}

bool OutputDrain::publish(const std::vector<std::unique_ptr<Rendered>>& batch) {
  const auto start = SteadyClock::now();
  std::vector<log::OutputRecord> records;
  for (;;) {
    // After a restart, and after a failure whose transaction went through all the same, its mark
    // says what is there.
    const Epoch mark = outputs_.progress();
    records.clear();
    for (const auto& rendered : batch) {
      if (rendered->epoch <= mark) continue;
      for (const RenderedPart& part : rendered->parts) part.append_records(records);
    }
    if (batch.back()->epoch <= mark) break;
    const auto appended = outputs_.append(batch.back()->epoch, records);
    if (appended) {
      metrics_.commits.add();
      metrics_.records.add(records.size());
      metrics_.commit_seconds.observe(
          std::chrono::duration<double>(SteadyClock::now() - start).count());
      break;
    }
    metrics_.failures.add();
    // Where another has taken the place a retry would take it back, in turn for ever.
    if (appended.error() == log::OutputError::fenced) {
      fenced_ = true;
      moved_();
    }
    if (!pause_and_retry(std::string(log::phrase(appended.error())))) return false;
  }
  return true;
}

bool OutputDrain::pause_and_retry(const std::string& why) {
  const auto until = SteadyClock::now() + std::chrono::milliseconds(options_.retry_delay_ms);
  {
    const MutexLock lock(mutex_);
    trouble_ = why;
    while (!stopping_ && !closing_ && changed_.wait_until(mutex_, until)) {
    }
    if (closing_) stopping_ = true;
    if (!stopping_) return true;
  }
  moved_();
  return false;
}

}  // namespace potik::pipeline
