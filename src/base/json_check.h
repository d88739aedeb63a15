#pragma once
// A checker of JSON text (RFC 8259) for tests: plain recursive descent, independent of the JSON
// library and of the writer, so that neither is judged by itself. Not for the data path. Nesting up
// to 64 levels.

#include <string_view>

namespace potik {

// Exactly one JSON value, white space around it allowed, strings in UTF-8 and escaped surrogates in
// pairs.
[[nodiscard]] bool is_json(std::string_view text);

}  // namespace potik
