#pragma once
// How far the published results may be, seen from a data directory.

#include <string>

#include "base/ids.h"

namespace potik::pipeline {

// A sentence that says what to do where results up to `published` cannot be those of the data
// directory whose snapshot and journal end at these epochs; empty where they can. A mark of 0 is
// fine: nothing was published under this name yet, and what comes next will be.
[[nodiscard]] std::string outputs_do_not_fit(Epoch published, Epoch snapshot, Epoch journaled);

}  // namespace potik::pipeline
