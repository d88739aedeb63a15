#pragma once
// The header traceparent of W3C Trace Context (https://www.w3.org/TR/trace-context/), level 1.
// Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace potik {

inline constexpr size_t kTraceparentBytes = 55;  // of version 00
inline constexpr size_t kTraceIdBytes = 32;

// The value in version 00, "00-<trace id>-<parent id>-<flags>", all hex digits lower case; of a
// later version what 00 knows of it. Nothing if it is not valid: it is then to be ignored.
[[nodiscard]] std::optional<std::string> parse_traceparent(std::string_view text);

// The trace id of what parse_traceparent() gave.
[[nodiscard]] std::string_view trace_id_of(std::string_view traceparent);

}  // namespace potik
