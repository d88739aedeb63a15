#include "evaluate/plots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluate/chart.h"

namespace potik::evaluate {
namespace {

using testing::HasSubstr;
using testing::Not;

Report some_report() {
  Report report;
  report.frozen_lists = {
      1, 2, 3, {{"random", {}, 0, {0, 0, 0.1}}, {"potik", {}, 0, {0.1, 0.2, 0.3}}}};
  report.live_lists = report.frozen_lists;
  HeadReport head;
  head.head = "long_watch";
  head.method = "potik";
  head.all.calibration = {{1, 0.2, 0.1}, {1, 0.6, 0.7}};
  head.periods = {{TimeMs(0), {}}, {TimeMs(86'400'000), {}}};
  report.heads = {head};
  return report;
}

TEST(Plots, AreFourFilesThatNeedNoOther) {
  std::vector<std::string> names;
  for (const Plot& plot : plots(some_report())) {
    names.push_back(plot.file);
    EXPECT_TRUE(plot.svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"")) << plot.file;
    EXPECT_TRUE(plot.svg.ends_with("</svg>\n"));
    EXPECT_EQ(plot.svg.find("http", 40), std::string::npos) << "the name space is the only address";
    EXPECT_THAT(plot.svg, HasSubstr("prefers-color-scheme:dark"));
    EXPECT_THAT(plot.svg, HasSubstr(">potik</text>"));
    EXPECT_THAT(plot.svg, Not(HasSubstr("nan")));
    EXPECT_THAT(plot.svg, Not(HasSubstr("inf")));
  }
  EXPECT_THAT(names, testing::ElementsAre("recall_frozen.svg", "recall_live.svg", "calibration.svg",
                                          "auc_by_period.svg"));
}

TEST(Plots, OfNothingThereAreNone) { EXPECT_TRUE(plots(Report{}).empty()); }

TEST(Chart, PlacesItsPointsBetweenTheAxes) {
  Chart chart{"a < b", "x", "y", {{"line & more", {{0, 0}, {10, 1}}, {}, false}}, {}, true};
  const std::string svg = draw(chart);
  EXPECT_THAT(svg, HasSubstr("points=\"64.0,364.0 570.0,44.0 \""));
  EXPECT_THAT(svg, HasSubstr("a &lt; b"));
  EXPECT_THAT(svg, HasSubstr("line &amp; more"));
}

}  // namespace
}  // namespace potik::evaluate
