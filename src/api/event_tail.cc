#include "api/event_tail.h"

#include "base/json_writer.h"
#include "base/time_text.h"
#include "store/rows.h"

namespace potik::api {
namespace {

void append_verdicts(JsonWriter& json, uint8_t verdict) {
  json.key("verdicts").begin_array();
  for (size_t bit = 0; bit < store::kVerdictNames.size(); ++bit) {
    if ((verdict >> bit & 1U) != 0) json.value(store::kVerdictNames[bit]);
  }
  json.end_array();
}

}  // namespace

void append_stages(JsonWriter& json, const EventStages& stages) {
  json.begin_object().key("appended_at");
  stages.appended.value() != 0 ? json.value(format_rfc3339(stages.appended)) : json.null();
  json.field("opened_at", format_rfc3339(stages.opened));
  json.field("computed_at", format_rfc3339(stages.computed));
  json.field("published_at", format_rfc3339(stages.published)).end_object();
}

void append_tail_event(JsonWriter& json, const TailEvent& event) {
  json.begin_object().field("event_id", event.event_id).field("type", event.type);
  json.field("user_id", event.user_id).field("video_id", event.video_id);
  json.field("partition", event.partition.value()).field("offset", event.offset.value());
  json.field("occurred_at", format_rfc3339(event.occurred_at));
  json.field("suspicious", event.suspicious);
  append_verdicts(json, event.verdict);
  json.field("epoch", event.epoch.value()).key("p_long_watch");
  event.p_long_watch ? json.value(*event.p_long_watch) : json.null();
  json.field("ms", ms_between(event.stages.appended, event.stages.published));
  json.key("stages");
  append_stages(json, event.stages);
  json.end_object();
}

void append_tail(std::string& out, const TailBatch& batch) {
  JsonWriter json(out);
  json.begin_object().field("seen", batch.seen).key("events").begin_array();
  for (const TailEvent& event : batch.events) append_tail_event(json, event);
  json.end_array().end_object();
}

}  // namespace potik::api
