#include "adapters/openssl/openssl_crypto.h"

#include <gtest/gtest.h>

#include <set>

namespace potik::openssl {
namespace {

// FIPS 180-4's own example, and the empty text.
TEST(OpenSslCrypto, HashesAsTheStandardSays) {
  const OpenSslCrypto crypto;
  EXPECT_EQ(api::to_hex(crypto.sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(api::to_hex(crypto.sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test cases 2 and 6: a short secret, and one longer than a block.
TEST(OpenSslCrypto, SignsAsRfc4231Says) {
  const OpenSslCrypto crypto;
  EXPECT_EQ(api::to_hex(crypto.hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      api::to_hex(crypto.hmac_sha256(std::string(131, '\xaa'),
                                     "Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(OpenSslCrypto, TellsEqualBytesFromThoseThatDifferInOneBit) {
  const OpenSslCrypto crypto;
  const api::Bytes32 one = crypto.sha256("a");
  EXPECT_TRUE(crypto.equal(one, crypto.sha256("a")));
  for (size_t bit = 0; bit < 256; ++bit) {
    api::Bytes32 other = one;
    other[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(crypto.equal(one, other)) << bit;
  }
}

TEST(OpenSslCrypto, NeverDrawsTheSameTwice) {
  const OpenSslCrypto crypto;
  std::set<std::string> drawn;
  for (int i = 0; i < 1000; ++i) {
    api::Bytes32 bytes{};
    crypto.random(bytes);
    EXPECT_TRUE(drawn.insert(api::to_hex(bytes)).second);
  }
}

}  // namespace
}  // namespace potik::openssl
