#pragma once
// Puts the demo's videos into an empty catalogue.

#include <string>

#include "app/all_in_one.h"

namespace potik::app {

// Reads DIR/videos.ndjson and appends its videos to the log, unless there are videos already;
// returns when they have been processed. The error is a sentence for the operator.
[[nodiscard]] Status<std::string> load_demo_catalogue(const std::string& dir, const Config& config,
                                                      AllInOne& all);

}  // namespace potik::app
