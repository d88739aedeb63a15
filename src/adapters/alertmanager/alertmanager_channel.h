#pragma once
// AlertmanagerChannel: tells one Alertmanager what fires and what is over. A firing alert is told
// at once and then every repeat, because Alertmanager takes what it is no longer told of as over; a
// resolved one is told once. While no answer comes everything is kept and tried again, ever more
// rarely; a request that is too large is sent in halves.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "adapters/alertmanager/http_post.h"
#include "adapters/alertmanager/options.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "monitor/alert.h"
#include "monitor/metrics.h"

namespace potik::alertmanager {

struct ChannelMetrics {
  monitor::Counter sent;      // alerts that were taken, repeats included
  monitor::Counter failures;  // requests without an answer, or refused
  monitor::Counter dropped;   // alerts not told for want of room
  monitor::Gauge up;          // 1 while the last request was taken
  monitor::Gauge waiting;     // alerts that are kept: firing, or over and not yet told
};

// Thread-safe. Memory: at most alerts_max alerts of some KB.
class AlertmanagerChannel final : public monitor::AlertChannel {
 public:
  // A muted alert is not told while it is muted. Called on the channel's thread under its lock:
  // must be quick, and not call back. May be empty.
  using IsMuted = std::function<bool(const monitor::Alert&)>;

  // `clock` outlives it. Begins with an empty request, so that a wrong address is seen at once.
  AlertmanagerChannel(Options options, std::unique_ptr<HttpPost> post, const Clock& clock,
                      IsMuted is_muted = {});
  ~AlertmanagerChannel() override;  // stop()

  // Takes the notice over for the thread; never waits for the network. The newest notice of an
  // identity (alert_payload.h) replaces the one before.
  void send(const monitor::Alert& alert) override;
  // Tries once more what was not told yet, if the last request was taken; then ends. Blocks for
  // three seconds at most.
  void stop();

  [[nodiscard]] const ChannelMetrics& metrics() const { return metrics_; }
  // Why it is not told at the moment, a sentence; empty when it is.
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] const std::string& url() const { return options_.url; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Kept {
    monitor::Alert alert;
    uint64_t notice = 0;  // number of the newest one
    uint64_t told = 0;    // number of the one that was taken last; 0: none was
    SteadyTime told_at{};
  };
  struct Round {
    std::string body;
    std::vector<std::pair<std::string, uint64_t>> told;  // identity and notice
  };

  void run(const std::stop_token& stop);
  [[nodiscard]] bool make_room() POTIK_REQUIRES(mutex_);
  [[nodiscard]] bool is_due(const Kept& kept, SteadyTime now) const;
  [[nodiscard]] bool may_be_told(const monitor::Alert& alert) const;
  [[nodiscard]] bool wait_for_work();
  [[nodiscard]] Round gather() POTIK_REQUIRES(mutex_);
  void tell(const std::stop_token& stop, int64_t timeout_ms);
  void settle(const Round& round, const PostAnswer& answer) POTIK_REQUIRES(mutex_);
  void fail(const PostAnswer& answer) POTIK_REQUIRES(mutex_);
  void forget_told(const Round& round) POTIK_REQUIRES(mutex_);

  const Options options_;
  const std::unique_ptr<HttpPost> post_;  // the thread's
  const Clock& clock_;
  const IsMuted is_muted_;
  ChannelMetrics metrics_;
  mutable Mutex mutex_;
  Condition changed_;
  std::map<std::string, Kept> kept_ POTIK_GUARDED_BY(mutex_);  // by identity
  uint64_t notices_ POTIK_GUARDED_BY(mutex_) = 0;
  bool stopping_ POTIK_GUARDED_BY(mutex_) = false;
  std::string why_failing_ POTIK_GUARDED_BY(mutex_);
  SteadyTime posted_at_ POTIK_GUARDED_BY(mutex_);  // last request that was taken
  SteadyTime not_before_ POTIK_GUARDED_BY(mutex_){};
  size_t at_once_ POTIK_GUARDED_BY(mutex_) = 200;  // alerts a request, some KB each
  int64_t pause_ms_ POTIK_GUARDED_BY(mutex_) = 0;  // after the last failure; 0: it was taken
  std::jthread thread_;                            // last: it uses the above
};

}  // namespace potik::alertmanager
