#include "api/test_access.h"

#include <cstdio>
#include <cstdlib>

#include "base/hash.h"

namespace potik::api {
namespace {

KeyList list_of(std::string_view key_lines) {
  auto list = KeyList::parse(key_lines);
  if (!list) {
    std::fprintf(stderr, "%s\n", list.error().c_str());
    std::abort();
  }
  return std::move(list).value();
}

}  // namespace

Bytes32 CryptoForTests::sha256(std::string_view text) const {
  Bytes32 bytes{};
  for (size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<uint8_t>(hash64(text, i / 8) >> (i % 8 * 8));
  return bytes;
}

Bytes32 CryptoForTests::hmac_sha256(std::string_view secret, std::string_view text) const {
  return sha256(std::string(secret).append("\n").append(text));
}

bool CryptoForTests::equal(const Bytes32& a, const Bytes32& b) const {
  compared.fetch_add(1);
  return a == b;
}

void CryptoForTests::random(std::span<uint8_t> out) const {
  for (uint8_t& byte : out) byte = static_cast<uint8_t>(mix64(drawn_.fetch_add(1)));
}

AccessForTests::AccessForTests(const AccessOptions& options, std::string_view key_lines)
    : control(options, {crypto, clock, [this] { return steady_ms.load(); }, list_of(key_lines),
                        "a secret of the tests"}) {}

std::shared_ptr<const AccessControl> access_for_tests() { return access_for_tests({}, {}); }

std::shared_ptr<const AccessControl> access_for_tests(const AccessOptions& options,
                                                      std::string_view key_lines) {
  const auto owner = std::make_shared<AccessForTests>(options, key_lines);
  return {owner, &owner->control};
}

}  // namespace potik::api
