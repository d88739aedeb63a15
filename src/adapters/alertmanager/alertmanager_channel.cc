#include "adapters/alertmanager/alertmanager_channel.h"

#include <algorithm>
#include <utility>

#include "adapters/alertmanager/alert_payload.h"

namespace potik::alertmanager {
namespace {

using monitor::Alert;
using monitor::AlertState;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int64_t kLookMs = 500;  // for what becomes due by itself, or is muted no more
constexpr int64_t kLastTryMs = 2'000;

constexpr int kTooLarge = 413;

bool is_taken(const PostAnswer& answer) { return answer.status >= 200 && answer.status < 300; }

// What no repetition would make better. Alertmanager takes the sound alerts of such a request.
bool is_rejected(const PostAnswer& answer) {
  return answer.status == 400 || answer.status == kTooLarge || answer.status == 422;
}

std::string reason_of(const PostAnswer& answer) {
  if (answer.status == 0) return answer.text;
  std::string text = "it answered " + std::to_string(answer.status);
  if (!answer.text.empty()) text += ": " + answer.text;
  return text;
}

}  // namespace

AlertmanagerChannel::AlertmanagerChannel(Options options, std::unique_ptr<HttpPost> post,
                                         const Clock& clock, IsMuted is_muted)
    : options_(std::move(options)),
      post_(std::move(post)),
      clock_(clock),
      is_muted_(std::move(is_muted)),
      posted_at_(steady_clock::now() - milliseconds(options_.repeat_ms)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

AlertmanagerChannel::~AlertmanagerChannel() { stop(); }

void AlertmanagerChannel::send(const Alert& alert) {
  {
    const MutexLock lock(mutex_);
    auto found = kept_.find(identity(alert));
    if (found == kept_.end()) {
      if (!make_room()) {
        metrics_.dropped.add();
        return;
      }
      found = kept_.emplace(identity(alert), Kept{}).first;
    }
    Kept& kept = found->second;
    const bool repeated = kept.notice != 0 && kept.alert.id == alert.id &&
                          kept.alert.state == alert.state && kept.alert.folded == alert.folded;
    if (repeated) return;
    if (kept.alert.id != alert.id) kept.told = 0;  // another one of the same labels
    kept.alert = alert;
    kept.notice = ++notices_;
    metrics_.waiting.set(static_cast<double>(kept_.size()));
  }
  changed_.notify_all();
}

// What is over goes before what fires: Alertmanager ends that by itself when it is not told again.
bool AlertmanagerChannel::make_room() {
  if (kept_.size() < options_.alerts_max) return true;
  auto oldest = kept_.end();
  for (auto at = kept_.begin(); at != kept_.end(); ++at) {
    if (at->second.alert.state != AlertState::resolved) continue;
    if (oldest == kept_.end() || at->second.notice < oldest->second.notice) oldest = at;
  }
  if (oldest == kept_.end()) return false;
  metrics_.dropped.add();
  kept_.erase(oldest);
  return true;
}

void AlertmanagerChannel::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  thread_.request_stop();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string AlertmanagerChannel::trouble() const {
  const MutexLock lock(mutex_);
  return why_failing_;
}

bool AlertmanagerChannel::is_due(const Kept& kept, SteadyTime now) const {
  if (kept.told != kept.notice) return true;
  return now - kept.told_at >= milliseconds(options_.repeat_ms);
}

void AlertmanagerChannel::run(const std::stop_token& stop) {
  while (wait_for_work()) tell(stop, options_.timeout_ms);
  {
    const MutexLock lock(mutex_);
    if (pause_ms_ != 0) return;
    const bool all_told = std::all_of(kept_.begin(), kept_.end(), [](const auto& entry) {
      return entry.second.told == entry.second.notice;
    });
    if (all_told) return;
  }
  tell({}, kLastTryMs);
}

// The end of one that was told is no further nuisance.
bool AlertmanagerChannel::may_be_told(const monitor::Alert& alert) const {
  return alert.state == AlertState::resolved || !is_muted_ || !is_muted_(alert);
}

// Until something is due and may be tried. False when stopping.
bool AlertmanagerChannel::wait_for_work() {
  const milliseconds look(std::min({kLookMs, options_.repeat_ms, options_.retry_ms}));
  const MutexLock lock(mutex_);
  while (!stopping_) {
    const auto now = steady_clock::now();
    const bool silent = now - posted_at_ >= milliseconds(options_.repeat_ms);
    const bool due = silent || std::any_of(kept_.begin(), kept_.end(), [&](const auto& entry) {
                       return is_due(entry.second, now) && may_be_told(entry.second.alert);
                     });
    if (due && now >= not_before_) return true;
    static_cast<void>(changed_.wait_until(mutex_, now + look));
  }
  return false;
}

AlertmanagerChannel::Round AlertmanagerChannel::gather() {
  Round round;
  const auto now = steady_clock::now();
  round.body = '[';
  for (auto at = kept_.begin(); at != kept_.end() && round.told.size() < at_once_;) {
    const Kept& kept = at->second;
    const bool muted = is_muted_ && is_muted_(kept.alert);
    if (muted && kept.alert.state == AlertState::resolved && kept.told == 0) {
      at = kept_.erase(at);  // nobody there has heard of it
      continue;
    }
    if (is_due(kept, now) && may_be_told(kept.alert)) {
      if (!round.told.empty()) round.body += ',';
      append_alert(round.body, kept.alert, options_, clock_.now());
      round.told.emplace_back(at->first, kept.notice);
    }
    ++at;
  }
  round.body += ']';
  return round;
}

void AlertmanagerChannel::tell(const std::stop_token& stop, int64_t timeout_ms) {
  Round round;
  {
    const MutexLock lock(mutex_);
    round = gather();
  }
  const PostAnswer answer = post_->post(round.body, timeout_ms, stop);
  const MutexLock lock(mutex_);
  settle(round, answer);
}

void AlertmanagerChannel::settle(const Round& round, const PostAnswer& answer) {
  if (answer.status == kTooLarge && round.told.size() > 1) {
    at_once_ = round.told.size() / 2;  // for good: the limit of what stands between will not move
    metrics_.failures.add();
    return;
  }
  if (!is_taken(answer)) fail(answer);
  if (is_taken(answer)) {
    metrics_.sent.add(round.told.size());
    metrics_.up.set(1);
    pause_ms_ = 0;
    why_failing_.clear();
    posted_at_ = steady_clock::now();
  }
  if (is_taken(answer) || is_rejected(answer)) forget_told(round);
  metrics_.waiting.set(static_cast<double>(kept_.size()));
}

void AlertmanagerChannel::fail(const PostAnswer& answer) {
  if (stopping_ && answer.status == 0) return;  // ended by us
  metrics_.failures.add();
  metrics_.up.set(0);
  pause_ms_ = std::clamp(pause_ms_ * 2, options_.retry_ms, options_.retry_most_ms);
  not_before_ = steady_clock::now() + milliseconds(pause_ms_);
  why_failing_ = "Alertmanager at " + options_.url + " is not told of alerts: " + reason_of(answer);
}

void AlertmanagerChannel::forget_told(const Round& round) {
  const auto now = steady_clock::now();
  for (const auto& [identity, notice] : round.told) {
    const auto found = kept_.find(identity);
    if (found == kept_.end()) continue;
    Kept& kept = found->second;
    kept.told = notice;
    kept.told_at = now;
    if (kept.notice == notice && kept.alert.state == AlertState::resolved) kept_.erase(found);
  }
}

}  // namespace potik::alertmanager
