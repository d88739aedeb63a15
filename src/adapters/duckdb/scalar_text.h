#pragma once
// Text of the engine's scalar values: times as ISO 8601 in UTC, numbers in their shortest exact
// form. Pure functions.

#include <duckdb.h>

#include <cstdint>
#include <string>

namespace potik::duckdb {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

[[nodiscard]] Int128 to_int128(duckdb_hugeint value);
[[nodiscard]] Uint128 to_uint128(duckdb_uhugeint value);
[[nodiscard]] std::string integer_text(Int128 value);
[[nodiscard]] std::string unsigned_text(Uint128 value);
// `value` times 10 to the power of -scale.
[[nodiscard]] std::string decimal_text(Int128 value, unsigned scale);
[[nodiscard]] std::string float_text(float value);
[[nodiscard]] std::string double_text(double value);

// `count` units of 1/per_second s since 1970: "2026-01-02T03:04:05.678Z", with three, six or nine
// digits of a second as needed; the engine's infinities as "infinity" and "-infinity".
[[nodiscard]] std::string timestamp_text(int64_t count, int64_t per_second);
[[nodiscard]] std::string date_text(int64_t days);
[[nodiscard]] std::string time_text(int64_t micros);
// "P1M2DT3.5S"
[[nodiscard]] std::string interval_text(duckdb_interval interval);
// Printable ASCII as it is, every other byte (and the backslash) as \xHH.
[[nodiscard]] std::string blob_text(const char* bytes, size_t size);

}  // namespace potik::duckdb
