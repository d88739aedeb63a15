#include "monitor/alert.h"

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::monitor {

std::string Alert::json() const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("id", id).field("kind", kind);
  json.field("subject_type", subject_type).field("subject", subject);
  json.field("state", name(state));
  json.field("started_at", format_rfc3339(started_at)).field("at", format_rfc3339(at));
  json.field("observed", observed).field("baseline", baseline).field("threshold", threshold);
  json.field("unit", unit).field("distinct_users", distinct_users).field("folded", folded);
  json.key("samples").begin_array();
  for (const std::string& sample : samples) json.value(sample);
  json.end_array();
  json.field("summary", summary).field("action", action);
  json.end_object();
  return out;
}

}  // namespace potik::monitor
