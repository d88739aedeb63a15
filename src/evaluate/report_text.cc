// The readable form of a report.

#include <cinttypes>
#include <cstdarg>
#include <cstdio>

#include "base/time_text.h"
#include "evaluate/report.h"

namespace potik::evaluate {
namespace {

__attribute__((format(printf, 2, 3))) void print(std::string& out, const char* format, ...) {
  std::array<char, 512> text{};
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  out += text.data();
}

void print_estimate(std::string& out, const Estimate& estimate) {
  print(out, "  %6.4f ±%.4f", estimate.value, estimate.half_width);
}

// Of a list so short that the measure cannot be told.
bool out_of_reach(const ListReport& report, size_t metric) {
  return static_cast<ListMetric>(metric) == ListMetric::recall200 && report.list_length < 200;
}

void print_lists(std::string& out, const char* title, bool covered, const ListReport& report) {
  constexpr std::array<const char*, kListMetrics> kHeads{"R@20",    "R@50",    "R@100", "R@200",
                                                         "NDCG@10", "NDCG@20", "MRR",   "debiased"};
  print(out, "\n%s: %" PRIu64 " places, %" PRIu64 " users, %" PRIu64 " positives\n%-20s", title,
        report.list_length, report.users, report.positives, "");
  for (size_t metric = 0; metric < kListMetrics; ++metric) {
    if (!out_of_reach(report, metric)) print(out, "  %14s", kHeads[metric]);
  }
  out += covered ? "  coverage@50\n" : "\n";
  for (const ListMethod& method : report.methods) {
    print(out, "%-20s", method.name.c_str());
    for (size_t metric = 0; metric < kListMetrics; ++metric) {
      if (!out_of_reach(report, metric)) print_estimate(out, method.metrics[metric]);
    }
    if (covered) print(out, "  %11.4f", method.coverage50);
    out += '\n';
  }
}

void print_heads(std::string& out, const Report& report) {
  print(out, "\nProbabilities, predicted when the video was shown: %" PRIu64 " impressions\n",
        report.measured_impressions);
  print(out, "%-11s %-14s %7s %7s %16s %16s %9s %16s %11s\n", "head", "", "rate", "mean p", "AUC",
        "log loss", "of rate", "GAUC, frozen", "AUC, frozen");
  for (const HeadReport& head : report.heads) {
    print(out, "%-11s %-14s %7.4f %7.4f", head.head.c_str(), head.method.c_str(), head.all.rate,
          head.all.mean_p);
    print_estimate(out, head.all.auc);
    print_estimate(out, head.all.log_loss);
    print(out, "    %.4f", head.all.log_loss_of_rate);
    if (head.frozen) {
      print_estimate(out, head.frozen_gauc);
      print(out, "      %.4f", head.frozen_all.auc.value);
    }
    out += '\n';
  }
}

void print_details(std::string& out, const HeadReport& head) {
  print(out, "\n%s by period%*s %8s %7s %7s %16s %16s\n", head.head.c_str(),
        static_cast<int>(14 - std::min<size_t>(head.head.size(), 14)), "", "rows", "rate", "mean p",
        "AUC", "log loss");
  for (const PeriodQuality& period : head.periods) {
    print(out, "%s  %8zu %7.4f %7.4f", format_rfc3339(period.begin).c_str(), period.quality.rows,
          period.quality.rate, period.quality.mean_p);
    print_estimate(out, period.quality.auc);
    print_estimate(out, period.quality.log_loss);
    out += '\n';
  }
  print(out, "\n%s by tenths of p: mean p, rate\n", head.head.c_str());
  for (const CalibrationBin& bin : head.all.calibration) print(out, "  %6.4f", bin.mean_p);
  out += '\n';
  for (const CalibrationBin& bin : head.all.calibration) print(out, "  %6.4f", bin.rate);
  out += '\n';
}

double per(double seconds, uint64_t count) {
  return count == 0 ? 0 : 1e6 * seconds / static_cast<double>(count);
}

}  // namespace

std::string report_text(const Report& report) {
  std::string out;
  print(out,
        "%" PRIu64 " users, %" PRIu64 " videos; %" PRIu64 " impressions of history; %" PRIu64
        " rows of log, %" PRIu64 " of them distinct, %" PRIu64 " from the split %s on\n",
        report.users, report.videos, report.history_impressions, report.log_rows,
        report.log_impressions, report.measured_impressions, format_rfc3339(report.split).c_str());
  print_lists(out, "Lists of the state at the split, the whole catalogue ranked", true,
              report.frozen_lists);
  print_lists(out, "Lists just before each first positive", false, report.live_lists);
  print_heads(out, report);
  for (const HeadReport& head : report.heads) {
    if (head.method == kOwnName && head.head == report.heads.front().head) print_details(out, head);
  }
  print(out,
        "\n%" PRIu64 " events in %" PRIu64 " epochs, %.1f us each; %" PRIu64 " lists, %.0f us each",
        report.speed.events, report.epochs, per(report.speed.learning_seconds, report.speed.events),
        report.speed.lists, per(report.speed.list_seconds, report.speed.lists));
  print(out, "; %" PRIu64 " events held suspicious", report.suspicious_events);
  if (report.taken_back > 0) print(out, ", %" PRIu64 " acts taken back", report.taken_back);
  if (report.attack_acts > 0) print(out, "; %" PRIu64 " acts of attackers", report.attack_acts);
  if (report.refused_events > 0) print(out, "; %" PRIu64 " REFUSED", report.refused_events);
  out += '\n';
  return out;
}

}  // namespace potik::evaluate
