#pragma once
// Structured log lines: one line an occurrence, as text for people or as JSON for collectors.
//   2026-01-02T03:04:05.678Z warning http: body over the limit bytes=9000000 limit_bytes=8388608
// For start-up, faults and rare transitions, never per event: those are metrics.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace potik::monitor {

enum class LogLevel : uint8_t { debug, info, warning, error };
enum class LogFormat : uint8_t { text, json };
[[nodiscard]] std::string_view name(LogLevel level);
// "debug", "info", "warning", "error"; nothing for another word.
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view text);

// A named value of a line. Text is quoted where it needs to be; numbers stand bare.
struct LogField {
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text) : name(field), value(text) {}
  LogField(std::string_view field, std::integral auto number)
      : name(field), value(std::to_string(number)), is_number(true) {}
  LogField(std::string_view field, double number);
  std::string_view name;
  std::string value;
  bool is_number = false;
};

// Thread-safe; each line is one write(2), so that lines of several threads do not mix. A failing
// write is ignored: there is nowhere left to say it.
class LogLines {
 public:
  // `clock` outlives this object; `descriptor` stays open (2 is stderr).
  LogLines(const Clock& clock, LogLevel least, LogFormat format, int descriptor = 2)
      : clock_(clock), least_(least), format_(format), descriptor_(descriptor) {}

  void line(LogLevel level, std::string_view component, std::string_view message,
            std::initializer_list<LogField> fields = {}) const;
  // Whether a line of this level is written; for whoever would prepare one in vain.
  [[nodiscard]] bool writes(LogLevel level) const { return level >= least_; }
  [[nodiscard]] LogFormat format() const { return format_; }

 private:
  const Clock& clock_;
  LogLevel least_;
  LogFormat format_;
  int descriptor_;
};

}  // namespace potik::monitor
