#pragma once
// The table of all options: each is declared once, here, with its name, range, unit and the reason
// of its default. Reading, checking, printing and the defaults file all follow from it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config.h"

namespace potik::app {

// Where an option's value lives in a Config. A list is written as one text, its words apart by
// spaces.
using Target = std::variant<std::string*, bool*, uint16_t*, uint32_t*, uint64_t*, int32_t*,
                            int64_t*, double*, float*, std::vector<std::string>*>;

struct Option {
  std::string_view name;  // "http.threads": the part before the first dot is its section
  Target (*target)(Config&);
  double least = 0;  // of a number, inclusive
  double most = 0;
  std::string_view unit;  // "ms", "bytes", "videos", ...; empty for texts and switches
  std::string_view why;   // what it does and why its default, one or two sentences
};

// In the order of the defaults file: by section.
[[nodiscard]] std::span<const Option> options();
// Null if there is none of this name.
[[nodiscard]] const Option* find_option(std::string_view name);
// The known name with the smallest edit distance, for an error's hint.
[[nodiscard]] std::string_view nearest_option(std::string_view name);
// Levenshtein 1966.
[[nodiscard]] size_t edit_distance(std::string_view a, std::string_view b);
// "http.listen" -> "POTIK_HTTP_LISTEN".
[[nodiscard]] std::string environment_name(const Option& option);

// Control characters as TOML escapes them: what people wrote may hold a line's end.
[[nodiscard]] std::string on_one_line(std::string_view text);
// The value as the defaults file writes it: texts quoted, numbers plain.
[[nodiscard]] std::string value_text(const Option& option, const Config& config);
// "a whole number from 1 to 64 (threads)"
[[nodiscard]] std::string allowed_text(const Option& option);

// The commented defaults file, deploy/potik.toml.
[[nodiscard]] std::string defaults_file();

}  // namespace potik::app
