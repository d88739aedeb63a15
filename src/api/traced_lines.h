#pragma once
// A request's trace into its events: each that names none of its own gets the field "traceparent",
// and so carries it into the log, the rows and whatever follows.

#include <string>
#include <string_view>
#include <vector>

#include "api/split.h"

namespace potik::api {

// The body anew, with event::kDecodePadding bytes of room behind it, and `lines` pointing into it.
// A line that is no object, that holds the word "traceparent" in quotes, or that the field would
// make longer than an event may be stays as it is. `traceparent` is valid (base/trace_context.h).
// Costs a copy of the body; not called for requests without a trace.
[[nodiscard]] std::string with_traceparent(std::vector<Line>& lines, std::string_view traceparent);

}  // namespace potik::api
