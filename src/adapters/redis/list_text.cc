#include "adapters/redis/list_text.h"

#include <algorithm>

namespace potik::redis {
namespace {

constexpr size_t kDigits = 20;

void append_padded(std::string& out, uint64_t number) {
  const std::string digits = std::to_string(number);
  out.append(kDigits - digits.size(), '0').append(digits);
}

}  // namespace

std::string key_of(const std::string& prefix, std::string_view user_id) {
  return (prefix + "list:").append(user_id);
}

std::string channel_of(const std::string& prefix) { return prefix + "changes"; }

std::string version_of(const cache::Receipt& receipt) {
  std::string version;
  version.reserve(2 * kDigits);
  const bool own = receipt.epoch != Epoch(0);
  append_padded(version,
                own ? static_cast<uint64_t>(std::max<int64_t>(receipt.computed_at.value(), 0)) : 0);
  append_padded(version, receipt.epoch.value());
  return version;
}

std::string_view word(PutMode mode) {
  switch (mode) {
    case PutMode::newest:
      return "newest";
    case PutMode::replace:
      return "replace";
    case PutMode::fill:
      return "fill";
  }
  return "newest";
}

}  // namespace potik::redis
