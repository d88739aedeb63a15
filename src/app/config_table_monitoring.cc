// The options of alerts, Alertmanager and log lines.

#include <algorithm>
#include <array>

#include "app/config_tables.h"
#include "monitor/log_line.h"

namespace potik::app {

namespace {

using C = Config;
using Told = alertmanager::Options;

constexpr std::array kMonitoring = std::to_array<Option>({
    {"monitor.alerts_max", at<&C::monitor, &MonitorConfig::alerts_max>, 1, 1000000, "alerts",
     "Newest alerts that the API and the page can list; all of them stand in the store."},
    {"monitor.node_name", at<&C::monitor, &MonitorConfig::node_name>, 0, 0, "",
     "What this server is called in alerts, figures and pages. Empty: the host's name. It should "
     "stay the same over a restart."},
    {"monitor.external_url", at<&C::monitor, &MonitorConfig::external_url>, 0, 0, "",
     "Where people reach this server's pages, as https://potik.example.org; alerts carry a link to "
     "the operations page below it. Empty: no link."},
    {"monitor.alertmanager_urls", at<&C::monitor, &MonitorConfig::alertmanager_urls>, 0, 0, "",
     "Addresses of Alertmanager that are told of anomalies by its API v2, each as "
     "http://host:9093. Of a cluster name all members: each is told by itself. Empty: none is."},
    {"monitor.alertmanager_credentials_file",
     at<&C::monitor, &MonitorConfig::alertmanager, &Told::credentials_file>, 0, 0, "",
     "File with one line, bearer TOKEN or basic NAME:PASSWORD, for all of them. Apart, so that no "
     "secret is in this file; read for every request, so that it can be exchanged."},
    {"monitor.alertmanager_ca_file", at<&C::monitor, &MonitorConfig::alertmanager, &Told::ca_file>,
     0, 0, "",
     "Certificates (PEM) that an https address is checked by. Empty: those of the system."},
    {"monitor.alertmanager_repeat_ms",
     at<&C::monitor, &MonitorConfig::alertmanager, &Told::repeat_ms>, 100, 3600000, "ms",
     "A firing alert is told again this often; not told of for four times as long, Alertmanager "
     "takes it as over. A minute outlives a restart."},
    {"monitor.alertmanager_timeout_ms",
     at<&C::monitor, &MonitorConfig::alertmanager, &Told::timeout_ms>, 10, 600000, "ms",
     "A request without an answer after this has failed, and is tried again."},
    {"logs.format", at<&C::logs, &LogsConfig::format>, 0, 0, "",
     "How a running server writes its log on stderr: text, a line for people, or json, an object a "
     "line for collectors."},
    {"logs.level", at<&C::logs, &LogsConfig::level>, 0, 0, "",
     "The least that is written: debug, info, warning or error."},
});

bool is_address(const std::string& url) {
  const bool scheme = url.starts_with("http://") || url.starts_with("https://");
  return scheme && url.find('@') == std::string::npos && url.find("//") + 2 < url.size();
}

}  // namespace

std::span<const Option> monitoring_options() { return kMonitoring; }

void find_monitoring_faults(const Config& config, std::vector<std::string>& found) {
  for (const std::string& url : config.monitor.alertmanager_urls) {
    if (is_address(url)) continue;
    found.push_back("monitor.alertmanager_urls holds \"" + url +
                    "\", which is no http://host:port; a name and password go into "
                    "monitor.alertmanager_credentials_file.");
  }
  if (const auto& url = config.monitor.external_url; !url.empty() && !is_address(url))
    found.push_back("monitor.external_url = \"" + url + "\" is no http:// or https:// address.");
  if (config.logs.format != "text" && config.logs.format != "json")
    found.push_back("logs.format = \"" + config.logs.format + "\" is neither text nor json.");
  if (!monitor::parse_log_level(config.logs.level))
    found.push_back("logs.level = \"" + config.logs.level +
                    "\" is none of debug, info, warning, error.");
}

}  // namespace potik::app
