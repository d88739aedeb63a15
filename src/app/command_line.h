#pragma once
// The command line as a struct: which command, with what. Parsing ends the process for --help and
// for errors in the words, as every command-line program does.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/simulate.h"

namespace potik::app {

// Of `serve`, and of the roles as far as they have pages.
struct ServeArguments {
  std::string demo_dir;              // holds videos.ndjson and the clips; empty: none
  std::string videos_dir;            // somebody's videos; empty: none
  std::string media_dir;             // served under /media; defaults to demo_dir
  std::string web_dir;               // the pages; empty: beside the binary
  std::optional<double> crowd_rate;  // events per second; overrides demo.crowd_rate
};

struct QueryArguments {
  std::string sql;
  bool json = false;
};

struct ImportArguments {
  std::string dir;
  bool json = false;
  bool lists = true;  // compute a list after every act of the log
};

struct EvaluateArguments {
  std::string kind;  // "kuairand", "movielens", "csv"
  std::string path;  // folder of the first, file of the others
  std::string columns;
  double positive_from = 4;  // rating that counts as positive
  std::string split;         // empty: where the log begins, or after four fifths of it
  size_t epoch_events = 1'000;
  double attack = 0;  // share of the events that come of attackers
  double attack_wave_s = 8;
  bool as_served = false;
  bool baselines = true;
  bool json = false;
  std::string plots;  // folder; empty: none. So also the files:
  std::string predictions, live_predictions, scores;
};

struct ReplayArguments {
  bool verify = false;
  bool json = false;
};

struct UnlearnArguments {
  std::string user;
  std::string since;  // empty: as far back as acts are kept
  bool quarantine = false;
  std::string url;  // empty: the server of the data directory
  std::string key;  // empty: that of POTIK_KEY
  std::string ca_file;
  bool json = false;
};

struct TopicsArguments {
  int32_t partitions = 8;      // of events, enriched events and lists
  int16_t replicas = 0;        // 0: as the brokers have it by default
  double retention_hours = 0;  // 0: for ever
};

struct StateArguments {
  std::string action;  // "export" or "import"
  std::string folder;
};

struct KeyArguments {
  std::string role;
  std::string name;
  std::string file;  // the line is appended to it; empty: printed
};

struct CommandLine {
  // "serve", "gateway", "process", "api", "front", "sink", "query", "export", "import",
  // "evaluate", "simulate", "unlearn", "replay", "config", "topics", "doctor", "key", "state"
  std::string command;
  std::string config_file;             // empty: none
  std::vector<std::string> overrides;  // "name=value", in the order given
  bool defaults = false;               // config --defaults
  ServeArguments serve;
  QueryArguments query;
  std::string export_dir;
  ImportArguments import;
  EvaluateArguments evaluate;
  ReplayArguments replay;
  TopicsArguments topics;
  SimulateOptions simulate;
  UnlearnArguments unlearn;
  KeyArguments key;
  StateArguments state;
};

// `arguments` as main() gets them. Returns the exit code where parsing already did all (help,
// version, errors).
struct Parsed {
  bool run = false;
  int exit_code = 0;
  CommandLine line;
};
[[nodiscard]] Parsed parse_command_line(int count, const char* const* arguments);

}  // namespace potik::app
