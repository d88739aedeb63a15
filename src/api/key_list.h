#pragma once
// The operators' keys: who holds one may do what its role says. The file holds none of them, only
// what they hash to:
//
//   # role  name       hash of the key
//   ingest  shop-site  sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
//
// Plain SHA-256 is right here, where it would be wrong for passwords: a key is 256 random bits, so
// that there is nothing to guess and nothing for a slow hash to slow down.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/crypto.h"
#include "api/route_table.h"
#include "base/result.h"

namespace potik::api {

enum class KeyRole : uint8_t { ingest, read, admin };
[[nodiscard]] std::string_view name(KeyRole role);
[[nodiscard]] std::optional<KeyRole> key_role_named(std::string_view name);
// Whether a key of this role opens routes of this class.
[[nodiscard]] bool opens(KeyRole role, RouteAccess access);

struct Key {
  KeyRole role{};
  std::string name;  // 1 to 64 of a-z A-Z 0-9 . _ -
  Bytes32 hash{};
};

// "pk-" and 64 hexadecimal digits.
[[nodiscard]] std::string new_key(const Crypto& crypto);
[[nodiscard]] bool is_key_name(std::string_view name);
// The key's line in the file, with its end.
[[nodiscard]] std::string key_line(KeyRole role, std::string_view name, std::string_view key,
                                   const Crypto& crypto);

// Immutable; any thread.
class KeyList {
 public:
  KeyList() = default;
  // The error says which line, and what it should be. '#' begins a comment, empty lines are left
  // out. Names and hashes stand once.
  [[nodiscard]] static Result<KeyList, std::string> parse(std::string_view text);

  [[nodiscard]] bool empty() const { return keys_.empty(); }
  [[nodiscard]] const std::vector<Key>& keys() const { return keys_; }
  // Null if nobody has this key. Compares with every key of the list, each in constant time, so
  // that neither the answer's time nor its place tells anything.
  [[nodiscard]] const Key* find(std::string_view key, const Crypto& crypto) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace potik::api
