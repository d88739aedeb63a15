#include "pipeline/output_drain.h"

#include <algorithm>
#include <utility>

#include "base/failpoint.h"

namespace potik::pipeline {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

OutputDrain::OutputDrain(log::OutputLog& outputs, OutputOptions options,
                         std::function<void()> moved)
    : outputs_(outputs),
      options_(options),
      moved_(std::move(moved)),
      published_(outputs.progress().value()) {
  if (options_.own_thread) thread_ = std::thread([this] { loop(); });
}

OutputDrain::~OutputDrain() { stop(); }

void OutputDrain::stop() {
  state_.stop();
  if (!thread_.joinable()) return;
  thread_.join();
  moved_();
}

bool OutputDrain::offer(std::unique_ptr<Rendered>& rendered) {
  const size_t bytes = rendered->bytes();
  {
    const MutexLock lock(state_.mutex);
    if (state_.stopping) {
      rendered.reset();
      return true;
    }
    if (in_flight_bytes_ > 0 && in_flight_bytes_ + bytes > options_.in_flight_bytes_max)
      return false;
    in_flight_bytes_ += bytes;
    queue_.push_back(std::move(rendered));
  }
  state_.changed.notify_all();
  return true;
}

size_t OutputDrain::in_flight_bytes() const {
  const MutexLock lock(state_.mutex);
  return in_flight_bytes_;
}

void OutputDrain::work() {
  if (!options_.own_thread) loop();
}

// What makes the next transaction. False when stopping, and where waiting would be for nobody.
bool OutputDrain::gather(std::vector<std::unique_ptr<Rendered>>& batch) {
  size_t records = 0;
  auto due = SteadyClock::time_point::max();
  const MutexLock lock(state_.mutex);
  for (;;) {
    if (state_.stopping) return false;
    while (!queue_.empty() && records < options_.commit_records) {
      if (batch.empty())
        due = SteadyClock::now() + std::chrono::milliseconds(options_.commit_delay_ms);
      records += queue_.front()->records();
      batch.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    if (!options_.own_thread) return !batch.empty();
    if (batch.empty()) {
      state_.changed.wait(state_.mutex);
    } else if (records >= options_.commit_records || state_.closing ||
               !state_.changed.wait_until(state_.mutex, due)) {
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
      const MutexLock lock(state_.mutex);
      in_flight_bytes_ -= bytes;
      state_.why_failing.clear();
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
    const Epoch mark = failpoint::planted("plant.emit_twice") ? Epoch(0) : outputs_.progress();
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
    if (appended.error().error == log::OutputError::fenced) {
      fenced_ = true;
      moved_();
    }
    if (!state_.pause(log::describe(appended.error()),
                      std::chrono::milliseconds(options_.retry_delay_ms))) {
      moved_();
      return false;
    }
  }
  return true;
}

}  // namespace potik::pipeline
