#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "adapters/toml/read_settings.h"
#include "app/config_load.h"
#include "app/config_options.h"

namespace potik::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr ReadSettings kRead = adapters::toml::read_settings;

Result<LoadedConfig, ConfigErrors> from_text(std::string_view text) {
  auto settings = kRead(text);
  EXPECT_TRUE(settings.ok());
  return resolve({"potik.toml", std::move(settings).value(), {}, {}});
}

std::string origin_of(const LoadedConfig& loaded, std::string_view name) {
  return loaded.origins[static_cast<size_t>(find_option(name) - options().data())];
}

TEST(Config, HasConsistentDefaults) {
  EXPECT_THAT(contradictions(Config{}), ElementsAre());
  EXPECT_LE(total_bytes(declared_memory(Config{})), Config{}.memory.limit_bytes);
}

TEST(Config, FitsItsMemoryWithEverythingThatCanBeConnected) {
  Config config;
  config.log.kind = "kafka";
  config.shared_cache.kind = "redis";
  config.derive();
  EXPECT_THAT(contradictions(config), ElementsAre());
}

TEST(ConfigOptions, AreNamedOnceAlsoAsVariables) {
  std::set<std::string_view> names;
  std::set<std::string> variables;
  for (const Option& option : options()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_TRUE(variables.insert(environment_name(option)).second) << option.name;
    EXPECT_FALSE(option.why.empty()) << option.name;
    EXPECT_TRUE(option.why.ends_with('.')) << option.name;
  }
}

TEST(ConfigOptions, PointToFieldsOfTheirOwn) {
  Config config;
  std::set<void*> fields;
  for (const Option& option : options()) {
    std::visit([&](auto* field) { EXPECT_TRUE(fields.insert(field).second) << option.name; },
               option.target(config));
  }
}

// A field more does not compile here before it is named, and fails before it has an option.
TEST(ConfigOptions, CoverEverySettingOfTheHttpServer) {
  Config config;
  auto& [address, port, threads, connections, head, body, bodies, idle, answer, heartbeat, events,
         bytes, drain, stop, tls, handshake] = config.http.server;
  static_cast<void>(address);  // these two follow from http.listen
  static_cast<void>(port);
  std::set<void*> fields;
  for (const Option& option : options()) {
    std::visit([&](auto* field) { fields.insert(field); }, option.target(config));
  }
  for (void* field : std::initializer_list<void*>{
           &threads, &connections, &head, &body, &bodies, &idle, &answer, &heartbeat, &events,
           &bytes, &drain, &stop, &tls.certificate, &tls.key, &handshake}) {
    EXPECT_TRUE(fields.contains(field))
        << "at byte " << static_cast<char*>(field) - reinterpret_cast<char*>(&config.http.server);
  }
}

TEST(ConfigOptions, HaveDefaultsTheyWouldAccept) {
  ConfigSources sources;
  for (const Option& option : options()) {
    std::string value = value_text(option, Config{});
    if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
    sources.command_line.push_back({std::string(option.name), value, TextKind::untyped, 0});
  }
  const auto loaded = resolve(sources);
  if (!loaded) FAIL() << testing::PrintToString(loaded.error());
}

TEST(ConfigOptions, ReadTheirDefaultsFileBackToTheDefaults) {
  const auto loaded = from_text(defaults_file());
  ASSERT_TRUE(loaded.ok()) << testing::PrintToString(loaded.error());
  for (const Option& option : options()) {
    EXPECT_EQ(value_text(option, loaded->config), value_text(option, Config{})) << option.name;
    EXPECT_THAT(origin_of(loaded.value(), option.name), HasSubstr("potik.toml:")) << option.name;
  }
}

TEST(ConfigOptions, AreWhatTheCheckedInDefaultsFileSays) {
  std::ifstream stream("deploy/potik.toml", std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  EXPECT_EQ(text.str(), defaults_file())
      << "Write it anew with: potik config --defaults > deploy/potik.toml";
}

TEST(ConfigLoad, LetsTheCommandLineWinOverTheEnvironmentOverTheFile) {
  ConfigSources sources{"f.toml", {}, {}, {}};
  sources.from_file = {{"http.listen", "127.0.0.1:1", TextKind::text, 3},
                       {"http.threads", "3", TextKind::integer, 4},
                       {"epoch.threads", "3", TextKind::integer, 5}};
  sources.environment = {{"POTIK_HTTP_LISTEN", "127.0.0.2:2", TextKind::untyped, 0},
                         {"POTIK_HTTP_THREADS", "4", TextKind::untyped, 0}};
  sources.command_line = {{"http.listen", "127.0.0.3:3", TextKind::untyped, 0}};
  const auto loaded = resolve(sources);
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.http.listen, "127.0.0.3:3");
  EXPECT_EQ(loaded->config.http.server.threads, 4U);
  EXPECT_EQ(loaded->config.runner.threads, 3U);
  EXPECT_EQ(origin_of(loaded.value(), "http.listen"), "command line");
  EXPECT_EQ(origin_of(loaded.value(), "http.threads"), "POTIK_HTTP_THREADS");
  EXPECT_EQ(origin_of(loaded.value(), "epoch.threads"), "f.toml:5");
  EXPECT_EQ(origin_of(loaded.value(), "data_dir"), "default");
}

