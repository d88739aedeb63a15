#pragma once
// Topics as brokers describe them, held against what Potik needs of them. Pure functions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kafka/admin.h"
#include "app/config.h"
#include "base/ids.h"

namespace potik::app {

// A setting of a topic, a number of it; nothing where brokers told none.
[[nodiscard]] std::string setting_of(const kafka::TopicState& state, const std::string& name);
[[nodiscard]] std::optional<int64_t> number_of(const kafka::TopicState& state,
                                               const std::string& name);
[[nodiscard]] std::string wanted_of(const kafka::TopicSpec& spec, std::string_view name);

// How a topic that was there differs from `wanted`, a phrase each: "4 partitions, not 8". Replicas
// count only where a number of them is wanted.
[[nodiscard]] std::vector<std::string> differences(const kafka::TopicSpec& wanted,
                                                   const kafka::TopicState& found);

// Why brokers would delete records that carry the time `oldest`, and what to do; empty if they
// would not. Kafka's retention goes by the records' own times.
[[nodiscard]] std::string why_deleted(const Config& config, const std::string& topic,
                                      const kafka::TopicState& found, TimeMs oldest, TimeMs now);

// The command of Kafka's own tools that gives a topic a setting ("retention.ms=-1").
[[nodiscard]] std::string command_to_set(const Config& config, const std::string& topic,
                                         std::string_view setting);

// "90 s", "36 h", "7 days": the largest unit that is whole enough.
[[nodiscard]] std::string duration_text(int64_t ms);

}  // namespace potik::app
