#pragma once
// What each command does. All return the process's exit code: 0 done, 1 failed (said on stderr), 2
// wrong words.

#include "app/command_line.h"
#include "app/config_load.h"

namespace potik::app {

// Loads the configuration and runs the command.
[[nodiscard]] int run_command(const CommandLine& line);

[[nodiscard]] int serve(const Config& config, const ServeArguments& arguments);
// `potik gateway`, `potik process`, `potik api`, `potik front`, `potik sink`.
[[nodiscard]] int run_role(const std::string& role, const Config& config,
                           const ServeArguments& arguments);
[[nodiscard]] int query(const Config& config, const QueryArguments& arguments);
[[nodiscard]] int export_parquet(const Config& config, const std::string& directory);
[[nodiscard]] int import_kuairand(const Config& config, const ImportArguments& arguments);
[[nodiscard]] int evaluate(const Config& config, const EvaluateArguments& arguments);
[[nodiscard]] int unlearn(const Config& config, const UnlearnArguments& arguments);
[[nodiscard]] int create_topics(const Config& config, const TopicsArguments& arguments);
[[nodiscard]] int create_key(const KeyArguments& arguments);
[[nodiscard]] int doctor(const Config& config);
[[nodiscard]] int export_state(const Config& config, const StateArguments& arguments);
[[nodiscard]] int import_state(const Config& config, const StateArguments& arguments);
[[nodiscard]] int replay(const Config& config, const ReplayArguments& arguments);

}  // namespace potik::app
