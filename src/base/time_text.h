#pragma once
// RFC 3339 text and Unix milliseconds. Pure functions, no locale, no allocation in parsing.

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace potik {

// "2026-01-02T03:04:05[.fraction](Z|+hh:mm|-hh:mm)", lower-case t and z and a space for T allowed
// as RFC 3339 does; fractions beyond milliseconds are cut. Leap second 60 counts as 59.999. Years
// 1970..9999.
[[nodiscard]] std::optional<TimeMs> parse_rfc3339(std::string_view text);

// "2026-01-02T03:04:05.678Z"
[[nodiscard]] std::string format_rfc3339(TimeMs time);

}  // namespace potik
