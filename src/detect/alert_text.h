#pragma once
// The words of an alert: what was seen and what an operator should do. English; pure functions of
// the alert's fields.

#include <string>
#include <string_view>

#include "detect/signal.h"
#include "monitor/alert.h"

namespace potik::detect {

// Unit of observed, baseline and threshold.
[[nodiscard]] std::string_view unit_of(SignalKind kind);
// One sentence with the numbers.
[[nodiscard]] std::string summary_of(SignalKind kind, const monitor::Alert& alert);
// What to do, one sentence; static storage.
[[nodiscard]] std::string_view action_of(SignalKind kind, bool subject_is_video);

}  // namespace potik::detect
