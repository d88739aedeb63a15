#include "app/terminal_text.h"

#include <cstdint>

namespace potik::app {
namespace {

// U+0080 to U+009F are two bytes each, of which the second is their number.
bool is_c1(std::string_view text, size_t at) {
  return at + 1 < text.size() && static_cast<uint8_t>(text[at]) == 0xc2U &&
         static_cast<uint8_t>(text[at + 1]) < 0xa0U;
}

void append_escaped(std::string& out, uint8_t code) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += "\\x";
  out += kDigits[code >> 4U];
  out += kDigits[code & 15U];
}

}  // namespace

std::string harmless(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<uint8_t>(text[i]);
    if (is_c1(text, i)) {
      append_escaped(out, static_cast<uint8_t>(text[++i]));
    } else if (byte < 0x20U || byte == 0x7fU) {
      append_escaped(out, byte);
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace potik::app