TEST(ConfigLoad, RefusesUnknownNamesWithTheNearestAndTheLine) {
  const auto loaded = from_text("\n[http]\nlisten_address = 'a:1'\ntheads = 2\n");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(
      loaded.error(),
      ElementsAre(HasSubstr("potik.toml:3: there is no option \"http.listen_address\""),
                  HasSubstr("potik.toml:4: there is no option \"http.theads\"; did you mean "
                            "\"http.threads\"?")));
}

TEST(ConfigLoad, RefusesUnknownVariablesWithTheNearest) {
  const char* const environment[] = {"HOME=/", "POTIK_CONFIG=x", "POTIK_HTTP_LISTN=a:1", nullptr};
  const auto loaded = resolve({"", {}, potik_environment(environment), {}});
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("did you mean \"POTIK_HTTP_LISTEN\"?")));
}

TEST(ConfigLoad, SaysWhatIsAllowedWhereTypeOrRangeIsWrong) {
  const auto loaded = from_text(
      "[http]\nthreads = 0\nlisten = 8080\nlag_records_max = 1.5\n[model]\nuse_fresh = "
      "1\nexploration_rate "
      "= "
      "2\nseed = -1\n");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(
      loaded.error(),
      ElementsAre(
          "potik.toml:2: http.threads takes a whole number from 1 to 256 (threads), not \"0\".",
          "potik.toml:3: http.listen takes a text, not a whole number.",
          HasSubstr("not a number with a fraction."),
          "potik.toml:6: model.use_fresh takes true or false, not a whole number.",
          "potik.toml:7: model.exploration_rate takes a number from 0 to 1 (probability), not "
          "\"2\".",
          HasSubstr("model.seed takes a whole number from 0")));
}

TEST(ConfigLoad, RefusesLimitsThatSumAboveTheMemoryLimit) {
  const auto loaded = from_text("[state]\nviewers_in_memory_max = 10_000_000\n");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("memory.limit_bytes")));
}

TEST(ConfigLoad, RefusesSettingsThatContradictEachOther) {
  EXPECT_FALSE(from_text("[http]\nlisten = 'nowhere'\n").ok());
  EXPECT_FALSE(from_text("[http]\nlisten = 'a:70000'\n").ok());
  EXPECT_FALSE(from_text("[detect]\nlikes_per_second_max = 100\n").ok());
  EXPECT_FALSE(from_text("[model]\nvideos_max = 1000\n").ok());
  EXPECT_FALSE(from_text("data_dir = ''\n").ok());
  EXPECT_FALSE(from_text("[cache]\nkind = 'disk'\n").ok());
  EXPECT_FALSE(from_text("[cache]\nredis_url = '127.0.0.1:6379'\n").ok());
  EXPECT_TRUE(from_text("[cache]\nkind = 'redis'\nredis_url = 'unix:///r.sock'\n").ok());
  EXPECT_FALSE(from_text("[http]\nbody_bytes_max = 2097152\nbodies_bytes_max = 1048576\n").ok());
  EXPECT_TRUE(from_text("[model]\nvideos_max = 1000\nunlisted_max = 10\n").ok());
}

TEST(ConfigLoad, TakesAddressesThatAServerCanListenOn) {
  const auto host = [](std::string_view text) {
    const auto address = parse_listen(text);
    return address ? address->host + " " + std::to_string(address->port) : "none";
  };
  EXPECT_EQ(host("127.0.0.1:8080"), "127.0.0.1 8080");
  EXPECT_EQ(host("localhost:0"), "127.0.0.1 0");
  EXPECT_EQ(host("0.0.0.0:65535"), "0.0.0.0 65535");
  EXPECT_EQ(host("[::1]:80"), "::1 80");
  EXPECT_EQ(host("[::]:80"), ":: 80");
  for (const std::string_view text :
       {"", ":", ":8080", "8080", "127.0.0.1", "127.0.0.1:", "a:1", "127.0.0.1:65536",
        "127.0.0.1:-1", "127.0.0.1:80x", "::1:80", "[127.0.0.1]:80", "[]:80", "127.0.0.256:80"}) {
    EXPECT_EQ(host(text), "none") << text;
  }
}

