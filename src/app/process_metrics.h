#pragma once
// What every server says of itself in /metrics, whatever its role: version, name, start, and what
// the kernel knows of the process, under the names that Prometheus' own client libraries give them.

#include <string>

#include "app/config.h"
#include "monitor/metrics.h"

namespace potik::app {

// `role` is the command: "serve", "gateway", ... The figures are read from /proc when asked for,
// some microseconds each; one that cannot be read is 0.
void register_process(monitor::MetricsRegistry& registry, const Config& config,
                      const std::string& role);

}  // namespace potik::app
