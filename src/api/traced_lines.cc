#include "api/traced_lines.h"

#include "event/decode.h"
#include "event/event.h"

namespace potik::api {
namespace {

constexpr std::string_view kName = "\"traceparent\"";

bool takes(std::string_view json, size_t more_bytes) {
  if (!json.starts_with('{') || json.find(kName) != std::string_view::npos) return false;
  const size_t first = json.find_first_not_of(" \t\r\n", 1);
  const bool has_members = first != std::string_view::npos && json[first] != '}';
  return has_members && json.size() + more_bytes <= event::kEventBytesMax;
}

}  // namespace

std::string with_traceparent(std::vector<Line>& lines, std::string_view traceparent) {
  const std::string field = std::string(kName) + ":\"" + std::string(traceparent) + "\",";
  size_t bytes = event::kDecodePadding;
  for (const Line& line : lines) bytes += line.json.size() + field.size();
  std::string body;
  body.reserve(bytes);  // so that nothing moves any more
  for (Line& line : lines) {
    const size_t start = body.size();
    if (takes(line.json, field.size())) {
      body.append("{").append(field).append(line.json.substr(1));
    } else {
      body.append(line.json);
    }
    line.json = std::string_view(body).substr(start);
  }
  return body;
}

}  // namespace potik::api
