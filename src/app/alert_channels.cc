#include "app/alert_channels.h"

#include <unistd.h>

#include <array>
#include <utility>

#include "adapters/alertmanager/curl_post.h"

namespace potik::app {
namespace {

using Told = std::vector<std::unique_ptr<alertmanager::AlertmanagerChannel>>;

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

Told make_told(const Config& config, const Clock& clock, const AlertChannels::IsMuted& is_muted) {
  Told told;
  for (const std::string& url : config.monitor.alertmanager_urls) {
    alertmanager::Options options = config.monitor.alertmanager;
    options.url = without_slash(url);
    options.external_url = without_slash(config.monitor.external_url);
    options.node = node_name(config);
    auto post = alertmanager::make_curl_post(options);
    told.push_back(std::make_unique<alertmanager::AlertmanagerChannel>(
        std::move(options), std::move(post), clock, is_muted));
  }
  return told;
}

std::vector<monitor::AlertChannel*> in_turn(monitor::AlertBoard& board, monitor::AlertLog& log,
                                            const Told& told) {
  std::vector<monitor::AlertChannel*> all{&board, &log};
  for (const auto& channel : told) all.push_back(channel.get());
  return all;
}

}  // namespace

std::string node_name(const Config& config) {
  if (!config.monitor.node_name.empty()) return config.monitor.node_name;
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "potik";
}

monitor::LogLines log_lines(const Config& config, const Clock& clock) {
  const auto level = monitor::parse_log_level(config.logs.level);
  return {clock, level.value_or(monitor::LogLevel::info),
          config.logs.format == "json" ? monitor::LogFormat::json : monitor::LogFormat::text};
}

AlertChannels::AlertChannels(const Config& config, const Clock& clock, monitor::AlertBoard& board,
                             const monitor::LogLines& lines, IsMuted is_muted)
    : told_(make_told(config, clock, is_muted)), log_(lines), all_(in_turn(board, log_, told_)) {}

std::string AlertChannels::trouble() const {
  for (const auto& channel : told_) {
    if (std::string trouble = channel->trouble(); !trouble.empty()) return trouble;
  }
  return {};
}

void AlertChannels::register_in(monitor::MetricsRegistry& registry) const {
  using Metrics = alertmanager::ChannelMetrics;
  const auto of_each = [&](const char* name, const char* help, auto Metrics::* metric) {
    for (const auto& channel : told_)
      registry.add(name, help, "url=\"" + channel->url() + "\"", channel->metrics().*metric);
  };
  of_each("potik_alertmanager_up", "1 while Alertmanager takes what it is told.", &Metrics::up);
  of_each("potik_alertmanager_alerts", "Alerts kept for it: firing, or over and not yet told.",
          &Metrics::waiting);
  of_each("potik_alertmanager_sent_total", "Alerts that it took, repeats included.",
          &Metrics::sent);
  of_each("potik_alertmanager_failures_total", "Requests it did not answer, or refused.",
          &Metrics::failures);
  of_each("potik_alertmanager_dropped_total", "Alerts not told to it for want of room.",
          &Metrics::dropped);
}

void AlertChannels::stop() {
  for (const auto& channel : told_) channel->stop();
}

}  // namespace potik::app
