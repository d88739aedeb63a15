#include "app/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/alert_channels.h"

namespace potik::app {
namespace {

double bytes_resident() {
  uint64_t all = 0;
  uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double entries_of(const char* folder) {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  double count = 0;
  while (!error && entry != std::filesystem::directory_iterator()) {
    ++count;
    entry.increment(error);
  }
  return count;
}

double open_files_max() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? static_cast<double>(limit.rlim_cur) : 0;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

void register_process(monitor::MetricsRegistry& registry, const Config& config,
                      const std::string& role) {
  const auto gauge = [&](const char* name, const char* help, std::function<double()> read,
                         const std::string& labels = "") {
    registry.add(name, help, labels, "gauge", std::move(read));
  };
  gauge(
      "potik_build_info", "1; the labels say which version runs, in which role, under which name.",
      [] { return 1.0; },
      "version=\"" POTIK_VERSION "\",role=" + quoted(role) + ",node=" + quoted(node_name(config)));
  gauge("potik_memory_allowed_bytes", "What the process may take (memory.limit_bytes).",
        [limit = config.memory.limit_bytes] { return static_cast<double>(limit); });
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  gauge("process_start_time_seconds", "When the server began, in seconds of Unix time.",
        [at = std::chrono::duration<double>(now).count()] { return at; });
  gauge("process_resident_memory_bytes", "Memory that the process holds.", bytes_resident);
  gauge("process_open_fds", "Open file handles.", [] { return entries_of("/proc/self/fd"); });
  gauge("process_max_fds", "File handles that may be open.", open_files_max);
  gauge("process_threads", "Threads.", [] { return entries_of("/proc/self/task"); });
  registry.add("process_cpu_seconds_total", "Processor time of the process.", "", "counter",
               cpu_seconds);
}

}  // namespace potik::app
