#include "api/query_json.h"

#include "api/problem.h"
#include "base/json_writer.h"

namespace potik::api {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

size_t skip_digits(std::string_view text, size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// The number grammar of RFC 8259.
bool is_json_number(std::string_view text) {
  size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const size_t whole = at;
  at = skip_digits(text, at);
  if (at == whole || (text[whole] == '0' && at - whole > 1)) return false;
  if (at < text.size() && text[at] == '.') {
    const size_t fraction = at + 1;
    at = skip_digits(text, fraction);
    if (at == fraction) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t exponent = at;
    at = skip_digits(text, at);
    if (at == exponent) return false;
  }
  return at == text.size();
}

// The store's words as a sentence, so that another can follow.
std::string sentence(std::string text) {
  if (text.empty()) return "The store gives no reason.";
  while (text.size() > 1 && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  if (text.front() >= 'a' && text.front() <= 'z')
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  if (std::string_view(".!?^").find(text.back()) == std::string_view::npos) text += '.';
  return text;
}

}  // namespace

void append_cell(JsonWriter& json, const store::QueryColumn& column,
                 const std::optional<std::string>& cell) {
  if (!cell) {
    json.null();
  } else if (column.numeric && is_json_number(*cell)) {
    json.raw(*cell);
  } else if (column.type == "BOOLEAN") {
    json.value(*cell == "true");
  } else {
    json.value(*cell);
  }
}

void append_table(std::string& out, const store::QueryTable& table, int64_t elapsed_ms) {
  JsonWriter json(out);
  json.begin_object().key("columns").begin_array();
  for (const store::QueryColumn& column : table.columns) {
    json.begin_object().field("name", column.name).field("type", column.type).end_object();
  }
  json.end_array().key("rows").begin_array();
  for (const auto& row : table.rows) {
    json.begin_array();
    for (size_t i = 0; i < row.size(); ++i) append_cell(json, table.columns[i], row[i]);
    json.end_array();
  }
  json.end_array().field("truncated", table.truncated).field("elapsed_ms", elapsed_ms).end_object();
}

Response failure_of(const store::StoreFailure& failure) {
  using store::StoreError;
  switch (failure.error) {
    case StoreError::refused:
      return problem(400, sentence(failure.message));
    case StoreError::timeout:
      return problem(422, sentence(failure.message) +
                              " Narrow the question, or raise store.query_timeout_ms.");
    case StoreError::too_large:
      return problem(422, sentence(failure.message) +
                              " Ask for fewer rows or columns, or raise store.memory_bytes_max.");
    case StoreError::closed:
    case StoreError::busy:
      return try_later(503, 5, sentence(failure.message));
    case StoreError::disk_full:
      return try_later(503, 30, sentence(failure.message) + " Free disk space on the server.");
    case StoreError::io:
    case StoreError::corrupt:
      break;
  }
  return problem(500, sentence(failure.message) +
                          " Look at the server's disk and at what it prints; nothing was changed.");
}

}  // namespace potik::api
