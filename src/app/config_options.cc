#include "app/config_options.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>
#include <type_traits>
#include <vector>

namespace potik::app {

namespace {

template <class T>
std::string number_text(T value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  std::string text(buffer, end);
  // TOML tells reals from whole numbers by their look.
  if (std::is_floating_point_v<T> && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// A basic string of TOML.
std::string quoted(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return "\"" + on_one_line(escaped) + "\"";
}

// Bounds are kept as doubles; whole ones are shown as such.
std::string bound_text(double bound) {
  const bool whole = bound == static_cast<double>(static_cast<int64_t>(bound));
  return whole ? number_text(static_cast<int64_t>(bound)) : number_text(bound);
}

void append_wrapped(std::string& out, std::string_view text) {
  constexpr size_t kColumns = 100;
  std::string line = "#";
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    if (line.size() + 1 + space > kColumns) {
      out += line + "\n";
      line.resize(1);
    }
    line += ' ';
    line += text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  out += line + "\n";
}

}  // namespace

std::string on_one_line(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      out += c;
      continue;
    }
    out.append("\\u00") += kHex[byte >> 4U];
    out += kHex[byte & 15U];
  }
  return out;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

const Option* find_option(std::string_view name) {
  const auto all = options();
  const auto found = std::ranges::find(all, name, &Option::name);
  return found == all.end() ? nullptr : &*found;
}

std::string_view nearest_option(std::string_view name) {
  return std::ranges::min_element(
             options(), {},
             [name](const Option& option) { return edit_distance(name, option.name); })
      ->name;
}

std::string environment_name(const Option& option) {
  std::string name = "POTIK_";
  for (const char c : option.name) {
    name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

std::string value_text(const Option& option, const Config& config) {
  // The target is only read; the table yields pointers to mutable fields for the other direction.
  const Target target = option.target(const_cast<Config&>(config));
  return std::visit(
      [](auto* field) -> std::string {
        using T = std::remove_pointer_t<decltype(field)>;
        if constexpr (std::is_same_v<T, std::string>) {
          return quoted(*field);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          std::string words;
          for (const std::string& word : *field)
            words.append(words.empty() ? "" : " ").append(word);
          return quoted(words);
        } else if constexpr (std::is_same_v<T, bool>) {
          return *field ? "true" : "false";
        } else {
          return number_text(*field);
        }
      },
      target);
}

std::string allowed_text(const Option& option) {
  Config config;
  const Target target = option.target(config);
  if (std::holds_alternative<std::string*>(target)) return "a text";
  if (std::holds_alternative<std::vector<std::string>*>(target))
    return "a text of words apart by spaces";
  if (std::holds_alternative<bool*>(target)) return "true or false";
  const bool real =
      std::holds_alternative<double*>(target) || std::holds_alternative<float*>(target);
  std::string text = real ? "a number from " : "a whole number from ";
  text += bound_text(option.least) + " to " + bound_text(option.most);
  if (!option.unit.empty()) text.append(" (").append(option.unit).append(")");
  return text;
}

std::string defaults_file() {
  const Config defaults;
  std::string out =
      "# Every option of Potik with its default. A file of your own needs only the lines that "
      "differ.\n"
      "# Each can also be given in the environment (http.listen as POTIK_HTTP_LISTEN) or on the "
      "command\n"
      "# line (--set http.listen=...), which win over the file in this order. `potik config` shows "
      "what\n"
      "# is in force, and where it came from.\n";
  std::string_view section;
  for (const Option& option : options()) {
    const size_t dot = option.name.find('.');
    const bool top = dot == std::string_view::npos;
    const std::string_view own = top ? std::string_view{} : option.name.substr(0, dot);
    if (own != section) {
      section = own;
      out.append("\n[").append(section).append("]\n");
    } else {
      out += "\n";
    }
    append_wrapped(out, option.why);
    append_wrapped(out, std::string("Allowed: ").append(allowed_text(option)).append("."));
    out += std::string(top ? option.name : option.name.substr(dot + 1)) + " = " +
           value_text(option, defaults) + "\n";
  }
  return out;
}

}  // namespace potik::app
