#include "adapters/redis/change_listener.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "adapters/redis/list_text.h"

namespace potik::redis {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int64_t kLookMs = 50;  // also how long a stop waits to be noticed
// A channel on which nothing is said is asked whether it is still there.
constexpr std::chrono::milliseconds kSilence{1'000};
constexpr int64_t kFirstPauseMs = 50;
constexpr int64_t kPauseMaxMs = 1'000;

}  // namespace

ChangeListener::ChangeListener(Options options, ListenerCalls calls)
    : options_(std::move(options)),
      calls_(std::move(calls)),
      channel_(channel_of(options_.prefix)),
      thread_([this] { loop(); }) {}

ChangeListener::~ChangeListener() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

std::string ChangeListener::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

bool ChangeListener::stopping() const {
  const MutexLock lock(mutex_);
  return stopping_;
}

void ChangeListener::set_trouble(std::string why) {
  const MutexLock lock(mutex_);
  trouble_ = std::move(why);
}

void ChangeListener::loop() {
  while (!stopping()) {
    auto connection = Connection::open(options_);
    auto subscribed =
        connection ? subscribe(**connection) : Status<std::string>(Error{connection.error()});
    if (subscribed) {
      set_trouble({});
      pause_ms_ = 0;
      calls_.listening((*connection)->run_id());
      listen(**connection);
      subscribed = Error{(*connection)->trouble()};
    }
    if (stopping()) return;
    set_trouble(subscribed.error());
    calls_.failed();
    pause();
  }
}

Status<std::string> ChangeListener::subscribe(Connection& connection) {
  const auto subscribed = connection.ask({"SUBSCRIBE", channel_});
  if (!subscribed) return Error{subscribed.error()};
  return Ok{};
}

void ChangeListener::listen(Connection& connection) {
  auto heard = SteadyClock::now();
  bool asked = false;
  while (!connection.broken() && !stopping()) {
    if (const auto reply = connection.told(kLookMs)) {
      take(*reply);
      heard = SteadyClock::now();
      asked = false;
      continue;
    }
    const auto silence = SteadyClock::now() - heard;
    if (!asked && silence >= kSilence) {
      connection.append({"PING"});
      asked = connection.flush();
    } else if (asked && silence >= kSilence + std::chrono::milliseconds(options_.timeout_ms)) {
      connection.give_up("no answer in time");
    }
  }
}

// ["message", channel, text]; what answers PING is another array.
void ChangeListener::take(const Reply& reply) {
  if (reply.elements() != 3 || reply.text_at(0) != "message") return;
  const std::string_view text = reply.text_at(2);
  if (text.size() < 2 || (text.front() != kPutSign && text.front() != kEraseSign)) return;
  calls_.changed(text.substr(1), text.front() == kEraseSign);
}

void ChangeListener::pause() {
  pause_ms_ = std::clamp(pause_ms_ * 2, kFirstPauseMs, kPauseMaxMs);
  const auto until = SteadyClock::now() + std::chrono::milliseconds(pause_ms_);
  const MutexLock lock(mutex_);
  while (!stopping_) {
    if (!wake_.wait_until(mutex_, until)) break;
  }
}

}  // namespace potik::redis
