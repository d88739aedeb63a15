#include "app/config_load.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <sstream>
#include <type_traits>

#include "app/config_options.h"

namespace potik::app {

namespace {

// Variables of this prefix that say something else than an option.
constexpr std::string_view kOtherVariables[] = {
    "POTIK_CONFIG", "POTIK_KUAIRAND_DIR", "POTIK_KAFKA_DIR", "POTIK_KAFKA_HEAP_MB", "POTIK_KEY"};
constexpr std::string_view kPrefix = "POTIK_";

template <class T>
std::optional<T> parsed(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  return out.append(text).append("\"");
}

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream stream{std::string(text)};
  return {std::istream_iterator<std::string>(stream), {}};
}

bool kind_fits(TextKind kind, const Target& target) {
  if (kind == TextKind::untyped) return true;
  const bool words = std::holds_alternative<std::vector<std::string>*>(target);
  if (words || std::holds_alternative<std::string*>(target)) return kind == TextKind::text;
  if (std::holds_alternative<bool*>(target)) return kind == TextKind::boolean;
  if (std::holds_alternative<double*>(target) || std::holds_alternative<float*>(target)) {
    return kind == TextKind::real || kind == TextKind::integer;
  }
  return kind == TextKind::integer;
}

// Sets the field if `text` is a value of its type within the option's range.
bool assign(const Option& option, const Target& target, std::string_view text) {
  return std::visit(
      [&](auto* field) {
        using T = std::remove_pointer_t<decltype(field)>;
        if constexpr (std::is_same_v<T, std::string>) {
          *field = text;
          return true;
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          *field = words_of(text);
          return true;
        } else if constexpr (std::is_same_v<T, bool>) {
          *field = text == "true";
          return text == "true" || text == "false";
        } else {
          const std::optional<T> value = parsed<T>(text);
          if (!value || !std::isfinite(static_cast<double>(*value))) return false;
          const auto number = static_cast<double>(*value);
          // A float's own rounding must not push a bound out of its range.
          const auto least = static_cast<double>(static_cast<T>(option.least));
          const auto most = option.most >= static_cast<double>(std::numeric_limits<T>::max())
                                ? option.most
                                : static_cast<double>(static_cast<T>(option.most));
          if (number < least || number > most) return false;
          *field = *value;
          return true;
        }
      },
      target);
}

class Resolver {
 public:
  Resolver() { loaded_.origins.assign(options().size(), "default"); }

  void apply(const SettingText& setting, const Option* option, const std::string& where) {
    const std::string place = where + ": ";
    if (option == nullptr) {
      errors_.push_back(place + "there is no option \"" + setting.name + "\"; did you mean \"" +
                        suggestion(setting.name) + "\"?");
      return;
    }
    const Target target = option->target(loaded_.config);
    if (!kind_fits(setting.kind, target) || !assign(*option, target, setting.value)) {
      const bool wrong_kind = !kind_fits(setting.kind, target);
      const std::string given =
          wrong_kind ? std::string(phrase(setting.kind)) : quoted(setting.value);
      errors_.push_back(place + std::string(option->name) + " takes " + allowed_text(*option) +
                        ", not " + given + ".");
      return;
    }
    loaded_.origins[static_cast<size_t>(option - options().data())] = where;
  }

  Result<LoadedConfig, ConfigErrors> finish() && {
    loaded_.config.derive();
    if (errors_.empty()) errors_ = contradictions(loaded_.config);
    // Names and values in them are as they were written.
    for (std::string& error : errors_) error = on_one_line(error);
    if (!errors_.empty()) return Error{std::move(errors_)};
    return std::move(loaded_);
  }

