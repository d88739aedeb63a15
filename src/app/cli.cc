#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>

#include "app/command_line.h"
#include "app/config.h"
#include "app/config_options.h"

namespace potik::app {
namespace {

// Of a server with the page of viewers: what it shows, and who comes to see it.
void add_catalogue(CLI::App* serve, CommandLine& line) {
  CLI::Option* demo = serve->add_option(
      "--demo", line.serve.demo_dir,
      "Folder made by tools/make-demo: its catalogue is loaded once, its clips are served");
  CLI::Option* media = serve->add_option("--media", line.serve.media_dir,
                                         "Folder served under /media (default: that of --demo)");
  serve
      ->add_option("--videos", line.serve.videos_dir,
                   "Folder of videos that become the catalogue, at every start what is new, "
                   "changed or gone; needs ffprobe and ffmpeg")
      ->excludes(demo, media);
  serve
      ->add_option(
          "--crowd", line.serve.crowd_rate,
          "Simulated viewers come along, with so many events a second (setting demo.crowd_rate)")
      ->type_name("RATE")
      ->check(CLI::Range(0.0, 1'000.0));
  serve->add_option("--web", line.serve.web_dir,
                    "Folder with the pages (default: found beside the binary)");
}

void add_serve(CLI::App& app, CommandLine& line) {
  add_catalogue(app.add_subcommand(
                    "serve", "Run everything in one process: gateway, processing, API and pages."),
                line);
}

void add_roles(CLI::App& app, CommandLine& line) {
  app.add_subcommand("gateway",
                     "Take events and reference data over HTTP into Kafka. Any number can run.");
  CLI::App* process = app.add_subcommand(
      "process", "Read the events from Kafka; write the store and the topics of results.");
  CLI::App* api = app.add_subcommand(
      "api",
      "Serve recommendations from the topic of lists in Kafka, or from Redis. Any number can run.");
  add_catalogue(
      app.add_subcommand("front",
                         "Everything that the page asks, in front of a core that is elsewhere, as "
                         "in a Flink cluster: events into Kafka, lists and comments out of it."),
      line);
  app.add_subcommand(
      "sink",
      "Make an analytical store of the topic of rows (kafka.enriched = blocks), each "
      "epoch once; with cache.kind = redis also keep the topic of lists in Redis.");
  for (CLI::App* role : {process, api})
    role->add_option("--web", line.serve.web_dir,
                     "Folder with the pages (default: found beside the binary)");
  api->add_option("--media", line.serve.media_dir, "Folder served under /media");
}

void add_readers(CLI::App& app, CommandLine& line) {
  CLI::App* query = app.add_subcommand("query",
                                       "Ask the analytical store in SQL. Asks the running server "
                                       "of the data directory if there is one.");
  query
      ->add_option("sql", line.query.sql,
                   "One read-only statement, for example: select count(*) from events")
      ->required();
  query->add_flag("--json", line.query.json, "Print a JSON object instead of a table");
  CLI::App* exporter = app.add_subcommand(
      "export",
      "Write the analytical store as Parquet files, for other tools. A running server writes them "
      "into its store.export_dir first.");
  exporter
      ->add_option("--parquet", line.export_dir,
                   "Folder to write to; it must be empty or not exist")
      ->required();
}

void add_import(CLI::App& app, CommandLine& line) {
  CLI::App* importer =
      app.add_subcommand("import", "Read recorded traffic through the same path as live events.");
  importer->require_subcommand(1);
  CLI::App* kuairand =
      importer->add_subcommand("kuairand", "The KuaiRand files: users, videos, history, log.");
  kuairand->add_option("dir", line.import.dir, "Folder with the CSV files")
      ->required()
      ->check(CLI::ExistingDirectory);
  kuairand->add_flag("--json", line.import.json, "End with a JSON object instead of a table");
  kuairand->add_flag("!--no-lists", line.import.lists,
                     "Do not compute a recommendation list after each act of the log");
}

// What all three kinds of data take.
void add_evaluation_options(CLI::App* data, EvaluateArguments& options) {
  data->add_option("--split", options.split,
                   "RFC 3339 or Unix milliseconds: what is measured begins here (default: with the "
                   "log; without a history, after four fifths of its rows)");
  data->add_option("--epoch-events", options.epoch_events, "Events an epoch holds at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  data->add_option(
          "--attack", options.attack,
          "Mix in like-bots that bring back old videos, until so great a share of all events "
          "is theirs, as in 0.05")
      ->check(CLI::Range(0.0, 0.9))
      ->capture_default_str();
  data->add_option(
          "--attack-wave-s", options.attack_wave_s,
          "Seconds in which a crowd's 300 likes come, an account's 20 in half of it: the longer, "
          "the harder to see")
      ->check(CLI::Range(0.001, 1e6))
      ->capture_default_str();
  data->add_flag(
      "--as-served", options.as_served,
      "With exploration, new videos' places, variety by author, topic and likeness, and what "
      "was shown before as configured; by default they are off");
  data->add_flag("!--no-baselines", options.baselines, "Leave the baselines out");
  data->add_flag("--json", options.json, "Print a JSON object instead of tables");
  data->add_option("--plots", options.plots, "Folder to write SVG plots into");
  data->add_option("--predictions", options.predictions,
                   "File for the list of each user with the state frozen at the split, 200 videos: "
                   "user<TAB>video video ...");
  data->add_option("--live-predictions", options.live_predictions,
                   "File for the list just before each first positive, 100 videos: "
                   "row<TAB>video video ...; rows count from 0");
  data->add_option("--scores", options.scores,
                   "File for the probability of a positive of each row: row<TAB>p");
}

void add_evaluate(CLI::App& app, EvaluateArguments& options) {
  CLI::App* evaluate = app.add_subcommand(
      "evaluate",
      "Measure the recommender on recorded traffic, in memory, beside baselines. "
      "--config and --set change the model; exploration, new videos' places and variety are off.");
  evaluate->require_subcommand(1);
  CLI::App* kuairand =
      evaluate->add_subcommand("kuairand", "The KuaiRand files: users, videos, history, log.");
  kuairand->add_option("dir", options.path, "Folder with the CSV files")
      ->required()
      ->check(CLI::ExistingDirectory);
  CLI::App* movielens = evaluate->add_subcommand(
      "movielens", "Ratings: lines of user, item, rating and time, between tabs, commas or '::'.");
  CLI::App* csv = evaluate->add_subcommand("csv", "A table with a header line.");
  csv->add_option("--columns", options.columns,
                  "Which column is what: user=..,video=..,time=..[,positive=..][,rating=..]"
                  "[,watch_ms=..][,duration_ms=..]")
      ->required();
  for (CLI::App* table : {movielens, csv}) {
    table->add_option("file", options.path, "File to read")->required()->check(CLI::ExistingFile);
    table
        ->add_option("--positive-from", options.positive_from,
                     "Rating from which a row is positive")
        ->capture_default_str();
  }
  for (CLI::App* data : {kuairand, movielens, csv}) add_evaluation_options(data, options);
}

// Of those who ask a server that may want credentials.
void add_credentials(CLI::App* command, std::string& key, std::string& ca_file) {
  command->add_option("--key", key,
                      "Key for a server that asks for one (default: the variable POTIK_KEY, which "
                      "no list of processes shows)");
  command
      ->add_option("--ca", ca_file,
                   "PEM file with the authorities that vouch for an https server (default: the "
                   "system's)")
      ->check(CLI::ExistingFile);
}

void add_simulate(CLI::App& app, CommandLine& line, std::vector<std::string>& attacks) {
  SimulateOptions& options = line.simulate;
  CLI::App* simulate = app.add_subcommand(
      "simulate", "Make viewers with tastes, and attackers, against a running server.");
  simulate->add_option("--url", options.url, "The server")->capture_default_str();
  add_credentials(simulate, options.key, options.ca_file);
  simulate->add_option("--viewers", options.viewers, "Viewers")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  simulate
      ->add_option("--rate", options.rate,
                   "Events a second of event time of the whole crowd; 0: all viewers always active")
      ->check(CLI::Range(0.0, 10'000'000.0))
      ->capture_default_str();
  simulate->add_option("--duration-s", options.duration_s, "Seconds to run; 0: until stopped")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  simulate->add_option("--event-time-hours", options.event_time_hours,
                       "Instead: so many hours up to now, as fast as the server takes them");
  simulate->add_option("--seed", options.seed, "Same seed, same traffic")->capture_default_str();
  simulate->add_option("--connections", options.connections, "Connections to the server")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  simulate->add_option(
      "--attack", attacks,
      "like-burst, comment-flood, watch-farm, like-rate or duplicate-ids; may be repeated");
  simulate->add_option("--attack-after-s", options.attack_after_s, "Start of the attacks")
      ->capture_default_str();
  simulate->add_option("--attack-duration-s", options.attack_duration_s, "Their length")
      ->capture_default_str();
  simulate->add_flag("--json", options.json, "End with a JSON object instead of sentences");
}

void add_unlearn(CLI::App& app, UnlearnArguments& options) {
  CLI::App* unlearn = app.add_subcommand(
      "unlearn",
      "Take back what an attacker's last acts have taught: out of counters, co-watching and "
      "vectors. Asks the running server of the data directory.");
  unlearn->add_option("--user", options.user, "Whose acts")->required();
  unlearn->add_option("--since", options.since,
                      "RFC 3339 or Unix milliseconds: acts from then on (default: all of the last "
                      "detect.unlearn_window_ms, at most 48)");
  unlearn->add_flag("--quarantine", options.quarantine,
                    "Nor does what the user does next count, for detect.quarantine_ms");
  unlearn->add_option("--url", options.url, "Ask this server instead");
  add_credentials(unlearn, options.key, options.ca_file);
  unlearn->add_flag("--json", options.json, "Print the server's JSON object instead of a sentence");
}

void add_rest(CLI::App& app, CommandLine& line) {
  CLI::App* replay = app.add_subcommand(
      "replay", "Recompute everything from log and journal. The server must be stopped.");
  replay->add_flag("--verify", line.replay.verify,
                   "Compare state and outputs byte for byte; exit code 1 if anything differs");
  replay->add_flag("--json", line.replay.json, "Print a JSON object instead of sentences");
  CLI::App* config = app.add_subcommand(
      "config", "Print the configuration in force, and where each value comes from.");
  config->add_flag("--defaults", line.defaults, "Print the commented defaults file instead");
}

void add_kafka(CLI::App& app, CommandLine& line) {
  CLI::App* topics = app.add_subcommand("topics", "Make the topics of a Kafka cluster.");
  topics->require_subcommand(1);
  CLI::App* create = topics->add_subcommand(
      "create",
      "Make every topic that Potik reads or writes and that is not there yet, with the partitions, "
      "compaction and retention it needs; say where one that is there differs.");
  create
      ->add_option("--partitions", line.topics.partitions,
                   "Partitions of events, enriched events and recommendations. Fixed from then on: "
                   "more threads and more producers need more")
      ->check(CLI::Range(1, 128))
      ->capture_default_str();
  create
      ->add_option("--replicas", line.topics.replicas,
                   "Replicas of every topic (default: as the brokers have it; 3 survive a loss)")
      ->check(CLI::Range(1, 32));
  create
      ->add_option("--retention-hours", line.topics.retention_hours,
                   "Hours for which events, and results that are not compacted, are kept (default: "
                   "for ever)")
      ->check(CLI::Range(1.0, 1e6));
  app.add_subcommand(
      "doctor",
      "Check brokers, topics and data directory of a set-up on Kafka, or Redis, and name what "
      "to change. Exit code 0 if nothing is, else 1.");
}

void add_state(CLI::App& app, StateArguments& options) {
  CLI::App* state =
      app.add_subcommand("state", "Move state between machines, or a machine and a cluster.");
  state->require_subcommand(1);
  state
      ->add_subcommand("export",
                       "Write that of a stopped server into a folder from which the job of a "
                       "Flink cluster starts, with the offsets up to which it goes.")
      ->add_option("folder", options.folder, "It must be empty or not exist")
      ->required();
  state
      ->add_subcommand("import",
                       "Make a new data directory of such a folder, which may be one that a job "
                       "was asked for by its --export.")
      ->add_option("folder", options.folder, "Where manifest.json is")
      ->required();
}

void add_key(CLI::App& app, KeyArguments& options) {
  CLI::App* key = app.add_subcommand("key", "Make keys for a server that asks for them.");
  key->require_subcommand(1);
  CLI::App* create = key->add_subcommand(
      "create",
      "Print a new key, once, and its line for the file of the setting access.keys_file, which "
      "holds only what the key hashes to.");
  create
      ->add_option("--role", options.role,
                   "ingest (send events and reference data), read (lists, users, figures) or admin "
                   "(everything)")
      ->required()
      ->check(CLI::IsMember({"ingest", "read", "admin"}));
  create->add_option("--name", options.name, "What the key is called in messages")->required();
  create->add_option("--file", options.file, "Append the line to this file instead of printing it");
}

// True if all names are known; else says which are.
bool read_attacks(const std::vector<std::string>& names, std::vector<AttackKind>& kinds) {
  for (const std::string& name : names) {
    const auto kind = attack_named(name);
    if (!kind) {
      std::cerr << "potik simulate: there is no attack '" << name << "'. Known:";
      for (const std::string_view known : kAttackNames) std::cerr << ' ' << known;
      std::cerr << '\n';
      return false;
    }
    kinds.push_back(*kind);
  }
  return true;
}

// The innermost command that was given: "serve", "query", ...
std::string command_of(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? std::string() : chosen.front()->get_name();
}

// The first word that stands where a command should; empty if there is none.
std::string stray_word(const CLI::App& app) {
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with('-')) return word;
  }
  return {};
}

// "; did you mean 'serve'?", or nothing where no command is close.
std::string nearest_command(const CLI::App& app, const std::string& word) {
  std::string nearest;
  size_t least = std::max<size_t>(word.size() / 2, 2) + 1;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    const size_t distance = edit_distance(word, command->get_name());
    if (distance < least) least = distance, nearest = command->get_name();
  }
  return nearest.empty() ? "." : "; did you mean '" + nearest + "'?";
}

// One sentence for what is wrong, one for what to do.
std::string complaint(const CLI::App* app, const CLI::Error& error) {
  const std::string command = command_of(*app);
  const std::string name = command.empty() ? "potik" : "potik " + command;
  if (command.empty()) {
    const std::string word = stray_word(*app);
    if (!word.empty())
      return "potik: there is no command '" + word + "'" + nearest_command(*app, word) +
             " potik --help lists all.\n";
    if (app->remaining_size() == 0)
      return "potik: say what to do, as in: potik serve. potik --help lists the commands.\n";
  }
  std::string what = error.what();
  if (command == "import" && app->get_subcommands().front()->get_subcommands().empty())
    what = "say what to import: kuairand DIR";
  if (command == "evaluate" && app->get_subcommands().front()->get_subcommands().empty())
    what = "say on what: kuairand DIR, movielens FILE or csv FILE --columns ...";
  if (command == "topics" && app->get_subcommands().front()->get_subcommands().empty())
    what = "say what to do with them: create";
  if (command == "state" && app->get_subcommands().front()->get_subcommands().empty())
    what = "say what to do with it: export FOLDER or import FOLDER";
  if (command == "key" && app->get_subcommands().front()->get_subcommands().empty())
    what = "say what to do: create";
  while (!what.empty() && (what.back() == '.' || what.back() == '\n')) what.pop_back();
  return name + ": " + what + ". " + name + " --help shows what it takes.\n";
}

}  // namespace

