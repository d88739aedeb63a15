#include "monitor/log_line.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::monitor {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warning", "error"};

bool stands_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<uint8_t>(c) > 0x20 && c != '"' && c != '=' && c != '\\' && c != 0x7f;
  });
}

std::string as_text(TimeMs at, LogLevel level, std::string_view component, std::string_view message,
                    std::initializer_list<LogField> fields) {
  std::string out = format_rfc3339(at);
  out.append(" ").append(name(level)).append(" ").append(component).append(": ");
  // A line break inside a message would forge a second line.
  for (const char c : message) out += static_cast<uint8_t>(c) < 0x20 ? ' ' : c;
  for (const LogField& field : fields) {
    out.append(" ").append(field.name).append("=");
    if (field.is_number || stands_bare(field.value)) {
      out += field.value;
    } else {
      append_json_string(out, field.value);
    }
  }
  return out;
}

std::string as_json(TimeMs at, LogLevel level, std::string_view component, std::string_view message,
                    std::initializer_list<LogField> fields) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.field("time", format_rfc3339(at)).field("level", name(level));
  json.field("component", component).field("message", message);
  for (const LogField& field : fields) {
    json.key(field.name);
    if (field.is_number) {
      json.raw(field.value);
    } else {
      json.value(field.value);
    }
  }
  json.end_object();
  return out;
}

}  // namespace

std::string_view name(LogLevel level) { return kLevelNames[static_cast<size_t>(level)]; }

std::optional<LogLevel> parse_log_level(std::string_view text) {
  const auto found = std::find(kLevelNames.begin(), kLevelNames.end(), text);
  if (found == kLevelNames.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kLevelNames.begin());
}

LogField::LogField(std::string_view field, double number) : name(field), is_number(true) {
  append_json_number(value, number);
}

void LogLines::line(LogLevel level, std::string_view component, std::string_view message,
                    std::initializer_list<LogField> fields) const {
  if (level < least_) return;
  const auto render = format_ == LogFormat::json ? as_json : as_text;
  std::string out = render(clock_.now(), level, component, message, fields);
  out += '\n';
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, out.data(), out.size());
}

}  // namespace potik::monitor
