#include "base/key_group.h"

#include <bit>
#include <limits>

namespace potik {
namespace {

// Decodes one code point at `at`, advancing it; an invalid byte stands for itself.
uint32_t next_code_point(std::string_view text, size_t& at) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const auto continues = [&](size_t i) { return i < text.size() && (byte(i) & 0xc0U) == 0x80U; };
  const uint32_t first = byte(at);
  if (first >= 0xc2 && first < 0xe0 && continues(at + 1)) {
    const uint32_t point = ((first & 0x1fU) << 6U) | (byte(at + 1) & 0x3fU);
    at += 2;
    return point;
  }
  if (first >= 0xe0 && first < 0xf0 && continues(at + 1) && continues(at + 2)) {
    const uint32_t point =
        ((first & 0x0fU) << 12U) | ((byte(at + 1) & 0x3fU) << 6U) | (byte(at + 2) & 0x3fU);
    at += 3;
    return point;
  }
  if (first >= 0xf0 && first < 0xf5 && continues(at + 1) && continues(at + 2) &&
      continues(at + 3)) {
    const uint32_t point = ((first & 0x07U) << 18U) | ((byte(at + 1) & 0x3fU) << 12U) |
                           ((byte(at + 2) & 0x3fU) << 6U) | (byte(at + 3) & 0x3fU);
    at += 4;
    return point;
  }
  ++at;
  return first;
}

}  // namespace

int32_t java_string_hash(std::string_view utf8) {
  uint32_t hash = 0;
  for (size_t at = 0; at < utf8.size();) {
    const uint32_t point = next_code_point(utf8, at);
    if (point < 0x10000) {
      hash = hash * 31 + point;
    } else {
      hash = hash * 31 + (0xd800U + ((point - 0x10000U) >> 10U));
      hash = hash * 31 + (0xdc00U + ((point - 0x10000U) & 0x3ffU));
    }
  }
  return static_cast<int32_t>(hash);
}

int32_t flink_murmur(int32_t code) {
  uint32_t hash = static_cast<uint32_t>(code);
  hash *= 0xcc9e2d51U;
  hash = std::rotl(hash, 15);
  hash *= 0x1b873593U;
  hash = std::rotl(hash, 13);
  hash = hash * 5 + 0xe6546b64U;
  hash ^= 4U;
  hash ^= hash >> 16U;
  hash *= 0x85ebca6bU;
  hash ^= hash >> 13U;
  hash *= 0xc2b2ae35U;
  hash ^= hash >> 16U;
  const auto mixed = static_cast<int32_t>(hash);
  if (mixed >= 0) return mixed;
  return mixed == std::numeric_limits<int32_t>::min() ? 0 : -mixed;
}

KeyGroup key_group_of(std::string_view key) {
  return KeyGroup(static_cast<uint16_t>(flink_murmur(java_string_hash(key)) % kKeyGroups));
}

}  // namespace potik
