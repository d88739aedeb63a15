#include "api/parameters.h"

#include <algorithm>
#include <charconv>

#include "api/problem.h"
#include "base/utf8.h"
#include "event/event.h"

namespace potik::api {

std::optional<uint64_t> number_parameter(const Request& request, std::string_view name,
                                         uint64_t fallback, uint64_t least, uint64_t most) {
  const auto text = request.parameter(name);
  if (!text) return fallback;
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  if (number < least || number > most) return std::nullopt;
  return number;
}

std::optional<bool> flag_parameter(const Request& request, std::string_view name, bool fallback) {
  const auto text = request.parameter(name);
  if (!text) return fallback;
  if (*text == "false" || *text == "0") return false;
  if (*text == "true" || *text == "1") return true;
  return std::nullopt;
}

std::optional<size_t> name_parameter(const Request& request, std::string_view name,
                                     std::span<const std::string_view> names) {
  const auto text = request.parameter(name);
  if (!text) return 0;
  const auto found = std::ranges::find(names, *text);
  if (found == names.end()) return std::nullopt;
  return static_cast<size_t>(found - names.begin());
}

Response bad_number(std::string_view name, uint64_t least, uint64_t most) {
  return problem(400, std::string(name) + " must be a whole number from " + std::to_string(least) +
                          " to " + std::to_string(most) + ".");
}

Response bad_flag(std::string_view name) {
  return problem(400, std::string(name) + " must be true or false.");
}

Response bad_name(std::string_view name, std::span<const std::string_view> names) {
  std::string detail = std::string(name) + " must be one of";
  for (const std::string_view each : names) detail.append(" ").append(each);
  return problem(400, detail + ".");
}

bool is_id(std::string_view id) {
  return !id.empty() && id.size() <= event::kIdBytesMax && is_utf8(id);
}

Response bad_id() {
  return problem(400, "An id is 1 to " + std::to_string(event::kIdBytesMax) +
                          " bytes of UTF-8; encode it as %XX in the path.");
}

}  // namespace potik::api
