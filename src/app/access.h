#pragma once
// Access control as the configuration wants it: the keys' file is read, the secret of viewers'
// tokens read or made.

#include <memory>
#include <string>

#include "api/access_control.h"
#include "app/config.h"
#include "base/result.h"
#include "monitor/metrics.h"

namespace potik::app {

// The error is a sentence for the operator. Shared as api::RouterOptions says; what it needs lives
// as long as it. `registry` shows what it refuses.
[[nodiscard]] Result<std::shared_ptr<const api::AccessControl>, std::string> open_access(
    const Config& config, bool on_loopback, monitor::MetricsRegistry& registry);

}  // namespace potik::app
