#include "api/introduction.h"

#include "base/time_text.h"

namespace potik::api {
namespace {

void append_time(JsonWriter& json, std::string_view name, TimeMs time) {
  json.key(name);
  if (time.value() == 0) {
    json.null();
  } else {
    json.value(format_rfc3339(time));
  }
}

}  // namespace

void append_introduction(JsonWriter& json, const Introduction& introduction) {
  const double rate = introduction.impressions == 0
                          ? 0
                          : static_cast<double>(introduction.positives) / introduction.impressions;
  json.field("video_id", introduction.video_id).field("title", introduction.title);
  json.field("state", introduction.state).field("target", introduction.target);
  json.field("impressions", introduction.impressions).field("due", introduction.due);
  json.field("positives", introduction.positives).field("rate", rate);
  json.field("rate_low", introduction.rate_low).field("rate_high", introduction.rate_high);
  json.field("mean_prediction", introduction.mean_prediction);
  json.field("impressions_of_all", introduction.impressions_of_all);
  append_time(json, "announced_at", introduction.announced_at);
  append_time(json, "started_at", introduction.started_at);
  append_time(json, "deadline_at", introduction.deadline_at);
  append_time(json, "ended_at", introduction.ended_at);
}

}  // namespace potik::api
