#pragma once
// Plots of a report as SVG: each a file of its own that needs no other, readable on light and on
// dark ground, its text as text. Threads: pure.

#include <string>
#include <vector>

#include "evaluate/report.h"

namespace potik::evaluate {

struct Plot {
  std::string file;  // name without a folder
  std::string svg;
};

// Recall by length of the list, frozen and live; calibration and AUC by period of the first head.
// What was not measured has no plot.
[[nodiscard]] std::vector<Plot> plots(const Report& report);

}  // namespace potik::evaluate
