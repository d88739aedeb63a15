#pragma once
// A strict walk over indexed JSON text, token by token (RFC 8259; nesting at most kNestingMax;
// escaped surrogates only in pairs). Strings are views between their quotes, escapes still in them.
// Threads: plain value over borrowed memory. Errors: false means the text is not JSON, except where
// too_deep() tells that it nests too far. Cost: a few ns a token.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/text_arena.h"
#include "event/event.h"
#include "event/json_index.h"

namespace potik::event {

class JsonWalk {
 public:
  // Borrows both; `index` must have been built from `json` and not rebuilt since.
  JsonWalk(std::string_view json, const JsonIndex& index)
      : json_(json), next_(index.starts()), end_(index.starts() + index.size()) {}

  [[nodiscard]] std::string_view json() const { return json_; }
  // First byte of the token at hand, or '\0' behind the last.
  [[nodiscard]] char peek() const { return next_ == end_ ? '\0' : json_[*next_]; }
  [[nodiscard]] bool at_end() const { return next_ == end_; }
  // Steps over the token if it is this bracket, colon or comma.
  [[nodiscard]] bool take(char c) {
    if (peek() != c) return false;
    ++next_;
    return true;
  }
  // Steps over the string at hand and gives what stands between its quotes. False if it is no
  // string.
  [[nodiscard]] bool take_string(std::string_view& inside) {
    if (peek() != '"') return false;
    const size_t first = *next_ + 1;
    const size_t end = token_end();
    if (end < first + 1 || json_[end - 1] != '"') return false;
    inside = json_.substr(first, end - 1 - first);
    ++next_;
    return true;
  }
  // Steps over the token at hand, a scalar (number, true, false, null) or garbage, and gives its
  // text.
  [[nodiscard]] std::string_view take_scalar() {
    if (at_end()) return {};
    const std::string_view token = json_.substr(*next_, token_end() - *next_);
    ++next_;
    return token;
  }
  // Steps over a whole value, checking it, `depth` arrays and objects standing around it already.
  // Appends it without white space to `copy` if there is one.
  [[nodiscard]] bool take_value(std::string* copy, int depth);
  [[nodiscard]] bool too_deep() const { return too_deep_; }

 private:
  [[nodiscard]] bool take_members(std::string* copy, int depth);
  [[nodiscard]] bool take_elements(std::string* copy, int depth);
  // Where the token at hand ends, white space behind it left out.
  [[nodiscard]] size_t token_end() const {
    size_t end = next_[1];
    while (end > *next_ && is_space(json_[end - 1])) --end;
    return end;
  }
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

  std::string_view json_;
  const uint32_t* next_;
  const uint32_t* end_;
  bool too_deep_ = false;
};

// Whether the text between quotes has well-formed escapes.
[[nodiscard]] bool escapes_are_valid(std::string_view inside);
[[nodiscard]] inline bool has_escapes(std::string_view inside) {
  return inside.find('\\') != std::string_view::npos;
}
// What a string with escapes means, as a text in the arena; nothing if an escape is wrong.
[[nodiscard]] std::optional<std::string_view> unescape(std::string_view inside, TextArena& arena);

// The value of up to 18 digits without a leading zero, which nearly every number in an event is;
// nothing for any other spelling.
[[nodiscard]] inline std::optional<int64_t> plain_integer(std::string_view token) {
  if (token.empty() || token.size() > 18 || (token[0] == '0' && token.size() > 1))
    return std::nullopt;
  int64_t value = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}
[[nodiscard]] bool is_json_number(std::string_view token);
// The value of a JSON number without fraction: 5, -5, 5.0 and 5e0 alike, as JSON Schema counts
// integers. Nothing if it has a fraction or lies outside int64 (or, written with point or exponent,
// outside 2^53).
[[nodiscard]] std::optional<int64_t> json_integer(std::string_view number);
[[nodiscard]] bool has_fraction(std::string_view number);

}  // namespace potik::event
