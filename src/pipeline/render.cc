#include "pipeline/render.h"

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::pipeline {
namespace {

using store::FactRow;

void put_text(JsonWriter& json, std::string_view name, std::string_view text) {
  if (!text.empty()) json.field(name, text);
}

void put_number(JsonWriter& json, std::string_view name, int32_t number) {
  if (number != event::kAbsent) json.field(name, number);
}

void put_event(JsonWriter& json, const EnrichedEvent& event) {
  const FactRow& fact = event.fact;
  json.field("event_id", fact.event_id).field("type", event::name(fact.type));
  json.field("occurred_at", format_rfc3339(fact.occurred_at)).field("user_id", event.user_id);
  if (fact.video != kNoVideo) json.field("video_id", event.video_id);
  put_number(json, "watch_ms", fact.watch_ms);
  const bool known = event.metadata != nullptr && event.metadata->duration_ms > 0;
  const int32_t duration_ms = known ? event.metadata->duration_ms : fact.duration_ms;
  if (duration_ms > 0) json.field("duration_ms", duration_ms);
  if (duration_ms > 0 && fact.watch_ms != event::kAbsent)
    json.field("watch_fraction", static_cast<double>(fact.watch_ms) / duration_ms);
  put_number(json, "position", fact.position);
  if (event.detail == nullptr) return;
  put_text(json, "comment_id", event.detail->comment_id);
  put_text(json, "text", event.detail->text);
  put_text(json, "session_id", event.detail->session_id);
  put_text(json, "request_id", event.detail->request_id);
  put_text(json, "device", event.detail->device);
  if (!event.detail->extra.empty()) json.key("extra").raw(event.detail->extra);
}

void put_user(JsonWriter& json, const EnrichedEvent& event) {
  put_text(json, "user_segment", event.profile.segment);
  if (!event.profile.json.empty()) json.key("user_profile").raw(event.profile.json);
  if (event.fact.user_version != 0) json.field("user_version", event.fact.user_version);
  json.field("user_events", event.fact.user_events);
}

void put_video(JsonWriter& json, const EnrichedEvent& event) {
  if (event.fact.video_version != 0) json.field("video_version", event.fact.video_version);
  if (event.metadata == nullptr) return;
  put_text(json, "video_title", event.metadata->title);
  put_text(json, "author_id", event.metadata->author_id);
  put_text(json, "video_language", event.metadata->language);
  if (!event.metadata->tags.empty()) {
    json.key("video_tags").begin_array();
    for (const std::string& tag : event.metadata->tags) json.value(tag);
    json.end_array();
  }
  if (event.metadata->published_at.value() > 0)
    json.field("video_published_at", format_rfc3339(event.metadata->published_at));
}

std::string verdict_text(uint8_t verdict) {
  std::string text;
  for (size_t bit = 0; bit < store::kVerdictNames.size(); ++bit) {
    if ((verdict >> bit & 1U) == 0) continue;
    if (!text.empty()) text += ',';
    text += store::kVerdictNames[bit];
  }
  return text;
}

void put_results(JsonWriter& json, const EnrichedEvent& event) {
  const FactRow& fact = event.fact;
  const auto flag = [&](std::string_view name, store::FactFlag bit) {
    json.field(name, (fact.flags & bit) != 0);
  };
  flag("history", store::kHistory);
  flag("late", store::kLate);
  flag("first_watch", store::kFirstWatch);
  flag("user_unknown", store::kUserUnknown);
  flag("video_unknown", store::kVideoUnknown);
  flag("suspicious", store::kSuspicious);
  put_text(json, "verdict", verdict_text(fact.verdict));
  if ((fact.flags & store::kScored) != 0) {
    json.field("p_long_watch", fact.p_long_watch).field("p_like", fact.p_like);
    json.field("p_comment", fact.p_comment).field("p_skip", fact.p_skip);
  }
  json.field("model_version", event.epoch.value() - 1);
  json.field("partition", fact.partition.value()).field("offset", fact.offset.value());
  json.field("epoch", event.epoch.value());
}

}  // namespace

void append_enriched(std::string& out, const EnrichedEvent& event) {
  JsonWriter json(out);
  json.begin_object();
  put_event(json, event);
  put_user(json, event);
  put_video(json, event);
  put_results(json, event);
  json.end_object();
}

void render_alert(const monitor::Alert& alert, RenderedPart& part) {
  part.add(log::OutputStream::alerts, alert.id,
           [&](std::string& out) { out.append(alert.json()); });
}

void render_dead_letter(const store::DeadLetterRow& letter, RenderedPart& part) {
  std::string note;
  JsonWriter json(note);
  json.begin_object().field("reason", letter.reason).field("field", letter.field);
  json.field("partition", letter.partition.value()).field("offset", letter.offset.value());
  json.field("appended_at", format_rfc3339(letter.appended_at)).end_object();
  part.add(
      log::OutputStream::dead_letters, {}, [&](std::string& out) { out.append(letter.bytes); },
      note);
}

void render_rows(const store::RowBlock& rows, store::KeyGroupRange writer, RenderedPart& part) {
  if (rows.empty() && writer == store::KeyGroupRange{}) return;
  std::string bytes;
  for (const store::RowPiece& piece : store::cut_into_pieces(rows, writer, bytes)) {
    part.add(log::OutputStream::rows, store::text_of(writer),
             [&](std::string& out) { store::append_piece(out, piece); });
  }
}

}  // namespace potik::pipeline
