#pragma once
// AlertChannels: everywhere alerts go, as the configuration says: the page, the log, Alertmanager.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/alertmanager/alertmanager_channel.h"
#include "app/config.h"
#include "base/clock.h"
#include "monitor/alert_board.h"
#include "monitor/alert_fan_out.h"
#include "monitor/alert_log.h"
#include "monitor/metrics.h"

namespace potik::app {

// monitor.node_name, or the host's.
[[nodiscard]] std::string node_name(const Config& config);
// As logs.format and logs.level say, to stderr. `clock` outlives it.
[[nodiscard]] monitor::LogLines log_lines(const Config& config, const Clock& clock);

class AlertChannels {
 public:
  using IsMuted = std::function<bool(const monitor::Alert&)>;

  // All references outlive it. What is muted is not told to Alertmanager; see AlertmanagerChannel.
  AlertChannels(const Config& config, const Clock& clock, monitor::AlertBoard& board,
                const monitor::LogLines& lines, IsMuted is_muted = {});

  [[nodiscard]] monitor::AlertChannel& all() { return all_; }
  // Why Alertmanager is not told at the moment; empty when it is, or there is none.
  [[nodiscard]] std::string trouble() const;
  void register_in(monitor::MetricsRegistry& registry) const;
  // Tells what was not told yet, where somebody answers; then no more. Seconds at most.
  void stop();

 private:
  std::vector<std::unique_ptr<alertmanager::AlertmanagerChannel>> told_;
  monitor::AlertLog log_;
  monitor::AlertFanOut all_;
};

}  // namespace potik::app
