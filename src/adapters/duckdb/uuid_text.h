#pragma once
// UUIDs between their canonical text (8-4-4-4-12 lower-case hexadecimal digits, RFC 9562) and the
// engine's 128-bit form. Only the canonical text is taken, so that text -> UUID -> text gives the
// same bytes. Pure functions. Cost: about 10 ns.

#include <duckdb.h>

#include <string>
#include <string_view>

namespace potik::duckdb {

// False, and `out` is unspecified, if `text` is not canonical.
[[nodiscard]] bool parse_uuid(std::string_view text, duckdb_hugeint& out);
[[nodiscard]] std::string format_uuid(duckdb_hugeint value);

}  // namespace potik::duckdb
