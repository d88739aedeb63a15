#pragma once
// Why bytes did not become an event. Each reason has a phrase that tells the producer what to
// change.

#include <cstdint>
#include <string>
#include <string_view>

namespace potik::event {

enum class DeadReason : uint8_t {
  malformed_json,  // not one JSON value, or bad UTF-8
  not_an_object,
  missing_field,
  wrong_type,  // a field of another JSON type than the schema says
  empty_field,
  too_long,      // a field or the whole event over its limit
  out_of_range,  // a number outside its bounds
  bad_time,      // occurred_at neither RFC 3339 nor Unix milliseconds
  time_ahead,    // more than kAheadMsMax ahead of the append time
  unknown_type,
  duplicate_field,  // a known field given twice
  id_mismatch,      // reference data whose own id differs from the one it was sent for
  no_room,          // metadata of a new video where as many are held as may be
};
inline constexpr size_t kDeadReasons = 13;

[[nodiscard]] std::string_view code(DeadReason reason);    // "missing_field"
[[nodiscard]] std::string_view phrase(DeadReason reason);  // a sentence with the remedy

struct DecodeError {
  DeadReason reason{};
  std::string_view field;  // name of the offending field, static storage, or empty
  // "missing_field: user_id: A required field is missing; ..."
  [[nodiscard]] std::string message() const;
};

}  // namespace potik::event
