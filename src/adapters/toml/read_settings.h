#pragma once
// TOML to flat settings. Threads: a pure function. Errors: one message with its line. Cost:
// start-up only.

#include <string_view>

#include "app/config_text.h"

namespace potik::adapters::toml {

// An app::ReadSettings. Tables become dotted names; arrays, dates and tables in arrays come as
// TextKind::other, which no option takes.
[[nodiscard]] Result<std::vector<app::SettingText>, app::SettingTextError> read_settings(
    std::string_view text);

}  // namespace potik::adapters::toml
