#include "base/hash.h"

#include <xxhash.h>

#include <array>
#include <cstdio>

namespace potik {

uint64_t hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string Digest::hex() const {
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx", static_cast<unsigned long long>(high),
                static_cast<unsigned long long>(low));
  return std::string(text.data(), 32);
}

Digest digest128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return Digest{hash.high64, hash.low64};
}

Digest combine(Digest left, Digest right) {
  const std::array<uint64_t, 4> parts{left.high, left.low, right.high, right.low};
  return digest128({reinterpret_cast<const char*>(parts.data()), sizeof(parts)});
}

}  // namespace potik
