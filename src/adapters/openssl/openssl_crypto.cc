#include "adapters/openssl/openssl_crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <cstdio>
#include <cstdlib>

namespace potik::openssl {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// No memory, or a library that is not fit for use: bytes from here would open doors.
void require(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "potik: OpenSSL failed at %s; the process ends\n", what);
  std::abort();
}

}  // namespace

api::Bytes32 OpenSslCrypto::sha256(std::string_view text) const {
  api::Bytes32 hash{};
  require(::SHA256(bytes_of(text), text.size(), hash.data()) != nullptr, "SHA-256");
  return hash;
}

api::Bytes32 OpenSslCrypto::hmac_sha256(std::string_view secret, std::string_view text) const {
  api::Bytes32 code{};
  unsigned int size = 0;
  const auto* const done = ::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                                  bytes_of(text), text.size(), code.data(), &size);
  require(done != nullptr && size == code.size(), "HMAC-SHA256");
  return code;
}

bool OpenSslCrypto::equal(const api::Bytes32& a, const api::Bytes32& b) const {
  return ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void OpenSslCrypto::random(std::span<uint8_t> out) const {
  require(::RAND_bytes(out.data(), static_cast<int>(out.size())) == 1, "random bytes");
}

}  // namespace potik::openssl
