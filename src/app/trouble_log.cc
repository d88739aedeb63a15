#include "app/trouble_log.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace potik::app {
namespace {

using monitor::LogLevel;

constexpr std::chrono::milliseconds kLookEvery{100};

}  // namespace

void TroubleLog::look(const std::string& trouble, Time now) {
  if (trouble.empty()) {
    if (said_.empty() || now - seen_ < kWellAfter) return;
    const auto lasted = std::chrono::duration_cast<std::chrono::seconds>(seen_ - begun_).count();
    lines_.line(LogLevel::info, component_, "all is well again", {{"seconds", lasted}});
    said_.clear();
    return;
  }
  seen_ = now;
  if (said_ == trouble) return;
  if (said_.empty()) {
    begun_ = now;
  } else if (now - said_at_ < kOtherWordsEvery) {
    return;
  }
  lines_.line(LogLevel::warning, component_, trouble);
  said_ = trouble;
  said_at_ = now;
}

TroubleWatch::TroubleWatch(const monitor::LogLines& lines)
    : lines_(lines), thread_([this](const std::stop_token& stop) {
        std::mutex idle;
        std::condition_variable_any wake;
        std::unique_lock lock(idle);
        while (!stop.stop_requested()) {
          look();
          wake.wait_for(lock, stop, kLookEvery, [] { return false; });
        }
      }) {}

void TroubleWatch::watch(std::string component, std::function<std::string()> trouble) {
  const MutexLock lock(mutex_);
  watched_.push_back({TroubleLog(lines_, std::move(component)), std::move(trouble)});
}

void TroubleWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void TroubleWatch::look() {
  const MutexLock lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  for (Watched& watched : watched_) watched.log.look(watched.trouble(), now);
}

}  // namespace potik::app
