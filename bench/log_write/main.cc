// See README.md.

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adapters/rocksdb/rocksdb_event_log.h"
#include "log/frame.h"

namespace {

using namespace potik;  // NOLINT(google-build-using-namespace): a program of one file
using std::chrono::steady_clock;

struct Options {
  std::string folder;
  double seconds = 2;
  size_t value_bytes = 260;
  uint16_t partitions = 8;
  bool compress = false;
};

struct Cost {
  uint64_t events = 0;
  double seconds = 0;
  [[nodiscard]] double us_per_event() const { return seconds * 1e6 / static_cast<double>(events); }
  [[nodiscard]] double events_per_second() const { return static_cast<double>(events) / seconds; }
};

class PlainFile {
 public:
  explicit PlainFile(const std::string& path)
      : file_(open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644)) {}
  ~PlainFile() { close(file_); }
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  bool append(const std::string& bytes) {
    return write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
           fdatasync(file_) == 0;
  }

 private:
  int file_;
};

// One append of `batch` events, dealt to the partitions in turn, and the same as bytes.
struct Batch {
  Batch(const Options& options, size_t batch, const std::vector<std::string>& values) {
    records.resize(options.partitions);
    for (size_t i = 0; i < batch; ++i) {
      records[i % options.partitions].push_back(
          {log::RecordKind::event, 0, TimeMs(1), {}, values[i % values.size()]});
    }
    std::string frame;
    for (size_t p = 0; p < records.size(); ++p) {
      if (records[p].empty()) continue;
      appends.push_back({Partition(static_cast<uint16_t>(p)), records[p]});
      log::encode_frame(records[p], frame);
      bytes += frame;
    }
  }
  std::vector<std::vector<log::RecordView>> records;
  std::vector<log::PartitionAppend> appends;
  std::string bytes;
};

// JSON-like values that differ, so that compression is not flattered.
std::vector<std::string> make_values(size_t bytes) {
  std::vector<std::string> values;
  uint64_t noise = 1;
  for (int i = 0; i < 4'096; ++i) {
    std::string value = R"({"type":"video_played","occurred_at":1767225600000)";
    for (int field = 0; value.size() < bytes; ++field) {
      noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
      value += ",\"field_" + std::to_string(field) + "\":\"" + std::to_string(noise >> 40U) + '"';
    }
    value.resize(bytes);
    values.push_back(std::move(value));
  }
  return values;
}

template <class Operation>
bool timed(Cost& cost, size_t events, Operation&& operation) {
  const auto started = steady_clock::now();
  const bool done = operation();
  cost.seconds += std::chrono::duration<double>(steady_clock::now() - started).count();
  cost.events += events;
  return done;
}

// Both in turns, so that they meet the same disk.
bool measure(log::EventLog& log, PlainFile& floor, const Batch& batch, size_t events,
             double seconds, Cost& durable, Cost& plain) {
  while (durable.seconds + plain.seconds < seconds) {
    if (!timed(durable, events, [&] { return log.append(batch.appends).ok(); })) return false;
    if (!timed(plain, events, [&] { return floor.append(batch.bytes); })) return false;
  }
  return true;
}

int run(const Options& options) {
  auto log = potik::rocksdb::open_event_log(options.folder + "/log",
                                            potik::log::Layout::of_events(options.partitions),
                                            {.compress = options.compress});
  if (!log) {
    std::fprintf(stderr, "log_write: %s\n", log.error().c_str());
    return 1;
  }
  PlainFile floor(options.folder + "/floor");
  const std::vector<std::string> values = make_values(options.value_bytes);
  std::printf("framed durable log write, %zu-byte events, %u partitions, log in %s\n",
              options.value_bytes, options.partitions, options.folder.c_str());
  std::printf("%8s %14s %10s %16s %10s %8s\n", "batch", "events/s", "us/event", "floor events/s",
              "us/event", "x floor");
  for (const size_t events : {1, 64, 1'024, 8'192}) {
    const Batch batch(options, events, values);
    Cost durable;
    Cost plain;
    if (!measure(*log.value(), floor, batch, events, options.seconds, durable, plain)) {
      std::fprintf(stderr, "log_write: a write failed; look at the disk of %s\n",
                   options.folder.c_str());
      return 1;
    }
    std::printf("%8zu %14.0f %10.3f %16.0f %10.3f %8.2f\n", events, durable.events_per_second(),
                durable.us_per_event(), plain.events_per_second(), plain.us_per_event(),
                durable.us_per_event() / plain.us_per_event());
  }
  return 0;
}

bool parse(int count, char** arguments, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--compress") {
      options.compress = true;
    } else if (i + 1 == count) {
      return false;
    } else if (name == "--folder") {
      options.folder = arguments[++i];
    } else if (name == "--seconds") {
      options.seconds = std::strtod(arguments[++i], nullptr);
    } else if (name == "--value-bytes") {
      options.value_bytes = std::strtoul(arguments[++i], nullptr, 10);
    } else if (name == "--partitions") {
      options.partitions = static_cast<uint16_t>(std::strtoul(arguments[++i], nullptr, 10));
    } else {
      return false;
    }
  }
  return options.seconds > 0 && options.partitions > 0 &&
         options.value_bytes <= log::kValueBytesMax;
}

}  // namespace

int main(int count, char** arguments) {
  Options options;
  if (!parse(count, arguments, options)) {
    std::fprintf(stderr,
                 "usage: log_write [--folder DIR] [--seconds S] [--value-bytes N] [--partitions N] "
                 "[--compress]\n");
    return 2;
  }
  std::string own = (std::filesystem::temp_directory_path() / "potik-log-write-XXXXXX").string();
  if (options.folder.empty()) options.folder = mkdtemp(own.data()) == nullptr ? std::string() : own;
  if (options.folder.empty()) return 1;
  const int result = run(options);
  std::error_code ignored;
  if (options.folder == own) std::filesystem::remove_all(own, ignored);
  return result;
}
