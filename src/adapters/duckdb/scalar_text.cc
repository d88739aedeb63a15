#include "adapters/duckdb/scalar_text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

namespace potik::duckdb {
namespace {

template <class T>
std::string shortest(T value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return {buffer, end.ptr};
}

// ".678", three digits at a time until nothing is left; `parts` of 1/per_second each.
std::string fraction_text(int64_t parts, int64_t per_second) {
  std::string digits;
  for (int64_t unit = per_second / 1000; unit > 0 && (digits.empty() || parts > 0); unit /= 1000) {
    char group[32];
    std::snprintf(group, sizeof(group), "%03d", static_cast<int>(parts / unit));
    digits += group;
    parts %= unit;
  }
  if (!digits.empty()) digits.insert(0, 1, '.');
  return digits;
}

std::string clock_text(int64_t seconds) {
  char text[64];
  std::snprintf(text, sizeof(text), "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  return text;
}

// Quotient and remainder with the remainder never negative.
std::pair<int64_t, int64_t> floor_divide(int64_t value, int64_t by) {
  int64_t quotient = value / by;
  int64_t rest = value % by;
  if (rest < 0) {
    rest += by;
    --quotient;
  }
  return {quotient, rest};
}

const char* infinity_text(int64_t value, int64_t infinity) {
  if (value == infinity) return "infinity";
  return value == -infinity ? "-infinity" : nullptr;
}

}  // namespace

Int128 to_int128(duckdb_hugeint value) {
  return static_cast<Int128>(static_cast<Uint128>(value.upper) << 64U | value.lower);
}

Uint128 to_uint128(duckdb_uhugeint value) {
  return static_cast<Uint128>(value.upper) << 64U | value.lower;
}

std::string unsigned_text(Uint128 value) {
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

std::string integer_text(Int128 value) {
  if (value >= 0) return unsigned_text(static_cast<Uint128>(value));
  return unsigned_text(-static_cast<Uint128>(value)).insert(0, 1, '-');
}

std::string decimal_text(Int128 value, unsigned scale) {
  const bool negative = value < 0;
  std::string digits =
      unsigned_text(negative ? -static_cast<Uint128>(value) : static_cast<Uint128>(value));
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, 1, '.');
  if (negative) digits.insert(0, 1, '-');
  return digits;
}

std::string float_text(float value) { return shortest(value); }
std::string double_text(double value) { return shortest(value); }

std::string timestamp_text(int64_t count, int64_t per_second) {
  if (const char* infinite = infinity_text(count, std::numeric_limits<int64_t>::max()))
    return infinite;
  const auto [seconds, parts] = floor_divide(count, per_second);
  const auto [days, second_of_day] = floor_divide(seconds, 86'400);
  return date_text(days) + "T" + clock_text(second_of_day) + fraction_text(parts, per_second) + "Z";
}

std::string date_text(int64_t days) {
  if (const char* infinite = infinity_text(days, std::numeric_limits<int32_t>::max()))
    return infinite;
  // Howard Hinnant's civil_from_days (howardhinnant.github.io/date_algorithms.html): the engine's
  // years reach further than those of std::chrono.
  const auto [era, day_of_era] = floor_divide(days + 719'468, 146'097);
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  char text[64];
  std::snprintf(text, sizeof(text), "%04lld-%02lld-%02lld", static_cast<long long>(year),
                static_cast<long long>(month), static_cast<long long>(day));
  return text;
}

std::string time_text(int64_t micros) {
  const std::string text = clock_text(micros / 1'000'000);
  return micros % 1'000'000 == 0 ? text : text + fraction_text(micros % 1'000'000, 1'000'000);
}

std::string interval_text(duckdb_interval interval) {
  std::string text = "P";
  if (interval.months != 0) text += std::to_string(interval.months) + "M";
  if (interval.days != 0) text += std::to_string(interval.days) + "D";
  if (interval.micros != 0 || text.size() == 1) {
    std::string seconds = decimal_text(interval.micros, 6);
    seconds.erase(seconds.find_last_not_of('0') + 1);
    if (seconds.back() == '.') seconds.pop_back();
    text += "T" + seconds + "S";
  }
  return text;
}

std::string blob_text(const char* bytes, size_t size) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string text;
  text.reserve(size);
  for (size_t i = 0; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    if (byte >= 0x20 && byte < 0x7F && byte != '\\') {
      text += bytes[i];
    } else {
      text += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xFU]};
    }
  }
  return text;
}

}  // namespace potik::duckdb
