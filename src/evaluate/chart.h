#pragma once
// Chart: lines over two linear axes, drawn as SVG. Threads: a plain value.

#include <string>
#include <utility>
#include <vector>

namespace potik::evaluate {

struct Line {
  std::string name;
  std::vector<std::pair<double, double>> points;
  std::vector<double> half_widths;  // beside points, or empty: bars around them
  bool dashed = false;              // a reference
};

struct Chart {
  std::string title;
  std::string x_label, y_label;
  std::vector<Line> lines;
  std::vector<std::pair<double, std::string>> x_marks;  // where, with what text; empty: numbers
  bool from_zero = true;                                // the y axis
};

[[nodiscard]] std::string draw(const Chart& chart);

}  // namespace potik::evaluate
