// Any bytes must decode to an event or to a true reason. Truth is held against an independent JSON
// checker and against the way back through the encoder. Run by libFuzzer where the compiler has it,
// and everywhere by base/fuzz_driver.cc.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fuzz.h"
#include "base/json_check.h"
#include "base/utf8.h"
#include "event/decode.h"
#include "event/encode.h"
#include "event/fields.h"
#include "event/json_object.h"
#include "event/reference.h"
#include "event/test_text.h"

namespace potik::event {
namespace {

using fuzz::require;

bool fits(std::string_view text, size_t bytes_max) {
  return text.size() <= bytes_max && is_utf8(text);
}

void check_limits(const EventView& event) {
  for (const std::string_view id : {event.event_id, event.user_id, event.video_id}) {
    require(!id.empty() && fits(id, kIdBytesMax), "required ids have 1 to 64 bytes");
  }
  for (const std::string_view id : {event.comment_id, event.session_id, event.request_id}) {
    require(fits(id, kIdBytesMax), "optional ids have at most 64 bytes");
  }
  require(fits(event.text, kTextBytesMax) && fits(event.device, kDeviceBytesMax) &&
              fits(event.surface, kSurfaceBytesMax),
          "texts keep to their limits");
  require(event.extra.empty() || is_json(event.extra), "unknown fields are one JSON object");
  require(event.watch_ms >= kAbsent && event.watch_ms <= kWatchMsMax,
          "watch_ms keeps to its bounds");
  require(event.position >= kAbsent && event.position <= kPositionMax,
          "position keeps to its bounds");
  require(event.occurred_at.value() >= 0 && ms_between(kTestNow, event.occurred_at) <= kAheadMsMax,
          "times keep to their bounds");
}

void check_way_back(const EventView& event) {
  std::string json;
  encode(event, json);
  if (json.size() > kEventBytesMax) return;  // control characters grow by their escapes
  const Padded padded(json);
  Decoder decoder;
  const auto again = decoder.decode(padded.view(), kTestNow);
  require(again.ok() && *again == event, "encoding and decoding gives the same event");
}

bool is_known(const std::string& name) {
  return std::find(kFieldNames.begin(), kFieldNames.end(), name) != kFieldNames.end();
}

void check_unknown_fields(const EventView& event, std::string_view json) {
  const auto whole = JsonObject::parse(json);
  const auto extra = JsonObject::parse(event.extra.empty() ? "{}" : event.extra);
  require(whole && extra, "an event and its unknown fields are objects");
  std::vector<std::string> unknown = whole->names();
  std::erase_if(unknown, is_known);
  require(unknown == extra->names(), "no unknown field is lost or invented");
  for (const std::string& name : unknown)
    require(whole->raw(name) == extra->raw(name), "unknown values are kept");
}

void check_reason(const DecodeError& error, std::string_view json) {
  (void)error.message();
  if (error.reason == DeadReason::too_long) return;
  const bool malformed = error.reason == DeadReason::malformed_json;
  require(malformed != is_json(json),
          "malformed_json is said of what is no JSON, and of nothing else");
}

void check_event(Decoder& decoder, std::string_view json) {
  const auto event = decoder.decode(json, kTestNow);
  if (!event.ok()) return check_reason(event.error(), json);
  require(is_json(json), "only JSON decodes");
  check_limits(*event);
  check_unknown_fields(*event, json);
  check_way_back(*event);
}

void check_reference(std::string_view json) {
  const auto user = decode_user(json, "");
  require(!user.ok() || is_json(user->json), "a user's document is JSON");
  if (!user.ok()) check_reason(user.error(), json);
  const auto video = decode_video(json, "v");
  require(!video.ok() || video->tags.size() <= kTagsMax, "a video keeps to the limit of tags");
  if (!video.ok()) check_reason(video.error(), json);
  const auto unlearning = decode_unlearning(json, "");
  require(!unlearning.ok() || is_json(unlearning->json), "what is to be unlearned is JSON");
  if (!unlearning.ok()) check_reason(unlearning.error(), json);
}

void check_object(std::string_view json) {
  const auto object = JsonObject::parse(json);
  require(!object || is_json(json), "only JSON parses as an object");
  if (!object) return;
  for (const std::string& name : object->names()) {
    require(object->has(name) && is_json(*object->raw(name)), "each member is JSON");
    (void)object->text(name);
    (void)object->number(name);
    (void)object->integer(name);
  }
}

}  // namespace
}  // namespace potik::event

potik::fuzz::Material potik::fuzz::material() {
  return {texts_behind_tabs("src/event/testdata/events.tsv"),
          {"\"",
           "\\",
           "{",
           "}",
           "[",
           "]",
           ":",
           ",",
           "null",
           "true",
           "0",
           "-1",
           "1e9",
           ".5",
           "\\u0041",
           "\\ud83c\\udfac",
           "\\ud800",
           "\xd0\xbf",
           "\xff",
           " ",
           "\n",
           "\"user_id\":\"u1\"",
           "\"watch_ms\":1",
           "\"quarantine\":true",
           "\"x\":{\"y\":[1]}"}};
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace potik::event;  // NOLINT(google-build-using-namespace)
  static Decoder decoder;
  const Padded text(std::string_view(reinterpret_cast<const char*>(data), size));
  check_event(decoder, text.view());
  check_reference(text.view());
  check_object(text.view());
  decoder.reset();
  return 0;
}
