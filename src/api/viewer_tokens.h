#pragma once
// Tokens of viewers: what lets a page read and write one viewer and no other. A token says whose it
// is and until when, and is signed; the server keeps none of them.
//
//   v1.<user id in hexadecimal>.<expiry, Unix seconds>.<HMAC-SHA256 of what stands before, in hex>
//
// There is one algorithm, which no token can choose, and one text for each token.

#include <cstdint>
#include <string>
#include <string_view>

#include "api/crypto.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::api {

enum class TokenError : uint8_t {
  forged,   // not signed with this server's secret, or no token at all
  expired,  // it was one
};

// Any thread; `crypto` outlives it.
class ViewerTokens {
 public:
  // `secret`: 32 unpredictable bytes or more, the same on every server that takes these tokens.
  ViewerTokens(const Crypto& crypto, std::string secret, int64_t lifetime_s)
      : crypto_(crypto), secret_(std::move(secret)), lifetime_s_(lifetime_s) {}

  struct Issued {
    std::string token;
    TimeMs expires_at{};
  };
  [[nodiscard]] Issued issue(std::string_view user_id, TimeMs now) const;
  // Whose token it is. About 1 us.
  [[nodiscard]] Result<std::string, TokenError> user_of(std::string_view token, TimeMs now) const;
  // Whether it means to be one: keys look different.
  [[nodiscard]] static bool looks_like_one(std::string_view text) {
    return text.starts_with("v1.");
  }

 private:
  [[nodiscard]] Bytes32 signature(std::string_view signed_part) const;

  const Crypto& crypto_;
  const std::string secret_;
  const int64_t lifetime_s_;
};

}  // namespace potik::api
