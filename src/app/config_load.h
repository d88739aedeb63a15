#pragma once
// From settings in several places to one Config, or to all that is wrong with them. Pure but for
// load_config(), which reads one file.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.h"
#include "app/config_text.h"
#include "base/result.h"

namespace potik::app {

struct LoadedConfig {
  Config config;
  std::vector<std::string> origins;  // by index in options(): "default", "potik.toml:12",
                                     // "POTIK_HTTP_LISTEN", "command line"
};

// Each a sentence for the person who wrote the setting.
using ConfigErrors = std::vector<std::string>;

struct ConfigSources {
  std::string file;  // path, for messages; empty: no file
  std::vector<SettingText> from_file;
  std::vector<SettingText> environment;   // names are those of the variables, POTIK_...
  std::vector<SettingText> command_line;  // dotted names
};

// Later sources win: file, environment, command line. Reports every error, not only the first.
[[nodiscard]] Result<LoadedConfig, ConfigErrors> resolve(const ConfigSources& sources);

// The variables of `environment` (as of environ: "NAME=value", ended by null) that begin with
// POTIK_, but for those that are no options.
[[nodiscard]] std::vector<SettingText> potik_environment(const char* const* environment);

// "http.listen=0.0.0.0:80" to a setting; an error for what has no '='.
[[nodiscard]] Result<SettingText, std::string> parse_override(std::string_view text);

// What the text of `file` says by `read`, then resolves.
[[nodiscard]] Result<LoadedConfig, ConfigErrors> load_text(const std::string& file,
                                                           std::string_view text, ReadSettings read,
                                                           std::vector<SettingText> environment,
                                                           std::vector<SettingText> command_line);

// The same of `file` itself (empty: none).
[[nodiscard]] Result<LoadedConfig, ConfigErrors> load_config(const std::string& file,
                                                             ReadSettings read,
                                                             std::vector<SettingText> environment,
                                                             std::vector<SettingText> command_line);

// What `potik config` prints: a TOML file of what is in force, each value with where it came from,
// and the sum of the memory limits.
[[nodiscard]] std::string config_report(const LoadedConfig& loaded);

}  // namespace potik::app