TEST(ConfigLoad, TellsWhenItsFileIsMissingOrBroken) {
  const auto missing = load_config("no/such.toml", kRead, {}, {});
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error(), ElementsAre(HasSubstr("no/such.toml: cannot be read")));
  const std::string path = testing::TempDir() + "/potik_broken.toml";
  std::ofstream(path) << "a = 1\nb = \n";
  const auto broken = load_config(path, kRead, {}, {});
  ASSERT_FALSE(broken.ok());
  EXPECT_THAT(broken.error(), ElementsAre(HasSubstr("potik_broken.toml:2: not valid TOML")));
  std::remove(path.c_str());
}

TEST(ConfigLoad, TakesListsAsWordsAndDerivesWhatFollows) {
  const auto loaded = from_text(
      "[http]\nallowed_origins = 'https://a  https://b'\n[log]\npartitions = "
      "3\n[model]\nlist_length = 30\n");
  ASSERT_TRUE(loaded.ok());
  EXPECT_THAT(loaded->config.api.router.allowed_origins, ElementsAre("https://a", "https://b"));
  EXPECT_EQ(loaded->config.log.layout().events, 3U);
  EXPECT_EQ(loaded->config.api.list_videos_max, 30U);
}

TEST(ConfigLoad, SpeaksOnOneLineOfWhatWasWrittenOnSeveral) {
  for (const std::string_view text :
       {"\"a\\nb\" = 1", "data_dir = \"d\"\n[http]\nlisten = \"\\n\"", "[http]\nthreads = f\x01"}) {
    const auto loaded = load_text("f.toml", text, &adapters::toml::read_settings, {}, {});
    ASSERT_FALSE(loaded.ok());
    for (const std::string& error : loaded.error()) {
      EXPECT_EQ(error.find_first_of("\n\x01"), std::string::npos) << error;
      EXPECT_TRUE(error.ends_with('.') || error.ends_with('?')) << error;
    }
  }
}

TEST(ConfigReport, WritesTextsThatTomlReadsBack) {
  const auto loaded = load_text("f.toml", "data_dir = \"a\\n\\u0007\\u007f\\\\ \\\"\"",
                                &adapters::toml::read_settings, {}, {});
  ASSERT_TRUE(loaded.ok());
  EXPECT_EQ(loaded->config.data_dir, "a\n\x07\x7f\\ \"");
  const auto again =
      load_text("f.toml", config_report(loaded.value()), &adapters::toml::read_settings, {}, {});
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->config.data_dir, loaded->config.data_dir);
}

TEST(ConfigReport, LeavesThePasswordOfAnAddressOut) {
  const auto loaded =
      from_text("[cache]\nkind = 'redis'\nredis_url = 'redis://potik:s3cret@10.0.0.5:6379/1'\n");
  ASSERT_TRUE(loaded.ok());
  const std::string report = config_report(loaded.value());
  EXPECT_EQ(report.find("s3cret"), std::string::npos);
  EXPECT_NE(report.find("redis://...@10.0.0.5:6379/1"), std::string::npos);
}

TEST(ConfigLoad, ParsesOverrides) {
  const auto setting = parse_override("http.listen=a=b");
  ASSERT_TRUE(setting.ok());
  EXPECT_EQ(setting->name, "http.listen");
  EXPECT_EQ(setting->value, "a=b");
  EXPECT_FALSE(parse_override("http.listen").ok());
  EXPECT_FALSE(parse_override("=1").ok());
}

TEST(ConfigReport, IsTomlThatReadsBackToTheSameConfiguration) {
  auto loaded = from_text("[cache]\nentries_max = 77\n");
  ASSERT_TRUE(loaded.ok());
  const std::string report = config_report(loaded.value());
  EXPECT_THAT(report, HasSubstr("entries_max = 77"));
  EXPECT_THAT(report, HasSubstr("# potik.toml:2"));
  const auto again = from_text(report);
  ASSERT_TRUE(again.ok());
  for (const Option& option : options()) {
    EXPECT_EQ(value_text(option, again->config), value_text(option, loaded->config));
  }
}

}  // namespace
}  // namespace potik::app
