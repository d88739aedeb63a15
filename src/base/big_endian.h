#pragma once
// Numbers inside keys: big-endian, so that the byte order of keys is the order of numbers. Threads:
// plain functions.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace potik {

inline void append_big_endian(std::string& key, std::unsigned_integral auto number) {
  for (size_t byte = sizeof(number); byte-- > 0;)
    key += static_cast<char>((number >> (8 * byte)) & 0xffU);
}

// The number that `bytes` begins with; what is missing counts as zero.
template <std::unsigned_integral T>
[[nodiscard]] T big_endian(std::string_view bytes) {
  uint64_t number = 0;
  for (size_t byte = 0; byte < sizeof(T); ++byte) {
    number = number << 8U | (byte < bytes.size() ? static_cast<uint8_t>(bytes[byte]) : 0U);
  }
  return static_cast<T>(number);
}

}  // namespace potik
