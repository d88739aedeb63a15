#pragma once
// The Crypto port by OpenSSL's libcrypto.

#include "api/crypto.h"

namespace potik::openssl {

// Thread-safe, without state.
class OpenSslCrypto final : public api::Crypto {
 public:
  [[nodiscard]] api::Bytes32 sha256(std::string_view text) const override;
  [[nodiscard]] api::Bytes32 hmac_sha256(std::string_view secret,
                                         std::string_view text) const override;
  [[nodiscard]] bool equal(const api::Bytes32& a, const api::Bytes32& b) const override;
  void random(std::span<uint8_t> out) const override;
};

}  // namespace potik::openssl
