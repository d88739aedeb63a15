#include "api/viewer_tokens.h"

#include <charconv>

#include "event/event.h"

namespace potik::api {
namespace {

// What the secret signs is a token of a viewer, and nothing else it may be used for some day.
constexpr std::string_view kPurpose = "potik viewer token\n";

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

Bytes32 ViewerTokens::signature(std::string_view signed_part) const {
  return crypto_.hmac_sha256(secret_, std::string(kPurpose).append(signed_part));
}

ViewerTokens::Issued ViewerTokens::issue(std::string_view user_id, TimeMs now) const {
  const int64_t expiry_s = now.value() / 1000 + lifetime_s_;
  std::string token = "v1." + to_hex(bytes_of(user_id)) + "." + std::to_string(expiry_s);
  const Bytes32 signed_by = signature(token);
  token.append(".").append(to_hex(signed_by));
  return {std::move(token), TimeMs(expiry_s * 1000)};
}

Result<std::string, TokenError> ViewerTokens::user_of(std::string_view token, TimeMs now) const {
  const size_t last = token.rfind('.');
  Bytes32 signed_by{};
  if (!looks_like_one(token) || last < 3 || !from_hex(token.substr(last + 1), signed_by))
    return Error{TokenError::forged};
  const std::string_view signed_part = token.substr(0, last);
  if (!crypto_.equal(signature(signed_part), signed_by)) return Error{TokenError::forged};
  // From here on it is what issue() wrote, with this secret.
  const size_t middle = signed_part.find('.', 3);
  if (middle == std::string_view::npos) return Error{TokenError::forged};
  const std::string_view user_hex = signed_part.substr(3, middle - 3);
  const std::string_view expiry = signed_part.substr(middle + 1);
  int64_t expiry_s = 0;
  const auto read = std::from_chars(expiry.data(), expiry.data() + expiry.size(), expiry_s);
  std::string user(user_hex.size() / 2, '\0');
  const bool whole = read.ec == std::errc() && read.ptr == expiry.data() + expiry.size() &&
                     !user.empty() && user.size() <= event::kIdBytesMax &&
                     from_hex(user_hex, {reinterpret_cast<uint8_t*>(user.data()), user.size()});
  if (!whole) return Error{TokenError::forged};
  if (now.value() / 1000 >= expiry_s) return Error{TokenError::expired};
  return user;
}

}  // namespace potik::api
