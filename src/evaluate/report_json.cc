// A report as JSON.

#include "base/json_writer.h"
#include "base/time_text.h"
#include "evaluate/report.h"

namespace potik::evaluate {
namespace {

void write(JsonWriter& out, std::string_view name, const Estimate& estimate) {
  out.key(name).begin_object().field("value", estimate.value);
  out.field("half_width", estimate.half_width).end_object();
}

void write(JsonWriter& out, std::string_view name, const ListReport& report) {
  out.key(name).begin_object().field("users", report.users).field("positives", report.positives);
  out.field("list_length", report.list_length).key("methods").begin_array();
  for (const ListMethod& method : report.methods) {
    out.begin_object().field("name", method.name).key("metrics").begin_object();
    for (size_t metric = 0; metric < kListMetrics; ++metric) {
      const bool told =
          static_cast<ListMetric>(metric) != ListMetric::recall200 || report.list_length >= 200;
      if (told) write(out, kListMetricNames[metric], method.metrics[metric]);
    }
    out.end_object().field("coverage@50", method.coverage50).key("recall_at").begin_array();
    for (const double recall : method.recall_at) out.value(recall);
    out.end_array().end_object();
  }
  out.end_array().end_object();
}

void write(JsonWriter& out, const ProbabilityQuality& quality) {
  out.begin_object().field("rows", quality.rows).field("rate", quality.rate);
  out.field("mean_p", quality.mean_p);
  write(out, "auc", quality.auc);
  write(out, "log_loss", quality.log_loss);
  out.field("log_loss_of_rate", quality.log_loss_of_rate).key("calibration").begin_array();
  for (const CalibrationBin& bin : quality.calibration) {
    out.begin_object().field("rows", bin.rows).field("mean_p", bin.mean_p);
    out.field("rate", bin.rate).end_object();
  }
  out.end_array().end_object();
}

void write(JsonWriter& out, const HeadReport& head) {
  out.begin_object().field("head", head.head).field("method", head.method).key("all");
  write(out, head.all);
  out.key("periods").begin_array();
  for (const PeriodQuality& period : head.periods) {
    out.begin_object().field("begin", format_rfc3339(period.begin)).key("quality");
    write(out, period.quality);
    out.end_object();
  }
  out.end_array();
  if (head.frozen) {
    out.key("frozen");
    write(out, head.frozen_all);
    write(out, "frozen_gauc", head.frozen_gauc);
  }
  out.end_object();
}

}  // namespace

std::string report_json(const Report& report) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().field("split", format_rfc3339(report.split));
  out.field("users", report.users).field("videos", report.videos);
  out.field("history_impressions", report.history_impressions);
  out.field("log_rows", report.log_rows).field("log_impressions", report.log_impressions);
  out.field("measured_impressions", report.measured_impressions);
  out.field("refused_events", report.refused_events);
  out.field("suspicious_events", report.suspicious_events).field("epochs", report.epochs);
  out.field("taken_back", report.taken_back).field("attack_acts", report.attack_acts);
  write(out, "frozen_lists", report.frozen_lists);
  write(out, "live_lists", report.live_lists);
  out.key("heads").begin_array();
  for (const HeadReport& head : report.heads) write(out, head);
  out.end_array().key("speed").begin_object().field("events", report.speed.events);
  out.field("learning_seconds", report.speed.learning_seconds);
  out.field("lists", report.speed.lists).field("list_seconds", report.speed.list_seconds);
  out.end_object().end_object();
  return text;
}

}  // namespace potik::evaluate