Parsed parse_command_line(int count, const char* const* arguments) {
  Parsed parsed;
  CommandLine& line = parsed.line;
  CLI::App app{
      "Potik: a stream of what people watch, turned into recommendations, a record and alarms.",
      "potik"};
  app.set_version_flag("--version", "potik 0.1.0");
  app.require_subcommand(1);
  app.fallthrough();
  app.failure_message(complaint);
  std::string data_dir, listen;
  std::vector<std::string> attacks, threads;
  app.add_option("--config", line.config_file,
                 "TOML file with settings (potik config --defaults shows all)")
      ->check(CLI::ExistingFile);
  app.add_option("--data-dir", data_dir, "Folder where state lives (setting data_dir)");
  app.add_option("--listen", listen, "ADDRESS:PORT to serve on (setting http.listen)");
  app.add_option("--set", line.overrides, "NAME=VALUE: any setting; may be repeated")
      ->allow_extra_args(false)
      ->take_all();
  add_serve(app, line);
  add_roles(app, line);
  add_readers(app, line);
  add_import(app, line);
  add_evaluate(app, line.evaluate);
  add_simulate(app, line, attacks);
  add_unlearn(app, line.unlearn);
  add_kafka(app, line);
  add_state(app, line.state);
  add_key(app, line.key);
  add_rest(app, line);
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    parsed.exit_code = app.exit(error) == 0 ? 0 : 2;
    return parsed;
  }
  if (!read_attacks(attacks, line.simulate.attacks)) {
    parsed.exit_code = 2;
    return parsed;
  }
  if (!data_dir.empty()) line.overrides.push_back("data_dir=" + data_dir);
  if (line.serve.crowd_rate)
    line.overrides.push_back("demo.crowd_rate=" + std::to_string(*line.serve.crowd_rate));
  if (!listen.empty()) line.overrides.push_back("http.listen=" + listen);
  line.command = command_of(app);
  if (line.command == "state") line.state.action = command_of(*app.get_subcommands().front());
  if (line.command == "evaluate") line.evaluate.kind = command_of(*app.get_subcommands().front());
  parsed.run = true;
  return parsed;
}

}  // namespace potik::app
