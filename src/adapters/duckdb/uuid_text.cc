#include "adapters/duckdb/uuid_text.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace potik::duckdb {
namespace {

constexpr size_t kTextBytes = 36;
constexpr uint8_t kNoDigit = 0x80;
// The engine stores the upper half with its sign bit flipped, so that signed order is text order.
constexpr uint64_t kSignBit = uint64_t{1} << 63U;

constexpr std::array<uint8_t, 256> digit_values() {
  std::array<uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (uint8_t i = 0; i < 10; ++i) values[static_cast<size_t>('0') + i] = i;
  for (uint8_t i = 0; i < 6; ++i)
    values[static_cast<size_t>('a') + i] = static_cast<uint8_t>(10 + i);
  return values;
}
constexpr std::array<uint8_t, 256> kDigits = digit_values();

// `count` digits from `at`; ors every digit's value into `seen`.
uint64_t take(const char* at, size_t count, uint8_t& seen) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint8_t digit = kDigits[static_cast<uint8_t>(at[i])];
    seen |= digit;
    value = value << 4U | (digit & 0xFU);
  }
  return value;
}

}  // namespace

bool parse_uuid(std::string_view text, duckdb_hugeint& out) {
  if (text.size() != kTextBytes) return false;
  const char* c = text.data();
  if (c[8] != '-' || c[13] != '-' || c[18] != '-' || c[23] != '-') return false;
  uint8_t seen = 0;
  const uint64_t upper =
      take(c, 8, seen) << 32U | take(c + 9, 4, seen) << 16U | take(c + 14, 4, seen);
  out.lower = take(c + 19, 4, seen) << 48U | take(c + 24, 12, seen);
  out.upper = static_cast<int64_t>(upper ^ kSignBit);
  return (seen & kNoDigit) == 0;
}

std::string format_uuid(duckdb_hugeint value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const uint64_t upper = static_cast<uint64_t>(value.upper) ^ kSignBit;
  std::string text;
  text.reserve(kTextBytes);
  for (unsigned digit = 0; digit < 32; ++digit) {
    if (digit == 8 || digit == 12 || digit == 16 || digit == 20) text += '-';
    const uint64_t half = digit < 16 ? upper : value.lower;
    text += kHex[half >> (60U - 4U * (digit % 16U)) & 0xFU];
  }
  return text;
}

}  // namespace potik::duckdb
