#include "host/settings.h"

#include <algorithm>
#include <array>
#include <optional>

#include "adapters/toml/read_settings.h"
#include "app/config_load.h"
#include "event/json_object.h"

namespace potik::host {
namespace {

constexpr std::array<std::string_view, 10> kNames{"first",         "last",   "sender",   "events",
                                                  "users",         "videos", "everyone", "enriched",
                                                  "waiting_bytes", "config"};
constexpr int64_t kWaitingBytesLeast = 1 << 16;
constexpr int64_t kWaitingBytesMost = int64_t{1} << 40U;
constexpr int64_t kSenderMax = int64_t{1} << 53U;  // what every language's JSON can say
// Partitions of one stream.
constexpr int64_t kPartitionsMax = 1'024;

// Reads whole numbers and keeps the first complaint.
class Numbers {
 public:
  explicit Numbers(const event::JsonObject& json) : json_(json) {}
  template <class T>
  void read(const char* name, int64_t least, int64_t most, T& value) {
    if (!json_.has(name)) return;
    const auto number = json_.integer(name);
    if (number && *number >= least && *number <= most) {
      value = static_cast<T>(*number);
    } else if (error.empty()) {
      error = "setting \"" + std::string(name) + "\" must be a whole number from " +
              std::to_string(least) + " to " + std::to_string(most);
    }
  }
  std::string error;

 private:
  const event::JsonObject& json_;
};

std::optional<std::string> unknown_name(const event::JsonObject& json) {
  for (const std::string& name : json.names()) {
    if (std::ranges::find(kNames, name) == kNames.end()) return name;
  }
  return std::nullopt;
}

Status<std::string> read_enriched(const event::JsonObject& json, Settings& settings) {
  if (!json.has("enriched")) return Ok{};
  const auto form = pipeline::enriched_form(json.text("enriched").value_or(""));
  if (!form) return Error{std::string(R"(setting "enriched" is neither json nor blocks nor both)")};
  settings.enriched = *form;
  return Ok{};
}

Status<std::string> read_config(const event::JsonObject& json, Settings& settings) {
  if (!json.has("config")) return Ok{};
  const auto text = json.text("config");
  if (!text) return Error{std::string("setting \"config\" must be the text of a potik.toml")};
  const auto loaded = app::load_text("config", *text, &adapters::toml::read_settings, {}, {});
  if (!loaded) return Error{loaded.error().front()};
  settings.core = loaded->config.core;
  settings.viewers_in_memory_max = loaded->config.runner.viewers_in_memory_max;
  return Ok{};
}

}  // namespace

pipeline::KeyGroupSet Settings::owned() const {
  pipeline::KeyGroupSet set{};
  std::fill(set.begin() + first, set.begin() + last + 1, uint8_t{1});
  return set;
}

Result<Settings, std::string> parse_settings(std::string_view text) {
  const auto json = event::JsonObject::parse(text);
  if (!json) return Error{std::string("the settings are no JSON object")};
  if (const auto name = unknown_name(*json)) return Error{"there is no setting \"" + *name + "\""};
  Settings settings;
  Numbers numbers(*json);
  numbers.read("first", 0, kKeyGroups - 1, settings.first);
  numbers.read("last", 0, kKeyGroups - 1, settings.last);
  numbers.read("sender", 1, kSenderMax, settings.sender);
  numbers.read("events", 1, kKeyGroups, settings.layout.events);
  numbers.read("users", 0, kPartitionsMax, settings.layout.users);
  numbers.read("videos", 0, kPartitionsMax, settings.layout.videos);
  numbers.read("everyone", 0, 1, settings.everyone);
  numbers.read("waiting_bytes", kWaitingBytesLeast, kWaitingBytesMost, settings.waiting_bytes_max);
  if (!numbers.error.empty()) return Error{numbers.error};
  if (settings.first > settings.last)
    return Error{std::string("setting \"first\" is beyond \"last\"")};
  if (auto read = read_enriched(*json, settings); !read) return Error{read.error()};
  if (auto read = read_config(*json, settings); !read) return Error{read.error()};
  return settings;
}

}  // namespace potik::host
