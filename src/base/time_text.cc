#include "base/time_text.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace potik {
namespace {

constexpr int64_t kMsPerMinute = 60'000;
constexpr int64_t kMsPerDay = 86'400'000;
constexpr int64_t kMsMax = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

// Reads the text from left to right; the first thing that does not fit makes ok() false for good.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  // A number of exactly `digits` digits within [min, max].
  int number(int digits, int min, int max) {
    int value = 0;
    for (int i = 0; i < digits; ++i) {
      if (!at_digit()) return fail();
      value = value * 10 + (text_[at_++] - '0');
    }
    return value < min || value > max ? fail() : value;
  }
  // One character out of `choices`.
  char one_of(std::string_view choices) {
    if (at_ >= text_.size() || choices.find(text_[at_]) == std::string_view::npos) {
      fail();
      return '\0';
    }
    return text_[at_++];
  }
  // ".123456" to 123; no fraction is 0. A point without digits is an error.
  int fraction_ms() {
    if (at_ >= text_.size() || text_[at_] != '.') return 0;
    ++at_;
    if (!at_digit()) return fail();
    int ms = 0;
    int weight = 100;
    for (; at_digit(); ++at_) {
      ms += weight * (text_[at_] - '0');
      weight /= 10;
    }
    return ms;
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool done() const { return ok_ && at_ == text_.size(); }

 private:
  [[nodiscard]] bool at_digit() const {
    return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9';
  }
  int fail() {
    ok_ = false;
    return 0;
  }
  std::string_view text_;
  size_t at_ = 0;
  bool ok_ = true;
};

// Milliseconds from 1970 to the start of the date, or nothing if the month has no such day.
std::optional<int64_t> read_date(Cursor& in) {
  const int year = in.number(4, 1970, 9999);
  in.one_of("-");
  const int month = in.number(2, 1, 12);
  in.one_of("-");
  const int day = in.number(2, 1, 31);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!in.ok() || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count() * kMsPerDay;
}

int64_t read_time_of_day(Cursor& in) {
  const int hour = in.number(2, 0, 23);
  in.one_of(":");
  const int minute = in.number(2, 0, 59);
  in.one_of(":");
  int second = in.number(2, 0, 60);
  int ms = in.fraction_ms();
  if (second == 60) {
    second = 59;
    ms = 999;
  }
  return (hour * 60 + minute) * kMsPerMinute + second * 1000 + ms;
}

int64_t read_zone(Cursor& in) {
  const char sign = in.one_of("Zz+-");
  if (sign != '+' && sign != '-') return 0;
  const int hours = in.number(2, 0, 23);
  in.one_of(":");
  const int minutes = in.number(2, 0, 59);
  const int64_t ms = (hours * 60 + minutes) * kMsPerMinute;
  return sign == '-' ? -ms : ms;
}

}  // namespace

std::optional<TimeMs> parse_rfc3339(std::string_view text) {
  Cursor in(text);
  const std::optional<int64_t> date = read_date(in);
  if (!date) return std::nullopt;
  in.one_of("Tt ");
  const int64_t time = read_time_of_day(in);
  const int64_t zone = read_zone(in);
  const int64_t ms = *date + time - zone;
  if (!in.done() || ms < 0 || ms > kMsMax) return std::nullopt;
  return TimeMs(ms);
}

std::string format_rfc3339(TimeMs time) {
  using std::chrono::floor;
  const std::chrono::sys_time<std::chrono::milliseconds> at{
      std::chrono::milliseconds(time.value())};
  const auto day = floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(at - day);
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace potik
