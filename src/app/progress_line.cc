#include "app/progress_line.h"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace potik::app {
namespace {
constexpr auto kOnTerminal = std::chrono::milliseconds(100);
constexpr auto kElsewhere = std::chrono::seconds(5);
constexpr uint64_t kBar = 24;
}  // namespace

ProgressLine::ProgressLine(std::string what, std::string unit, const monitor::LogLines* lines)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      lines_(lines),
      terminal_(isatty(STDERR_FILENO) == 1 &&
                (lines == nullptr || lines->format() == monitor::LogFormat::text)),
      last_(started_) {}

void ProgressLine::show(uint64_t done, uint64_t total) {
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? Clock::duration(kOnTerminal) : Clock::duration(kElsewhere)))
    return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - started_).count();
  if (lines_ != nullptr && !terminal_) {
    lines_->line(monitor::LogLevel::info, "potik", what_,
                 {{"done", done}, {"total", total}, {"unit", unit_}, {"seconds", seconds}});
    return;
  }
  const double part = total == 0 ? 0 : static_cast<double>(done) / static_cast<double>(total);
  const auto filled = static_cast<size_t>(part * kBar);
  std::string bar = std::string(filled, '#') + std::string(kBar - filled, '.');
  std::fprintf(stderr, "%s%s [%s] %3.0f %%  %llu of %llu %s, %.0f s%s", terminal_ ? "\r" : "",
               what_.c_str(), bar.c_str(), part * 100, static_cast<unsigned long long>(done),
               static_cast<unsigned long long>(total), unit_.c_str(), seconds,
               terminal_ ? "\x1b[K" : "\n");
  shown_ = true;
}

void ProgressLine::end() {
  if (terminal_ && shown_) std::fputc('\n', stderr);
  shown_ = false;
}

}  // namespace potik::app
