// Escapes inside JSON strings: the rare path of json_walk.h.
#include "base/utf8.h"
#include "event/json_walk.h"

namespace potik::event {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The four digits of \uXXXX, whose backslash stands at `at`; steps behind them. Nothing if they are
// not there.
std::optional<uint32_t> take_unit(std::string_view inside, size_t& at) {
  if (inside.size() - at < 6 || inside[at] != '\\' || inside[at + 1] != 'u') return std::nullopt;
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_digit(inside[i]);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  at += 6;
  return unit;
}

// One \uXXXX, or two that form a surrogate pair.
std::optional<uint32_t> take_code_point(std::string_view inside, size_t& at) {
  const auto high = take_unit(inside, at);
  if (!high || *high < 0xd800 || *high > 0xdfff) return high;
  if (*high > 0xdbff) return std::nullopt;
  const auto low = take_unit(inside, at);
  if (!low || *low < 0xdc00 || *low > 0xdfff) return std::nullopt;
  return 0x10000U + ((*high - 0xd800U) << 10U) + (*low - 0xdc00U);
}

// The character that the escape at `at` stands for; steps behind it.
std::optional<uint32_t> take_escape(std::string_view inside, size_t& at) {
  if (inside.size() - at < 2) return std::nullopt;
  const char letter = inside[at + 1];
  if (letter == 'u') return take_code_point(inside, at);
  at += 2;
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return static_cast<uint32_t>(letter);
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return std::nullopt;
  }
}

}  // namespace

bool escapes_are_valid(std::string_view inside) {
  for (size_t at = inside.find('\\'); at != std::string_view::npos; at = inside.find('\\', at)) {
    if (!take_escape(inside, at)) return false;
  }
  return true;
}

std::optional<std::string_view> unescape(std::string_view inside, TextArena& arena) {
  char* const room = arena.take(inside.size());  // the meaning is never longer than its spelling
  char* out = room;
  for (size_t at = 0; at < inside.size();) {
    if (inside[at] != '\\') {
      *out++ = inside[at++];
      continue;
    }
    const auto point = take_escape(inside, at);
    if (!point) return std::nullopt;
    out += write_utf8(out, *point);
  }
  const auto bytes = static_cast<size_t>(out - room);
  arena.trim(inside.size() - bytes);
  return std::string_view(room, bytes);
}

}  // namespace potik::event
