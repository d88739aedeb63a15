#pragma once
// The options that benches of the whole pipeline share: --events, --users, --videos, --dir, --set
// NAME=VALUE.

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "adapters/toml/read_settings.h"
#include "app/config_load.h"

namespace potik::bench {

// What a bench calls its own figures; the options are written there.
struct Scale {
  size_t& events;
  uint32_t& users;
  uint32_t& videos;
};

struct ServerSettings {
  app::Config config;  // its data folder lies in `dir`
  std::string dir;     // given, or one of this process's own
};

// An option of one bench alone; false if it has none of that name.
using OwnOption = std::function<bool(const std::string& name, const std::string& value,
                                     std::vector<app::SettingText>& overrides)>;

// Ends the process with a sentence where an option is wrong.
inline ServerSettings read_server_settings(const std::string& bench, int count, char** arguments,
                                           Scale scale, const OwnOption& own) {
  const auto fail = [&](const std::string& why) {
    std::fprintf(stderr, "%s: %s\n", bench.c_str(), why.c_str());
    std::exit(1);
  };
  ServerSettings settings;
  std::vector<app::SettingText> overrides;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    const std::string value = arguments[i + 1];
    if (name == "--events")
      scale.events = std::stoul(value);
    else if (name == "--users")
      scale.users = static_cast<uint32_t>(std::stoul(value));
    else if (name == "--videos")
      scale.videos = static_cast<uint32_t>(std::stoul(value));
    else if (name == "--dir")
      settings.dir = value;
    else if (name == "--set")
      overrides.push_back(app::parse_override(value).value());
    else if (!own || !own(name, value, overrides))
      fail("unknown option " + name);
  }
  const auto loaded = app::load_config("", adapters::toml::read_settings, {}, overrides);
  if (!loaded) fail(loaded.error().front());
  settings.config = loaded->config;
  if (settings.dir.empty()) {
    settings.dir = std::filesystem::temp_directory_path() /
                   ("potik-" + bench + "-" + std::to_string(getpid()));
  }
  settings.config.data_dir = settings.dir + "/data";
  return settings;
}

}  // namespace potik::bench
