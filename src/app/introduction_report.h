#pragma once
// The report of a new video's introduction, from the core. On the thread of an inquiry.

#include <vector>

#include "api/introduction.h"
#include "pipeline/core.h"

namespace potik::app {

[[nodiscard]] api::Introduction introduction_report(const pipeline::Core& core,
                                                    const model::Introduction& introduction);
// Those under introduction, the furthest behind first, then the last that have ended; `most` in
// all.
[[nodiscard]] std::vector<api::Introduction> introduction_reports(const pipeline::Core& core,
                                                                  size_t most);

}  // namespace potik::app
