#pragma once
// What the tables of options have in common. Internal to the configuration.

#include <span>

#include "app/config_options.h"

namespace potik::app {

// Follows members from the Config down to the field.
template <auto... Members>
Target at(Config& config) {
  return &(config.*....*Members);
}

inline constexpr double kDay = 86'400'000;
inline constexpr double kTiB = 1'099'511'627'776;

// Those of model.*, in the order of the file.
[[nodiscard]] std::span<const Option> model_options();
// Those of cache.*.
[[nodiscard]] std::span<const Option> cache_options();
// Those of monitor.* and logs.*, in the order of the file, and what is wrong with them taken
// together.
[[nodiscard]] std::span<const Option> monitoring_options();
void find_monitoring_faults(const Config& config, std::vector<std::string>& found);
// Those of access.*, and what is wrong with them and http.tls_* taken together.
[[nodiscard]] std::span<const Option> access_options();
void append_access_contradictions(const Config& config, std::vector<std::string>& found);

}  // namespace potik::app
