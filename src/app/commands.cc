#include "app/commands.h"

#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "adapters/toml/read_settings.h"
#include "app/config_options.h"
#include "app/simulate_command.h"

namespace potik::app {
namespace {

int refuse(const ConfigErrors& errors) {
  for (const std::string& error : errors) std::cerr << "potik: " << error << '\n';
  return 2;
}

int print_config(const CommandLine& line, const LoadedConfig& loaded) {
  std::cout << (line.defaults ? defaults_file() : config_report(loaded));
  return 0;
}

}  // namespace

int run_command(const CommandLine& line) {
  if (line.command == "simulate") return simulate(line.simulate);
  if (line.command == "key") return create_key(line.key);
  std::vector<SettingText> overrides;
  for (const std::string& text : line.overrides) {
    auto setting = parse_override(text);
    if (!setting) return refuse({setting.error()});
    overrides.push_back(std::move(setting).value());
  }
  const auto loaded = load_config(line.config_file, adapters::toml::read_settings,
                                  potik_environment(environ), std::move(overrides));
  if (!loaded) return refuse(loaded.error());
  const Config& config = loaded->config;
  if (line.command == "config") return print_config(line, *loaded);
  if (line.command == "serve") return serve(config, line.serve);
  if (line.command == "gateway" || line.command == "process" || line.command == "api" ||
      line.command == "front" || line.command == "sink")
    return run_role(line.command, config, line.serve);
  if (line.command == "topics") return create_topics(config, line.topics);
  if (line.command == "evaluate") return evaluate(config, line.evaluate);
  if (line.command == "doctor") return doctor(config);
  if (line.command == "unlearn") return unlearn(config, line.unlearn);
  if (line.command == "state" && line.state.action == "import")
    return import_state(config, line.state);
  if (line.command != "import" && !std::filesystem::exists(config.data_dir + "/store.duckdb")) {
    return refuse({"there is no data in " + config.data_dir +
                   "; name the folder of a server or an import with --data-dir"});
  }
  if (line.command == "query") return query(config, line.query);
  if (line.command == "state") return export_state(config, line.state);
  if (line.command == "export") return export_parquet(config, line.export_dir);
  if (line.command == "import") return import_kuairand(config, line.import);
  return replay(config, line.replay);
}

}  // namespace potik::app
