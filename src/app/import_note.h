#pragma once
// A note in the data directory from before the first record of an import until its last one is
// stored. It names the command that ends the import, and keeps servers away until then: an import
// knows its own records by their number in the log, so that others' would pass for the rest of it.

#include <optional>
#include <string>

#include "app/config.h"
#include "base/result.h"

namespace potik::app {

// Durable on return. The data directory exists. The error is a sentence for the operator.
[[nodiscard]] Status<std::string> note_import(const Config& config, const std::string& command);
void withdraw_import_note(const Config& config);
// The command that ends the import; nothing where none is under way.
[[nodiscard]] std::optional<std::string> unfinished_import(const Config& config);
// For who would serve from this data directory. The error is a sentence for the operator.
[[nodiscard]] Status<std::string> refuse_unfinished_import(const Config& config);

}  // namespace potik::app
