#include "base/trace_context.h"

#include <algorithm>

namespace potik {
namespace {

constexpr size_t kParentIdBytes = 16;
constexpr size_t kTraceAt = 3;
constexpr size_t kParentAt = kTraceAt + kTraceIdBytes + 1;
constexpr size_t kFlagsAt = kParentAt + kParentIdBytes + 1;
static_assert(kFlagsAt + 2 == kTraceparentBytes);

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::optional<std::string> parse_traceparent(std::string_view text) {
  if (text.size() < kTraceparentBytes) return std::nullopt;
  const std::string_view version = text.substr(0, 2);
  if (!is_hex(version) || version == "ff") return std::nullopt;
  if (text.size() > kTraceparentBytes && (version == "00" || text[kTraceparentBytes] != '-'))
    return std::nullopt;
  if (text[kTraceAt - 1] != '-' || text[kParentAt - 1] != '-' || text[kFlagsAt - 1] != '-')
    return std::nullopt;
  if (!is_id(text.substr(kTraceAt, kTraceIdBytes)) ||
      !is_id(text.substr(kParentAt, kParentIdBytes)) || !is_hex(text.substr(kFlagsAt, 2)))
    return std::nullopt;
  return "00" + std::string(text.substr(2, kTraceparentBytes - 2));
}

std::string_view trace_id_of(std::string_view traceparent) {
  return traceparent.substr(kTraceAt, kTraceIdBytes);
}

}  // namespace potik
