#include "api/split.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace potik::api {
namespace {

constexpr size_t kTypicalDocumentBytes = 160;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<Line> split_lines(std::string_view body) {
  std::vector<Line> lines;
  lines.reserve(body.size() / kTypicalDocumentBytes + 1);
  uint32_t number = 0;
  for (size_t at = 0; at < body.size();) {
    const void* found = std::memchr(body.data() + at, '\n', body.size() - at);
    const size_t end = found == nullptr
                           ? body.size()
                           : static_cast<size_t>(static_cast<const char*>(found) - body.data());
    ++number;
    const std::string_view json = trim(body.substr(at, end - at));
    if (!json.empty()) lines.push_back({number, json});
    at = end + 1;
  }
  return lines;
}

// Behind the closing quote of the string that starts at `at`, or npos.
size_t skip_string(std::string_view text, size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

// The place of the comma or bracket that ends the element starting at `at`, or npos.
size_t end_of_element(std::string_view text, size_t at) {
  size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
      if (at == std::string_view::npos) return at;
      continue;
    }
    if (depth == 0 && (c == ',' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') {
      if (depth == 0) return std::string_view::npos;
      --depth;
    }
    ++at;
  }
  return std::string_view::npos;
}

// `body` is trimmed and starts with '['. Nothing if it is no closed array.
std::optional<std::vector<Line>> split_array(std::string_view body) {
  std::vector<Line> lines;
  if (trim(body.substr(1)) == "]") return lines;
  lines.reserve(body.size() / kTypicalDocumentBytes + 1);
  size_t at = 1;
  for (uint32_t number = 1;; ++number) {
    const size_t end = end_of_element(body, at);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view json = trim(body.substr(at, end - at));
    if (json.empty()) return std::nullopt;
    lines.push_back({number, json});
    at = end + 1;
    if (body[end] == ']') break;
  }
  if (at != body.size()) return std::nullopt;
  return lines;
}

// Whether a body that starts with an object goes on with further ones. Inside one pretty-printed
// object a line can begin with a brace only after a line that ends in an opening or separating
// character.
bool looks_like_lines(std::string_view body) {
  const size_t end = body.find('\n');
  if (end == std::string_view::npos) return false;
  const std::string_view first = trim(body.substr(0, end));
  const std::string_view next = trim(body.substr(end));
  if (next.empty() || next.front() != '{') return false;
  return first.empty() || std::string_view(":,[{").find(first.back()) == std::string_view::npos;
}

}  // namespace

std::vector<Line> split_documents(std::string_view body, std::string_view content_type) {
  if (content_type.find("ndjson") != std::string_view::npos) return split_lines(body);
  const std::string_view text = trim(body);
  if (text.empty()) return {};
  if (text.front() == '[') {
    if (auto lines = split_array(text)) return std::move(*lines);
    return {{1, text}};
  }
  if (text.front() != '{' || looks_like_lines(text)) return split_lines(body);
  return {{1, text}};
}

}  // namespace potik::api
