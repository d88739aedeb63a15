#include "adapters/toml/read_settings.h"

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace potik::adapters::toml {

namespace {

template <class T>
std::string number_text(T value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, end};
}

app::SettingText setting_of(std::string name, const ::toml::node& node) {
  app::SettingText setting{std::move(name), {}, app::TextKind::other, node.source().begin.line};
  if (const auto* text = node.as_string()) {
    setting.value = text->get();
    setting.kind = app::TextKind::text;
  } else if (const auto* integer = node.as_integer()) {
    setting.value = number_text(integer->get());
    setting.kind = app::TextKind::integer;
  } else if (const auto* real = node.as_floating_point()) {
    setting.value = number_text(real->get());
    setting.kind = app::TextKind::real;
  } else if (const auto* boolean = node.as_boolean()) {
    setting.value = boolean->get() ? "true" : "false";
    setting.kind = app::TextKind::boolean;
  }
  return setting;
}

// The library begins each of its sentences alike.
std::string without_start(std::string_view words) {
  constexpr std::string_view kStart = "Error ";
  if (words.starts_with(kStart)) words.remove_prefix(kStart.size());
  return std::string(words);
}

void flatten(const ::toml::table& table, const std::string& prefix,
             std::vector<app::SettingText>& out) {
  for (const auto& [key, node] : table) {
    std::string name = prefix + std::string(key.str());
    if (const auto* inner = node.as_table()) {
      flatten(*inner, name + ".", out);
    } else {
      out.push_back(setting_of(std::move(name), node));
    }
  }
}

}  // namespace

Result<std::vector<app::SettingText>, app::SettingTextError> read_settings(std::string_view text) {
  const ::toml::parse_result parsed = ::toml::parse(text);
  if (!parsed) {
    const ::toml::parse_error& error = parsed.error();
    return Error{app::SettingTextError{
        "not valid TOML: " + without_start(error.description()) + ".", error.source().begin.line}};
  }
  std::vector<app::SettingText> settings;
  flatten(parsed.table(), "", settings);
  std::ranges::stable_sort(settings, {}, &app::SettingText::line);
  return settings;
}

}  // namespace potik::adapters::toml
