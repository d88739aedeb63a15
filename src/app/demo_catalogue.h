#pragma once
// Puts the demo's videos into an empty catalogue.

#include <stop_token>
#include <string>

#include "base/result.h"
#include "log/group_commit.h"
#include "log/layout.h"
#include "pipeline/runner.h"

namespace potik::app {

// Reads DIR/videos.ndjson and appends its videos to the log, unless there are videos already;
// returns when they have been processed, or a stop is asked for: what is in the log then is
// processed by the next start. The error is a sentence for the operator; a runner that fails
// meanwhile is one.
[[nodiscard]] Status<std::string> load_demo_catalogue(const std::string& dir,
                                                      const log::Layout& layout,
                                                      log::GroupCommit& commit,
                                                      pipeline::Runner& runner,
                                                      const std::stop_token& stop);

}  // namespace potik::app
