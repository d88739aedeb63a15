#pragma once
// Hashes. hash64 and Digest are XXH3 (stable across versions and machines by the library's
// promise), so they may be stored. Threads: pure functions. Cost: hash64 of a 20-byte id takes
// about 2 ns.

#include <cstdint>
#include <string>
#include <string_view>

namespace potik {

[[nodiscard]] uint64_t hash64(std::string_view bytes, uint64_t seed = 0);

// Mixes one integer; the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
[[nodiscard]] constexpr uint64_t mix64(uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

// A 128-bit digest of a byte sequence, for comparing outputs and states between runs.
struct Digest {
  uint64_t high = 0;
  uint64_t low = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
  [[nodiscard]] std::string hex() const;  // 32 lower-case digits
};
[[nodiscard]] Digest digest128(std::string_view bytes);
// Digest of (left, right) in this order: chains parts into a whole.
[[nodiscard]] Digest combine(Digest left, Digest right);

}  // namespace potik
