#include "evaluate/plots.h"

#include "base/time_text.h"
#include "evaluate/chart.h"

namespace potik::evaluate {
namespace {

// The system first, so that it has the first colour everywhere.
template <class Method, class Add>
void own_first(const std::vector<Method>& methods, std::string_view (*name)(const Method&),
               Add&& add) {
  for (const bool own : {true, false}) {
    for (const Method& method : methods) {
      if ((name(method) == kOwnName) == own) add(method);
    }
  }
}

Plot recall_plot(const char* file, const char* title, const ListReport& report) {
  Chart chart{title, "length of the list", "recall", {}, {}, true};
  own_first<ListMethod>(
      report.methods, [](const ListMethod& method) -> std::string_view { return method.name; },
      [&](const ListMethod& method) {
        Line line{method.name, {{0, 0}}, {}, false};
        for (size_t i = 0; i < method.recall_at.size(); ++i)
          line.points.emplace_back(static_cast<double>(i + 1), method.recall_at[i]);
        chart.lines.push_back(std::move(line));
      });
  return {file, draw(chart)};
}

Plot calibration_plot(const HeadReport& head) {
  Chart chart{"Calibration of " + head.head, "mean p of a tenth", "rate", {}, {}, true};
  Line line{std::string(kOwnName), {}, {}, false};
  for (const CalibrationBin& bin : head.all.calibration)
    line.points.emplace_back(bin.mean_p, bin.rate);
  const double last = line.points.empty() ? 1 : line.points.back().first;
  chart.lines.push_back(std::move(line));
  chart.lines.push_back({"as predicted", {{0, 0}, {last, last}}, {}, true});
  return {"calibration.svg", draw(chart)};
}

Plot auc_plot(const std::vector<HeadReport>& heads, const std::string& head) {
  Chart chart{"AUC of " + head + " by period", "begin of the period (UTC)", "AUC", {}, {}, false};
  own_first<HeadReport>(
      heads, [](const HeadReport& report) -> std::string_view { return report.method; },
      [&](const HeadReport& report) {
        if (report.head != head) return;
        Line line{report.method, {}, {}, false};
        for (size_t i = 0; i < report.periods.size(); ++i) {
          const Estimate& auc = report.periods[i].quality.auc;
          line.points.emplace_back(static_cast<double>(i), auc.value);
          line.half_widths.push_back(auc.half_width);
        }
        chart.lines.push_back(std::move(line));
      });
  const auto& periods = heads.front().periods;
  const size_t every = periods.size() / 8 + 1;
  for (size_t i = 0; i < periods.size(); i += every)
    chart.x_marks.emplace_back(static_cast<double>(i),
                               format_rfc3339(periods[i].begin).substr(5, 5));
  return {"auc_by_period.svg", draw(chart)};
}

}  // namespace

std::vector<Plot> plots(const Report& report) {
  std::vector<Plot> all;
  if (report.frozen_lists.positives > 0) {
    all.push_back(
        recall_plot("recall_frozen.svg", "Recall, state frozen at the split", report.frozen_lists));
    all.push_back(recall_plot("recall_live.svg", "Recall just before each first positive",
                              report.live_lists));
  }
  for (const HeadReport& head : report.heads) {
    if (head.method != kOwnName) continue;
    all.push_back(calibration_plot(head));
    all.push_back(auc_plot(report.heads, head.head));
    break;
  }
  return all;
}

}  // namespace potik::evaluate
