#pragma once
// Which of the core's records are of the viewers of their key group, and which of its videos'
// judge; all others are of the model, which every copy has alike. Threads: pure functions.

#include <string_view>

#include "state/snapshot_store.h"

namespace potik::pipeline {

[[nodiscard]] bool is_of_viewers(state::Section section, std::string_view key);
[[nodiscard]] bool is_of_judge(state::Section section, std::string_view key);

}  // namespace potik::pipeline
