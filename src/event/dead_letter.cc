#include "event/dead_letter.h"

#include <array>

namespace potik::event {
namespace {

struct Wording {
  std::string_view code;
  std::string_view phrase;
};

constexpr std::array<Wording, kDeadReasons> kWordings{{
    {"malformed_json",
     "The bytes are not one JSON value in UTF-8; send exactly one JSON object for each event."},
    {"not_an_object",
     "The JSON value is not an object; send an event as {\"event_id\": ..., ...}."},
    {"missing_field", "A required field is missing; add it as docs/formats/event.md describes."},
    {"wrong_type",
     "The field has another JSON type than the format asks for; see docs/formats/event.md."},
    {"empty_field",
     "The field is an empty string; give it content, or leave it out if it is optional."},
    {"too_long",
     "The field or the whole document is longer or nested deeper than its limit; shorten it."},
    {"out_of_range",
     "The number lies outside its bounds; check its unit (times are in milliseconds)."},
    {"bad_time",
     "The time is neither RFC 3339 with a zone nor Unix milliseconds; send "
     "2026-01-02T03:04:05.678Z."},
    {"time_ahead",
     "The time lies more than five minutes ahead of the server's; set the producer's clock right."},
    {"unknown_type", "The event type is not known; use one of those in docs/formats/event.md."},
    {"duplicate_field", "The field is given twice; send it once."},
    {"id_mismatch",
     "The id in the document differs from the one it was sent for; make them equal, or leave it "
     "out."},
    {"no_room",
     "As many videos are held as model.videos_max allows; begin a data directory with a larger "
     "one."},
}};

const Wording& wording(DeadReason reason) { return kWordings.at(static_cast<size_t>(reason)); }

}  // namespace

std::string_view code(DeadReason reason) { return wording(reason).code; }

std::string_view phrase(DeadReason reason) { return wording(reason).phrase; }

std::string DecodeError::message() const {
  std::string text(code(reason));
  text += ": ";
  if (!field.empty()) {
    text += field;
    text += ": ";
  }
  text += phrase(reason);
  return text;
}

}  // namespace potik::event
