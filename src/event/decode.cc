#include "event/decode.h"

#include <bit>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/text_arena.h"
#include "event/field_reader.h"
#include "event/fields.h"
#include "event/json_walk.h"

namespace potik::event {
namespace {

std::optional<Field> field_of(std::string_view name) {
  const auto either = [name](Field field) {
    return name == potik::event::name(field) ? std::optional(field) : std::nullopt;
  };
  switch (name.size()) {
    case 4:
      return name[1] == 'y' ? either(Field::type) : either(Field::text);
    case 6:
      return either(Field::device);
    case 7:
      return name[0] == 'u' ? either(Field::user_id) : either(Field::surface);
    case 8:
      switch (name[0]) {
        case 'e':
          return either(Field::event_id);
        case 'v':
          return either(Field::video_id);
        case 'w':
          return either(Field::watch_ms);
        default:
          return either(Field::position);
      }
    case 10:
      switch (name[0]) {
        case 'c':
          return either(Field::comment_id);
        case 's':
          return either(Field::session_id);
        default:
          return either(Field::request_id);
      }
    case 11:
      return name[0] == 'o' ? either(Field::occurred_at) : either(Field::duration_ms);
    default:
      return std::nullopt;
  }
}

std::optional<EventType> type_of(std::string_view name) {
  for (size_t i = 0; i < kEventTypes; ++i) {
    if (kEventTypeNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

// Reads one object into one event. False from any step means that error() holds the reason.
class EventReader {
 public:
  EventReader(JsonWalk walk, TextArena& arena, std::string& extra, EventView& event)
      : in_(walk, arena), arena_(arena), extra_(extra), event_(event) {}

  bool read(TimeMs appended_at) {
    const auto member = [this](std::string_view spelling, std::string_view name) {
      return read_member(spelling, name);
    };
    if (!in_.object(member) || !check_required()) return false;
    if (ms_between(appended_at, event_.occurred_at) > kAheadMsMax) {
      return in_.fail(DeadReason::time_ahead, name(Field::occurred_at));
    }
    if (!extra_.empty()) {
      extra_ += '}';
      event_.extra = arena_.store(extra_);
    }
    return true;
  }
  [[nodiscard]] DecodeError error() const { return in_.error(); }

 private:
  bool read_member(std::string_view spelling, std::string_view member) {
    const std::optional<Field> field = field_of(member);
    if (!field) return keep_unknown(spelling);
    if ((seen_ & bit(*field)) != 0) return in_.fail(DeadReason::duplicate_field, name(*field));
    seen_ |= bit(*field);
    return read_field(*field);
  }

  bool read_field(Field field) {
    switch (field) {
      case Field::event_id:
        return in_.text(name(field), kIdBytesMax, event_.event_id);
      case Field::type:
        return read_type();
      case Field::occurred_at:
        return in_.time(name(field), event_.occurred_at);
      case Field::user_id:
        return in_.text(name(field), kIdBytesMax, event_.user_id);
      case Field::video_id:
        return in_.text(name(field), kIdBytesMax, event_.video_id);
      case Field::watch_ms:
        return in_.integer(name(field), kWatchMsMax, event_.watch_ms);
      case Field::duration_ms:
        return in_.integer(name(field), kWatchMsMax, event_.duration_ms);
      case Field::position:
        return in_.integer(name(field), kPositionMax, event_.position);
      case Field::comment_id:
        return in_.text(name(field), kIdBytesMax, event_.comment_id);
      case Field::text:
        return in_.text(name(field), kTextBytesMax, event_.text);
      case Field::session_id:
        return in_.text(name(field), kIdBytesMax, event_.session_id);
      case Field::request_id:
        return in_.text(name(field), kIdBytesMax, event_.request_id);
      case Field::device:
        return in_.text(name(field), kDeviceBytesMax, event_.device);
      case Field::surface:
        return in_.text(name(field), kSurfaceBytesMax, event_.surface);
    }
    std::abort();  // every field is named above
  }

  bool read_type() {
    std::string_view text;
    if (!in_.text(name(Field::type), kEventBytesMax, text)) return false;
    const auto type = type_of(text);
    if (!type) return in_.fail(DeadReason::unknown_type, name(Field::type));
    event_.type = *type;
    return true;
  }

  bool keep_unknown(std::string_view spelling) {
    extra_ += extra_.empty() ? "{\"" : ",\"";
    extra_ += spelling;
    extra_ += "\":";
    return in_.any(&extra_);
  }

  bool check_required() {
    const bool typed = (seen_ & bit(Field::type)) != 0;
    const uint32_t missing = (typed ? required_fields(event_.type) : kRequiredAlways) & ~seen_;
    if (missing == 0) return true;
    return in_.fail(DeadReason::missing_field, kFieldNames.at(std::countr_zero(missing)));
  }

  FieldReader in_;
  TextArena& arena_;
  std::string& extra_;
  EventView& event_;
  uint32_t seen_ = 0;
};

}  // namespace

struct Decoder::Impl {
  JsonIndex index{kEventBytesMax};
  TextArena arena;
  std::string extra;  // the unknown fields of the event at hand
};

Decoder::Decoder() : impl_(std::make_unique<Impl>()) {}
Decoder::~Decoder() = default;

Result<EventView, DecodeError> Decoder::decode(std::string_view json, TimeMs appended_at) {
  if (json.size() > kEventBytesMax) return Error{DecodeError{DeadReason::too_long, {}}};
  if (!impl_->index.build(json)) return Error{DecodeError{DeadReason::malformed_json, {}}};
  impl_->extra.clear();
  Result<EventView, DecodeError> result{EventView{}};
  EventReader reader(JsonWalk(json, impl_->index), impl_->arena, impl_->extra, *result);
  if (!reader.read(appended_at)) return Error{reader.error()};
  return result;
}

void Decoder::reset() { impl_->arena.reset(); }

}  // namespace potik::event
