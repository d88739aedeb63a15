#include "adapters/duckdb/uuid_text.h"

#include <cstddef>
#include <cstdint>

#include "base/big_endian.h"

namespace potik::duckdb {
namespace {

constexpr size_t kTextBytes = 36;
// The engine stores the upper half with its sign bit flipped, so that signed order is text order.
constexpr uint64_t kSignBit = uint64_t{1} << 63U;

constexpr uint64_t each_byte(uint8_t byte) { return byte * (~uint64_t{0} / 0xFFU); }

// The number whose eight digits, the first in the highest byte, are `digits`. All bytes at once: to
// values, none above 15, and back to text, which differs wherever it was none; `wrong` keeps that.
uint64_t eight_digits(uint64_t digits, uint64_t& wrong) {
  const uint64_t letters = digits >> 6U & each_byte(1);
  uint64_t value = (digits & each_byte(0x0F)) + 9 * letters;
  const uint64_t from_ten = (value + each_byte(6)) >> 4U & each_byte(1);
  wrong |= value & each_byte(0xF0);
  wrong |= digits ^ (value + each_byte('0') + from_ten * ('a' - '0' - 10));
  value = (value | value >> 4U) & 0x00FF00FF00FF00FFU;
  value = (value | value >> 8U) & 0x0000FFFF0000FFFFU;
  return (value | value >> 16U) & 0xFFFFFFFFU;
}

}  // namespace

bool parse_uuid(std::string_view text, duckdb_hugeint& out) {
  if (text.size() != kTextBytes) return false;
  const char* c = text.data();
  if (c[8] != '-' || c[13] != '-' || c[18] != '-' || c[23] != '-') return false;
  const auto four = [c](size_t at) {
    return uint64_t{big_endian<uint32_t>(std::string_view(c + at, 4))};
  };
  uint64_t wrong = 0;
  const uint64_t first = eight_digits(four(0) << 32U | four(4), wrong);
  const uint64_t second = eight_digits(four(9) << 32U | four(14), wrong);
  const uint64_t third = eight_digits(four(19) << 32U | four(24), wrong);
  const uint64_t fourth = eight_digits(four(28) << 32U | four(32), wrong);
  out.upper = static_cast<int64_t>((first << 32U | second) ^ kSignBit);
  out.lower = third << 32U | fourth;
  return wrong == 0;
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
