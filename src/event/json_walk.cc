#include "event/json_walk.h"

#include <charconv>
#include <cmath>

namespace potik::event {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append(std::string* copy, std::string_view text) {
  if (copy != nullptr) copy->append(text);
}

// Steps over digits; false if there is none.
bool digits(std::string_view token, size_t& at) {
  const size_t first = at;
  while (at < token.size() && is_digit(token[at])) ++at;
  return at > first;
}

bool letter(std::string_view token, size_t& at, std::string_view choices) {
  if (at == token.size() || choices.find(token[at]) == std::string_view::npos) return false;
  ++at;
  return true;
}

}  // namespace

bool JsonWalk::take_value(std::string* copy, int depth) {
  if (depth > kNestingMax) {
    too_deep_ = true;
    return false;
  }
  const char first = peek();
  if (first == '{') return take_members(copy, depth);
  if (first == '[') return take_elements(copy, depth);
  const uint32_t* const start = next_;
  std::string_view inside;
  if (first == '"') {
    if (!take_string(inside) || !escapes_are_valid(inside)) return false;
    append(copy, json_.substr(*start, inside.size() + 2));
    return true;
  }
  const std::string_view token = take_scalar();
  append(copy, token);
  return token == "true" || token == "false" || token == "null" || is_json_number(token);
}

bool JsonWalk::take_members(std::string* copy, int depth) {
  append(copy, "{");
  ++next_;
  if (!take('}')) {
    do {
      if (peek() != '"' || !take_value(copy, depth) || !take(':')) return false;
      append(copy, ":");
      if (!take_value(copy, depth + 1)) return false;
      if (peek() == ',') append(copy, ",");
    } while (take(','));
    if (!take('}')) return false;
  }
  append(copy, "}");
  return true;
}

bool JsonWalk::take_elements(std::string* copy, int depth) {
  append(copy, "[");
  ++next_;
  if (!take(']')) {
    do {
      if (!take_value(copy, depth + 1)) return false;
      if (peek() == ',') append(copy, ",");
    } while (take(','));
    if (!take(']')) return false;
  }
  append(copy, "]");
  return true;
}

bool is_json_number(std::string_view token) {
  size_t at = 0;
  (void)letter(token, at, "-");
  if (!letter(token, at, "0") && !digits(token, at)) return false;
  if (letter(token, at, ".") && !digits(token, at)) return false;
  if (letter(token, at, "eE")) {
    (void)letter(token, at, "+-");
    if (!digits(token, at)) return false;
  }
  return at == token.size();
}

std::optional<int64_t> json_integer(std::string_view number) {
  const char* const end = number.data() + number.size();
  int64_t integer = 0;
  const auto [rest, error] = std::from_chars(number.data(), end, integer);
  if (error == std::errc() && rest == end) return integer;
  double real = 0;
  if (std::from_chars(number.data(), end, real).ec != std::errc()) return std::nullopt;
  constexpr double kExactMax = 0x1.0p53;
  if (std::trunc(real) != real || std::abs(real) > kExactMax) return std::nullopt;
  return static_cast<int64_t>(real);
}

bool has_fraction(std::string_view number) {
  double real = 0;
  (void)std::from_chars(number.data(), number.data() + number.size(), real);
  return std::trunc(real) != real;
}

}  // namespace potik::event
