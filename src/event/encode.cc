#include "event/encode.h"

#include "base/json_writer.h"
#include "event/fields.h"

namespace potik::event {
namespace {

class EventWriter {
 public:
  explicit EventWriter(std::string& out) : json_(out) { json_.begin_object(); }
  void text(Field field, std::string_view value) {
    if (!value.empty()) json_.field(name(field), value);
  }
  void number(Field field, int32_t value) {
    if (value != kAbsent) json_.field(name(field), value);
  }
  void time(Field field, TimeMs value) { json_.field(name(field), value.value()); }
  // `members` is an object whose members become this object's.
  void merge(std::string_view members) {
    if (members.size() > 2) json_.raw(members.substr(1, members.size() - 2));
  }
  void end() { json_.end_object(); }

 private:
  JsonWriter json_;
};

}  // namespace

void encode(const EventView& event, std::string& out) {
  EventWriter json(out);
  json.text(Field::event_id, event.event_id);
  json.text(Field::type, name(event.type));
  json.time(Field::occurred_at, event.occurred_at);
  json.text(Field::user_id, event.user_id);
  json.text(Field::video_id, event.video_id);
  json.number(Field::watch_ms, event.watch_ms);
  json.number(Field::duration_ms, event.duration_ms);
  json.number(Field::position, event.position);
  json.text(Field::comment_id, event.comment_id);
  json.text(Field::text, event.text);
  json.text(Field::session_id, event.session_id);
  json.text(Field::request_id, event.request_id);
  json.text(Field::device, event.device);
  json.text(Field::surface, event.surface);
  json.merge(event.extra);
  json.end();
}

}  // namespace potik::event
