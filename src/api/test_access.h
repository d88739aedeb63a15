#pragma once
// Access control for tests: quick stand-ins for the cryptography (anybody could forge them), and
// clocks that stand where they are set.

#include <atomic>
#include <memory>

#include "api/access_control.h"
#include "base/manual_clock.h"

namespace potik::api {

// Same text, same bytes; nothing else is promised.
class CryptoForTests final : public Crypto {
 public:
  [[nodiscard]] Bytes32 sha256(std::string_view text) const override;
  [[nodiscard]] Bytes32 hmac_sha256(std::string_view secret, std::string_view text) const override;
  [[nodiscard]] bool equal(const Bytes32& a, const Bytes32& b) const override;
  void random(std::span<uint8_t> out) const override;

  mutable std::atomic<uint64_t> compared{0};

 private:
  mutable std::atomic<uint64_t> drawn_{0};
};

// Owns what an AccessControl needs.
struct AccessForTests {
  explicit AccessForTests(const AccessOptions& options, std::string_view key_lines = {});

  CryptoForTests crypto;
  ManualClock clock{TimeMs(1'800'000'000'000)};
  std::atomic<int64_t> steady_ms{0};
  AccessControl control;
};

// Open to all, on the loopback: no keys, no tokens.
[[nodiscard]] std::shared_ptr<const AccessControl> access_for_tests();
// With these options and keys.
[[nodiscard]] std::shared_ptr<const AccessControl> access_for_tests(const AccessOptions& options,
                                                                    std::string_view key_lines);

}  // namespace potik::api
