#pragma once
// Problem documents (RFC 9457): every error of the API in one shape,
// {"type","title","status","detail"}.

#include <string>
#include <string_view>

#include "api/http.h"
#include "event/dead_letter.h"

namespace potik::api {

// `detail` tells the reader what to do next. Title and type follow from the status.
[[nodiscard]] Response problem(int status, std::string_view detail);

// 429 or 503 with Retry-After.
[[nodiscard]] Response try_later(int status, int retry_after_s, std::string_view detail);

// A body that does not decode: adds "reason" and "field".
[[nodiscard]] Response problem_of(int status, const event::DecodeError& error);

// The members common to all problem documents, without the closing brace, for those that carry
// more.
void begin_problem(std::string& out, int status, std::string_view detail);

}  // namespace potik::api