 private:
  static std::string suggestion(const std::string& name) {
    if (!name.starts_with(kPrefix)) return std::string(nearest_option(name));
    // Compared as an option's name would be written.
    std::string dotted = name.substr(kPrefix.size());
    std::ranges::transform(dotted, dotted.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (const size_t first = dotted.find('_'); first != std::string::npos) dotted[first] = '.';
    return environment_name(*find_option(nearest_option(dotted)));
  }

  LoadedConfig loaded_;
  ConfigErrors errors_;
};

const Option* option_of_variable(std::string_view variable) {
  const auto all = options();
  const auto found = std::ranges::find_if(
      all, [variable](const Option& option) { return environment_name(option) == variable; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view phrase(TextKind kind) {
  switch (kind) {
    case TextKind::untyped:
    case TextKind::text:
      return "a text";
    case TextKind::integer:
      return "a whole number";
    case TextKind::real:
      return "a number with a fraction";
    case TextKind::boolean:
      return "true or false";
    case TextKind::other:
      return "a list, a date or a table";
  }
  return "";
}

Result<LoadedConfig, ConfigErrors> resolve(const ConfigSources& sources) {
  Resolver resolver;
  for (const SettingText& setting : sources.from_file) {
    const std::string where = sources.file + ":" + std::to_string(setting.line);
    resolver.apply(setting, find_option(setting.name), where);
  }
  for (const SettingText& setting : sources.environment) {
    resolver.apply(setting, option_of_variable(setting.name), setting.name);
  }
  for (const SettingText& setting : sources.command_line) {
    resolver.apply(setting, find_option(setting.name), "command line");
  }
  return std::move(resolver).finish();
}

std::vector<SettingText> potik_environment(const char* const* environment) {
  std::vector<SettingText> settings;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const size_t equals = entry.find('=');
    const std::string_view name = entry.substr(0, equals);
    if (equals == std::string_view::npos || !name.starts_with(kPrefix)) continue;
    if (std::ranges::find(kOtherVariables, name) != std::ranges::end(kOtherVariables)) continue;
    settings.push_back(
        {std::string(name), std::string(entry.substr(equals + 1)), TextKind::untyped, 0});
  }
  std::ranges::sort(settings, {}, &SettingText::name);
  return settings;
}

Result<SettingText, std::string> parse_override(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    return Error{quoted(text) +
                 " is no setting: write NAME=VALUE, as in http.listen=127.0.0.1:8080."};
  }
  return SettingText{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)),
                     TextKind::untyped, 0};
}

Result<LoadedConfig, ConfigErrors> load_text(const std::string& file, std::string_view text,
                                             ReadSettings read,
                                             std::vector<SettingText> environment,
                                             std::vector<SettingText> command_line) {
  auto settings = read(text);
  if (!settings) {
    const SettingTextError& error = settings.error();
    return Error{
        ConfigErrors{file + ":" + std::to_string(error.line) + ": " + on_one_line(error.message)}};
  }
  return resolve(
      {file, std::move(settings).value(), std::move(environment), std::move(command_line)});
}

Result<LoadedConfig, ConfigErrors> load_config(const std::string& file, ReadSettings read,
                                               std::vector<SettingText> environment,
                                               std::vector<SettingText> command_line) {
  if (file.empty()) return resolve({file, {}, std::move(environment), std::move(command_line)});
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) {
    return Error{
        ConfigErrors{file + ": cannot be read; check that the file exists and may be read."}};
  }
  return load_text(file, text.str(), read, std::move(environment), std::move(command_line));
}

namespace {

// As it is printed: people show reports to each other, so that what stands between "://" and '@' of
// an address, a name and a password, is left out.
std::string shown_text(const Option& option, const Config& config) {
  std::string text = value_text(option, config);
  const size_t scheme = text.find("://");
  const size_t at = scheme == std::string::npos ? scheme : text.rfind('@');
  if (at != std::string::npos && at > scheme) text.replace(scheme + 3, at - scheme - 3, "...");
  return text;
}

}  // namespace

std::string config_report(const LoadedConfig& loaded) {
  std::string out;
  std::string_view section;
  for (size_t i = 0; i < options().size(); ++i) {
    const Option& option = options()[i];
    const size_t dot = option.name.find('.');
    const bool top = dot == std::string_view::npos;
    const std::string_view own = top ? std::string_view{} : option.name.substr(0, dot);
    if (own != section) {
      section = own;
      out.append("\n[").append(section).append("]\n");
    }
    std::string line = std::string(top ? option.name : option.name.substr(dot + 1)) + " = " +
                       shown_text(option, loaded.config);
    constexpr size_t kValueColumns = 44;
    line.resize(std::max(line.size() + 1, kValueColumns), ' ');
    out += line + "# " + loaded.origins[i] + "\n";
  }
  const std::vector<MemoryShare> shares = declared_memory(loaded.config);
  out += "\n# Declared memory, bytes:\n";
  for (const MemoryShare& share : shares) {
    out += "#   " + share.component + " " + std::to_string(share.bytes) + "\n";
  }
  out += "#   sum " + std::to_string(total_bytes(shares)) + " of memory.limit_bytes " +
         std::to_string(loaded.config.memory.limit_bytes) + "\n";
  return out;
}

}  // namespace potik::app
