#pragma once
// What potik_host_create() is told. Threads: pure functions.

#include <memory>
#include <string>
#include <string_view>

#include "base/key_group.h"
#include "base/result.h"
#include "host/part.h"
#include "log/layout.h"
#include "pipeline/core_options.h"
#include "pipeline/epoch_catalogue.h"
#include "pipeline/rendered.h"
#include "pipeline/runner_settings.h"

namespace potik::host {

inline constexpr size_t kWaitingBytesMax = size_t{1} << 30U;

struct Settings {
  uint16_t first = 0;  // key groups that the part owns, both included
  uint16_t last = kKeyGroups - 1;
  uint64_t sender = 0;
  bool everyone = true;  // who acts gets a list
  pipeline::EnrichedForm enriched = pipeline::EnrichedForm::json;
  size_t waiting_bytes_max = kWaitingBytesMax;  // of records whose slice is not over, in viewers
  log::Layout layout;
  size_t viewers_in_memory_max = pipeline::RunnerOptions{}.viewers_in_memory_max;
  pipeline::CoreOptions core;
  [[nodiscard]] bool owns(uint16_t key_group) const {
    return key_group >= first && key_group <= last;
  }
  [[nodiscard]] pipeline::KeyGroupSet owned() const;
};

// The error says which setting is wrong, and what it may be.
[[nodiscard]] Result<Settings, std::string> parse_settings(std::string_view json);

[[nodiscard]] std::unique_ptr<Part> make_splitter(const Settings& settings);
[[nodiscard]] std::unique_ptr<Part> make_viewers(const Settings& settings);
[[nodiscard]] std::unique_ptr<Part> make_judge(const Settings& settings);

}  // namespace potik::host
