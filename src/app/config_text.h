#pragma once
// The flat form in which settings arrive, whatever they were written in: what a reader of a
// configuration format gives, and what the configuration takes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace potik::app {

// What the format says a value is. `untyped` is text from the environment or the command line.
enum class TextKind : uint8_t { untyped, text, integer, real, boolean, other };
[[nodiscard]] std::string_view phrase(TextKind kind);  // "a text", "a whole number", ...

struct SettingText {
  std::string name;   // dotted: "http.listen"
  std::string value;  // as text, without quotes
  TextKind kind = TextKind::untyped;
  uint32_t line = 0;  // in its file, from 1; 0: none
};

struct SettingTextError {
  std::string message;
  uint32_t line = 0;
};

// Reads a whole document; settings in the order of its lines.
using ReadSettings = Result<std::vector<SettingText>, SettingTextError> (*)(std::string_view text);

}  // namespace potik::app
