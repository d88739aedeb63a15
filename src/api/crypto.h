#pragma once
// The port for what keys and tokens are made of. Behind it is a library that is kept for the
// purpose (adapters/openssl): none of this is written by hand.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace potik::api {

using Bytes32 = std::array<uint8_t, 32>;

// Thread-safe; does not block. None of it can fail: an implementation that cannot answer ends the
// process rather than give bytes that anybody could guess.
class Crypto {
 public:
  virtual ~Crypto() = default;
  // FIPS 180-4. About 0.3 us for 64 bytes.
  [[nodiscard]] virtual Bytes32 sha256(std::string_view text) const = 0;
  // RFC 2104 with SHA-256. About 1 us for 64 bytes.
  [[nodiscard]] virtual Bytes32 hmac_sha256(std::string_view secret,
                                            std::string_view text) const = 0;
  // In a time that does not depend on the bytes.
  [[nodiscard]] virtual bool equal(const Bytes32& a, const Bytes32& b) const = 0;
  // Unpredictable bytes, fit for keys.
  virtual void random(std::span<uint8_t> out) const = 0;
};

// Lower-case digits, two a byte.
[[nodiscard]] std::string to_hex(std::span<const uint8_t> bytes);
// False for anything but lower-case digits of exactly out.size() bytes: one text for each value.
[[nodiscard]] bool from_hex(std::string_view text, std::span<uint8_t> out);

}  // namespace potik::api
