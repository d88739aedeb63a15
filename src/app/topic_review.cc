#include "app/topic_review.h"

#include <charconv>

#include "base/time_text.h"

namespace potik::app {
namespace {

constexpr int64_t kSecondMs = 1'000;
constexpr int64_t kHourMs = 3'600 * kSecondMs;
constexpr int64_t kDayMs = 24 * kHourMs;
// Below it a unit's number would be too small to say much.
constexpr int64_t kUnitsMin = 2;

}  // namespace

std::string setting_of(const kafka::TopicState& state, const std::string& name) {
  const auto found = state.settings.find(name);
  return found == state.settings.end() ? std::string() : found->second;
}

std::optional<int64_t> number_of(const kafka::TopicState& state, const std::string& name) {
  const std::string text = setting_of(state, name);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string wanted_of(const kafka::TopicSpec& spec, std::string_view name) {
  for (const auto& [each, value] : spec.settings) {
    if (each == name) return value;
  }
  return {};
}

std::vector<std::string> differences(const kafka::TopicSpec& wanted,
                                     const kafka::TopicState& found) {
  std::vector<std::string> phrases;
  const auto compare = [&](const std::string& what, int64_t is, int64_t should) {
    if (is != should)
      phrases.push_back(std::to_string(is) + " " + what + ", not " + std::to_string(should));
  };
  compare("partitions", found.partitions, wanted.partitions);
  if (wanted.replicas > 0) compare("replicas", found.replicas, wanted.replicas);
  for (const auto& [name, value] : wanted.settings) {
    const std::string is = setting_of(found, name);
    if (is != value) phrases.push_back(name + " is \"" + is + "\", not \"" + value + "\"");
  }
  return phrases;
}

std::string why_deleted(const Config& config, const std::string& topic,
                        const kafka::TopicState& found, TimeMs oldest, TimeMs now) {
  const bool deletes = setting_of(found, "cleanup.policy").find("delete") != std::string::npos;
  const bool own_time = setting_of(found, "message.timestamp.type") != "LogAppendTime";
  const auto retention_ms = number_of(found, "retention.ms");
  if (!deletes || !own_time || !retention_ms || *retention_ms < 0) return {};
  if (now.value() - oldest.value() < *retention_ms) return {};
  return "topic " + topic + " keeps records for " + duration_text(*retention_ms) +
         " (retention.ms) by the time they carry, and these carry times from " +
         format_rfc3339(oldest) + " on: the brokers would delete them at once. Keep them, by: " +
         command_to_set(config, topic, "retention.ms=-1");
}

std::string command_to_set(const Config& config, const std::string& topic,
                           std::string_view setting) {
  return "kafka-configs --bootstrap-server " + config.kafka.brokers +
         " --alter --entity-type topics --entity-name " + topic + " --add-config " +
         std::string(setting);
}

std::string duration_text(int64_t ms) {
  if (ms >= kUnitsMin * kDayMs) return std::to_string(ms / kDayMs) + " days";
  if (ms >= kUnitsMin * kHourMs) return std::to_string(ms / kHourMs) + " h";
  if (ms >= kUnitsMin * kSecondMs) return std::to_string(ms / kSecondMs) + " s";
  return std::to_string(ms) + " ms";
}

}  // namespace potik::app
