#include "evaluate/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <limits>

namespace potik::evaluate {
namespace {

constexpr double kWidth = 760, kHeight = 420;
constexpr double kLeft = 64, kRight = 190, kTop = 44, kBottom = 56;  // margins
constexpr size_t kColours = 6;

// Okabe and Ito's palette (2008), which the colour-blind can tell apart, lighter on dark ground.
constexpr const char* kStyle =
    "<style>text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600;font-size:15px}"
    ".grid{stroke:#ddd}.axis{stroke:#666}.ground{fill:#fff}.line{fill:none;stroke-width:2}"
    ".c0{stroke:#0072b2}.c1{stroke:#999999}.c2{stroke:#e69f00}.c3{stroke:#009e73}"
    ".c4{stroke:#cc79a7}.c5{stroke:#d55e00}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#333}.axis{stroke:#999}"
    ".ground{fill:#161616}.c0{stroke:#56b4e9}.c1{stroke:#888888}.c5{stroke:#f0894e}}</style>";

__attribute__((format(printf, 2, 3))) void print(std::string& out, const char* format, ...) {
  std::array<char, 512> text{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  out += text.data();
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '"' ? "&quot;" : std::string(1, c);
  }
  return out;
}

struct Axis {
  double low = 0, high = 1, step = 0.2;
  double from = 0, to = 1;  // in the picture
  [[nodiscard]] double place(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

// Bounds and marks at 1, 2 or 5 times a power of ten.
Axis axis_over(double low, double high, double from, double to) {
  if (!(high > low)) high = low + 1;
  const double rough = (high - low) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double times = rough / power;
  const double step = power * (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10);
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step, from,
          to};
}

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

void draw_axes(const Chart& chart, const Axis& x, const Axis& y, std::string& out) {
  for (double value = y.low; value <= y.high + y.step / 2; value += y.step) {
    print(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", x.from,
          x.to, y.place(value), y.place(value));
    print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.4g</text>", x.from - 8,
          y.place(value) + 4, std::abs(value) < y.step / 1e6 ? 0 : value);
  }
  std::vector<std::pair<double, std::string>> marks = chart.x_marks;
  for (double value = x.low; chart.x_marks.empty() && value <= x.high + x.step / 2;
       value += x.step) {
    std::string text;
    print(text, "%.4g", value);
    marks.emplace_back(value, text);
  }
  for (const auto& [value, text] : marks) {
    print(out, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
          x.place(value), x.place(value), y.from, y.from + 5);
    print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", x.place(value),
          y.from + 20, escaped(text).c_str());
  }
  print(out, "<line class=\"axis\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", x.from, x.to,
        y.from, y.from);
  print(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>", (x.from + x.to) / 2,
        kHeight - 14, escaped(chart.x_label).c_str());
  print(out, "<text transform=\"translate(16 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>",
        (y.from + y.to) / 2, escaped(chart.y_label).c_str());
}

void draw_line(const Line& line, size_t index, const Axis& x, const Axis& y, std::string& out) {
  const size_t colour = index % kColours;
  print(out, "<polyline class=\"line c%zu\"%s points=\"", colour,
        line.dashed ? " stroke-dasharray=\"5 4\"" : "");
  for (const auto& [at, value] : line.points) print(out, "%.1f,%.1f ", x.place(at), y.place(value));
  out += "\"/>";
  for (size_t i = 0; i < line.half_widths.size(); ++i) {
    const auto& [at, value] = line.points[i];
    print(out, "<line class=\"c%zu\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>", colour,
          x.place(at), x.place(at), y.place(value - line.half_widths[i]),
          y.place(value + line.half_widths[i]));
  }
  const double row = kTop + 18 * static_cast<double>(index) + 8;
  const double column = kWidth - kRight + 16;
  print(out, "<line class=\"line c%zu\"%s x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
        colour, line.dashed ? " stroke-dasharray=\"5 4\"" : "", column, column + 22, row, row);
  print(out, "<text x=\"%.1f\" y=\"%.1f\">%s</text>", column + 28, row + 4,
        escaped(line.name).c_str());
}

}  // namespace

std::string draw(const Chart& chart) {
  Extent across;
  Extent up;
  if (chart.from_zero) up.take(0);
  for (const Line& line : chart.lines) {
    for (size_t i = 0; i < line.points.size(); ++i) {
      const double half = line.half_widths.empty() ? 0 : line.half_widths[i];
      across.take(line.points[i].first);
      up.take(line.points[i].second - half);
      up.take(line.points[i].second + half);
    }
  }
  Axis x = axis_over(across.low, across.high, kLeft, kWidth - kRight);
  if (!chart.x_marks.empty()) x.low = across.low, x.high = std::max(across.high, across.low + 1);
  const Axis y = axis_over(up.low, up.high, kHeight - kBottom, kTop);
  std::string out;
  print(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
        "aria-label=\"%s\">",
        kWidth, kHeight, escaped(chart.title).c_str());
  out += kStyle;
  print(out, "<rect class=\"ground\" width=\"%.0f\" height=\"%.0f\"/>", kWidth, kHeight);
  print(out, "<text class=\"title\" x=\"%.1f\" y=\"24\">%s</text>", kLeft,
        escaped(chart.title).c_str());
  draw_axes(chart, x, y, out);
  for (size_t i = 0; i < chart.lines.size(); ++i) draw_line(chart.lines[i], i, x, y, out);
  out += "</svg>\n";
  return out;
}

}  // namespace potik::evaluate
