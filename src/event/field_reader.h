#pragma once
// Reading the members of one JSON object into typed values, with the reason where one does not fit.
// What the event and the reference data have in common. Inline, for it is the inside of the hot
// loop. Threads: one owner. Errors: false from any step means that error() holds the reason; stop
// then.

#include <optional>
#include <string>
#include <string_view>

#include "base/text_arena.h"
#include "base/time_text.h"
#include "event/dead_letter.h"
#include "event/json_walk.h"

namespace potik::event {

class FieldReader {
 public:
  FieldReader(JsonWalk walk, TextArena& arena)
      : start_(walk), walk_(walk), arena_(arena), escaped_(has_escapes(walk.json())) {}

  // Reads exactly one object, calling on_member(spelling, name), which reads the value or returns
  // false. `spelling` is the name as it stands between its quotes, `name` what it means.
  template <class OnMember>
  bool object(OnMember&& on_member) {
    if (!walk_.take('{')) return fail(DeadReason::not_an_object);
    if (!walk_.take('}')) {
      do {
        std::string_view spelling;
        std::string_view name;
        if (!walk_.take_string(spelling) || !resolve(spelling, name) || !walk_.take(':'))
          return malformed();
        if (!on_member(spelling, name)) return false;
      } while (walk_.take(','));
      if (!walk_.take('}')) return malformed();
    }
    return walk_.at_end() || malformed();
  }

  // `field` names must have static storage: they go into the error.
  bool text(std::string_view field, size_t bytes_max, std::string_view& out) {
    std::string_view inside;
    if (!walk_.take_string(inside)) return fail(DeadReason::wrong_type, field);
    if (!resolve(inside, out)) return malformed();
    if (out.empty()) return fail(DeadReason::empty_field, field);
    return out.size() <= bytes_max || fail(DeadReason::too_long, field);
  }

  // An integer from 0 to max.
  bool integer(std::string_view field, int64_t max, int32_t& out) {
    const std::string_view token = walk_.take_scalar();
    auto value = plain_integer(token);
    if (!value) {
      if (!is_json_number(token)) return fail(DeadReason::wrong_type, field);
      value = json_integer(token);
      if (!value && has_fraction(token)) return fail(DeadReason::wrong_type, field);
    }
    if (!value || *value < 0 || *value > max) return fail(DeadReason::out_of_range, field);
    out = static_cast<int32_t>(*value);
    return true;
  }

  bool flag(std::string_view field, bool& out) {
    const std::string_view token = walk_.take_scalar();
    out = token == "true";
    return out || token == "false" || fail(DeadReason::wrong_type, field);
  }

  // RFC 3339 text or Unix milliseconds.
  bool time(std::string_view field, TimeMs& out) {
    std::optional<TimeMs> time;
    if (walk_.peek() == '"') {
      std::string_view spelling;
      if (!text(field, kEventBytesMax, spelling)) return false;
      time = parse_rfc3339(spelling);
    } else {
      const std::string_view token = walk_.take_scalar();
      auto ms = plain_integer(token);
      if (!ms) {
        if (!is_json_number(token)) return fail(DeadReason::wrong_type, field);
        ms = json_integer(token);
      }
      if (ms && *ms >= 0 && *ms <= kTimeMsMax) time = TimeMs(*ms);
    }
    if (!time) return fail(DeadReason::bad_time, field);
    out = *time;
    return true;
  }

  // Any value; appended without white space to `copy` if there is one.
  bool any(std::string* copy) { return walk_.take_value(copy, 1) || malformed(); }

  // An array, calling on_element() before each element, which reads it or returns false.
  template <class OnElement>
  bool array(std::string_view field, OnElement&& on_element) {
    if (!walk_.take('[')) return fail(DeadReason::wrong_type, field);
    if (walk_.take(']')) return true;
    do {
      if (!on_element()) return false;
    } while (walk_.take(','));
    return walk_.take(']') || malformed();
  }

  bool fail(DeadReason reason, std::string_view field = {}) {
    error_ = {reason, field};
    return false;
  }

  // Why it failed. A field's complaint gives way to the news that the text is no JSON at all.
  [[nodiscard]] DecodeError error() const {
    JsonWalk whole = start_;
    if (whole.take_value(nullptr, 0) && whole.at_end()) return error_;
    return {whole.too_deep() ? DeadReason::too_long : DeadReason::malformed_json, {}};
  }

 private:
  bool malformed() { return fail(DeadReason::malformed_json); }
  bool resolve(std::string_view inside, std::string_view& meaning) {
    meaning = inside;
    if (!escaped_ || !has_escapes(inside)) return true;
    const auto text = unescape(inside, arena_);
    if (text) meaning = *text;
    return text.has_value();
  }

  JsonWalk start_;
  JsonWalk walk_;
  TextArena& arena_;
  bool escaped_;  // one look at the whole text spares a look at each string
  DecodeError error_;
};

}  // namespace potik::event
