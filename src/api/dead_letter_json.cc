#include "api/dead_letter_json.h"

#include <array>
#include <charconv>

#include "base/json_writer.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "event/dead_letter.h"

namespace potik::api {
namespace {

enum Column : size_t { kAppendedAt, kPartition, kOffset, kReason, kField, kBase64, kColumns };

template <class Number>
bool take_number(std::string_view& text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take_dash(std::string_view& text) {
  if (text.empty() || text.front() != '-') return false;
  text.remove_prefix(1);
  return true;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() * 3 / 4);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) break;  // padding
    bits = (bits << 6U) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> static_cast<uint32_t>(count)) & 255U);
  }
  return out;
}

std::string_view phrase_of(std::string_view code) {
  for (size_t i = 0; i < event::kDeadReasons; ++i) {
    const auto reason = static_cast<event::DeadReason>(i);
    if (event::code(reason) == code) return event::phrase(reason);
  }
  return {};
}

std::string_view text_of(const std::vector<std::optional<std::string>>& row, Column column) {
  return row[column] ? std::string_view(*row[column]) : std::string_view{};
}

int64_t number_of(const std::vector<std::optional<std::string>>& row, Column column) {
  int64_t number = 0;
  std::string_view text = text_of(row, column);
  (void)take_number(text, number);
  return number;
}

void append_row(JsonWriter& json, const std::vector<std::optional<std::string>>& row) {
  json.begin_object();
  json.field("partition", number_of(row, kPartition)).field("offset", number_of(row, kOffset));
  json.field("appended_at", format_rfc3339(TimeMs(number_of(row, kAppendedAt))));
  json.field("reason", text_of(row, kReason)).field("field", text_of(row, kField));
  json.field("detail", phrase_of(text_of(row, kReason)));
  const std::string bytes = decode_base64(text_of(row, kBase64));
  if (is_utf8(bytes)) {
    json.field("text", bytes);
  } else {
    json.field("base64", text_of(row, kBase64));
  }
  json.end_object();
}

}  // namespace

std::optional<DeadLetterMark> parse_mark(std::string_view text) {
  DeadLetterMark mark;
  const bool whole = take_number(text, mark.appended_at_ms) && take_dash(text) &&
                     take_number(text, mark.partition) && take_dash(text) &&
                     take_number(text, mark.offset) && text.empty();
  return whole ? std::optional(mark) : std::nullopt;
}

std::string dead_letter_query(const DeadLetterMark& before, size_t limit) {
  const std::string mark = std::to_string(before.appended_at_ms) + "::BIGINT, " +
                           std::to_string(before.partition) + "::BIGINT, " +
                           std::to_string(before.offset) + "::BIGINT";
  return "SELECT epoch_ms(appended_at), partition, \"offset\", reason, field, to_base64(bytes)"
         " FROM dead_letters"
         " WHERE (epoch_ms(appended_at)::BIGINT, partition::BIGINT, \"offset\"::BIGINT) < (" +
         mark + ") ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT " + std::to_string(limit);
}

void append_dead_letters(std::string& out, const store::QueryTable& table, size_t limit) {
  JsonWriter json(out);
  json.begin_object().key("dead_letters").begin_array();
  for (const auto& row : table.rows) {
    if (row.size() == kColumns) append_row(json, row);
  }
  json.end_array().key("next");
  if (table.rows.size() < limit) {
    json.null();
  } else {
    const auto& last = table.rows.back();
    std::string mark = std::to_string(number_of(last, kAppendedAt));
    mark.append("-").append(text_of(last, kPartition)).append("-").append(text_of(last, kOffset));
    json.value(mark);
  }
  json.end_object();
}

}  // namespace potik::api
