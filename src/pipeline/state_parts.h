#pragma once
// Which of the core's records are of the viewers of their key group; all others are of the model,
// which every copy has alike, or of the judge. Threads: a pure function.

#include <string_view>

#include "state/snapshot_store.h"

namespace potik::pipeline {

[[nodiscard]] bool is_of_viewers(state::Section section, std::string_view key);

}  // namespace potik::pipeline
