#include "adapters/alertmanager/alert_payload.h"

#include <algorithm>

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::alertmanager {
namespace {

using monitor::Alert;
using monitor::AlertState;

std::string number(double value, std::string_view unit) {
  std::string text;
  append_json_number(text, value);
  if (!unit.empty()) text.append(" ").append(unit);
  return text;
}

void append_labels(JsonWriter& json, const Alert& alert, const Options& options) {
  json.key("labels").begin_object();
  json.field("alertname", alert_name(alert.kind)).field("service", "potik");
  json.field("kind", alert.kind).field("severity", severity(alert.kind));
  json.field("subject_type", alert.subject_type).field("subject", alert.subject);
  json.field("instance", options.node);
  json.end_object();
}

void append_annotations(JsonWriter& json, const Alert& alert) {
  std::string samples;
  for (const std::string& sample : alert.samples)
    samples.append(samples.empty() ? "" : " ").append(sample);
  json.key("annotations").begin_object();
  json.field("summary", alert.summary).field("description", alert.action);
  json.field("alert_id", alert.id);
  json.field("observed", number(alert.observed, alert.unit));
  json.field("baseline", number(alert.baseline, alert.unit));
  json.field("threshold", number(alert.threshold, alert.unit));
  json.field("distinct_users", std::to_string(alert.distinct_users));
  json.field("folded", std::to_string(alert.folded));
  json.field("samples", samples);
  json.end_object();
}

}  // namespace

std::string identity(const Alert& alert) {
  return alert.kind + '\n' + alert.subject_type + '\n' + alert.subject;
}

std::string alert_name(std::string_view kind) {
  std::string name = "Potik";
  bool capital = true;
  for (const char c : kind) {
    if (c == '_') {
      capital = true;
      continue;
    }
    name += capital && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    capital = false;
  }
  return name;
}

std::string_view severity(std::string_view kind) {
  if (kind == "like_burst") return "critical";
  return kind == "conflicting_event_id" ? "info" : "warning";
}

void append_alert(std::string& out, const Alert& alert, const Options& options, TimeMs now) {
  // Event time runs ahead of a clock that is behind; what starts in the future is not shown.
  const TimeMs start = std::min(alert.started_at, now);
  const TimeMs end = alert.state == AlertState::firing
                         ? TimeMs(now.value() + kRepeatsUntilOver * options.repeat_ms)
                         : std::clamp(alert.at, start, now);
  JsonWriter json(out);
  json.begin_object();
  append_labels(json, alert, options);
  append_annotations(json, alert);
  json.field("startsAt", format_rfc3339(start)).field("endsAt", format_rfc3339(end));
  if (!options.external_url.empty()) json.field("generatorURL", options.external_url + "/ops");
  json.end_object();
}

}  // namespace potik::alertmanager
