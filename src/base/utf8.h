#pragma once
// UTF-8, one sequence at a time. Strict as RFC 3629: no overlong forms, no surrogates, nothing past
// U+10FFFF. Pure functions. For whole events the decoder uses the vectorised check of its JSON
// library instead.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace potik {

// Length in bytes (1..4) of the sequence that starts at `at`, or 0 if the bytes there are not
// UTF-8.
[[nodiscard]] size_t utf8_sequence_bytes(std::string_view text, size_t at);

[[nodiscard]] bool is_utf8(std::string_view text);

// Writes `point` as UTF-8 to `out`, which has room for 4 bytes, and returns how many it took.
// `point` must be a scalar value: at most U+10FFFF and no surrogate.
size_t write_utf8(char* out, uint32_t point);

}  // namespace potik
