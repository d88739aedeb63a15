#include "api/key_list.h"

#include <algorithm>
#include <array>

namespace potik::api {
namespace {

constexpr std::string_view kSpace = " \t\r";
constexpr std::string_view kHashPrefix = "sha256:";
constexpr std::string_view kKeyPrefix = "pk-";
constexpr size_t kNameMax = 64;
constexpr std::array<std::string_view, 3> kRoleNames{"ingest", "read", "admin"};

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kSpace));
  line.remove_prefix(word.size());
  return word;
}

// Empty, or what is wrong with the line.
std::string read_line(std::string_view line, Key& key) {
  const auto role = key_role_named(take_word(line));
  if (!role) return "begins with no role: ingest, read or admin";
  key.role = *role;
  key.name = take_word(line);
  if (!is_key_name(key.name)) return "has no name of letters, digits, '.', '_' and '-' (1 to 64)";
  std::string_view hash = take_word(line);
  if (!hash.starts_with(kHashPrefix)) return "has no sha256:... of the key";
  hash.remove_prefix(kHashPrefix.size());
  if (!from_hex(hash, key.hash)) return "has no 64 lower-case hexadecimal digits after sha256:";
  if (!take_word(line).empty()) return "has more than role, name and hash";
  return {};
}

}  // namespace

std::string_view name(KeyRole role) { return kRoleNames[static_cast<size_t>(role)]; }

std::optional<KeyRole> key_role_named(std::string_view name) {
  const auto* const found = std::ranges::find(kRoleNames, name);
  if (found == kRoleNames.end()) return std::nullopt;
  return static_cast<KeyRole>(found - kRoleNames.begin());
}

bool opens(KeyRole role, RouteAccess access) {
  if (access == RouteAccess::everyone || role == KeyRole::admin) return true;
  if (role == KeyRole::ingest)
    return access == RouteAccess::ingest || access == RouteAccess::own_events;
  return access == RouteAccess::read || access == RouteAccess::own_user;
}

std::string new_key(const Crypto& crypto) {
  Bytes32 bytes{};
  crypto.random(bytes);
  return std::string(kKeyPrefix) + to_hex(bytes);
}

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kNameMax) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string key_line(KeyRole role, std::string_view key_name, std::string_view key,
                     const Crypto& crypto) {
  return std::string(name(role)) + " " + std::string(key_name) + " " + std::string(kHashPrefix) +
         to_hex(crypto.sha256(key)) + "\n";
}

Result<KeyList, std::string> KeyList::parse(std::string_view text) {
  KeyList list;
  for (size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(kSpace) == std::string_view::npos) continue;
    Key key;
    std::string wrong = read_line(line, key);
    for (const Key& other : list.keys_) {
      if (!wrong.empty()) break;
      if (other.name == key.name) wrong = "has the name of a line above";
      if (other.hash == key.hash) wrong = "has the key of a line above";
    }
    if (!wrong.empty()) {
      return Error{"line " + std::to_string(number) + " " + wrong +
                   ". A line is ROLE NAME sha256:HASH, as potik key create prints it."};
    }
    list.keys_.push_back(std::move(key));
  }
  return list;
}

const Key* KeyList::find(std::string_view key, const Crypto& crypto) const {
  const Bytes32 hash = crypto.sha256(key);
  const Key* found = nullptr;
  for (const Key& each : keys_) {
    if (crypto.equal(each.hash, hash)) found = &each;
  }
  return found;
}

}  // namespace potik::api
