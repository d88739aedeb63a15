#include "adapters/rocksdb/info_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string_view>

#include "base/time_text.h"

namespace potik::rocksdb {
namespace {

constexpr size_t kLineBytesMax = 4096;  // longer ones are cut

TimeMs now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return TimeMs(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

}  // namespace

InfoLog::InfoLog(const std::string& folder)
    : Logger(::rocksdb::InfoLogLevel::WARN_LEVEL), path_(folder + "/LOG") {}

InfoLog::~InfoLog() {
  const MutexLock lock(mutex_);
  if (file_ >= 0) ::close(file_);
}

// Appends to what an earlier process wrote: this one may yet be refused because that one runs.
void InfoLog::open() {
  file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  struct stat found{};
  bytes_ = file_ >= 0 && ::fstat(file_, &found) == 0 ? found.st_size : 0;
}

void InfoLog::Logv(const char* format, va_list arguments) {
  std::array<char, kLineBytesMax> text{};
  const int wanted = std::vsnprintf(text.data(), text.size(), format, arguments);
  if (wanted < 0) return;
  const std::string_view message(text.data(),
                                 std::min<size_t>(static_cast<size_t>(wanted), text.size() - 1));
  std::string line = format_rfc3339(now()) + " " + std::string(message);
  if (line.back() != '\n') line += '\n';
  const MutexLock lock(mutex_);
  if (file_ < 0) open();
  if (bytes_ >= kBytesMax) {
    ::close(file_);
    static_cast<void>(std::rename(path_.c_str(), (path_ + ".old").c_str()));
    open();
  }
  if (const ssize_t written = ::write(file_, line.data(), line.size()); written > 0)
    bytes_ += written;
}

}  // namespace potik::rocksdb
