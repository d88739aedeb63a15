// What an epoch in parts costs (src/host, as a cluster runs them) beside one core over the same
// records in the same run: processor time an event, everything on one thread.
//   parts [--events N] [--epoch N] [--users N] [--videos N] [--viewers N] [--lists 0|1]

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "end_to_end/batches.h"
#include "host/frame_io.h"
#include "host/potik_host.h"
#include "pipeline/core.h"

namespace potik::bench {
namespace {

struct Settings {
  size_t events = 400'000;
  size_t epoch = 16'384;
  size_t viewers = 1;  // copies of the model
  bool lists = false;  // for everyone who acts
  TrafficOptions traffic;
  log::Layout layout;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "parts: %s\n", why.c_str());
  std::exit(1);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The records of an epoch, by partition.
using Epochs = std::vector<std::vector<std::vector<log::RecordView>>>;

class Input {
 public:
  explicit Input(const Settings& settings)
      : batches_(make_batches(settings.events, settings.traffic, settings.layout)) {
    std::vector<Offset> next(settings.layout.size());
    size_t count = settings.epoch;
    for (const Batch& batch : batches_) {
      for (const Batch::Piece& piece : batch.pieces) {
        if (count++ % settings.epoch == 0) {
          epochs.emplace_back(settings.layout.size());
        }
        log::RecordView record;
        record.appended_at = settings.traffic.start;
        record.value = std::string_view(batch.bytes).substr(piece.at, piece.size);
        record.offset = next[piece.partition];
        next[piece.partition] = record.offset.next();
        epochs.back()[piece.partition].push_back(record);
      }
    }
  }
  Epochs epochs;

 private:
  std::vector<Batch> batches_;
};

double time_core(const Settings& settings, const Input& input) {
  pipeline::Core core{pipeline::CoreOptions{}};
  pipeline::WorkerPool pool(1);
  pipeline::EpochBuffer buffer;
  buffer.partitions = std::vector<pipeline::PartitionInput>(settings.layout.size());
  buffer.publish = true;
  const double start = processor_seconds();
  for (const auto& epoch : input.epochs) {
    for (size_t p = 0; p < epoch.size(); ++p) {
      buffer.partitions[p].block.partition = Partition(static_cast<uint16_t>(p));
      buffer.partitions[p].block.records = epoch[p];
    }
    buffer.entry = {core.epoch().next(), settings.traffic.start, {}, {}};
    if (settings.lists) buffer.entry.served.emplace_back();
    if (!core.process(buffer, nullptr, pool)) fail("the core failed");
  }
  return processor_seconds() - start;
}

// A handle, and the processor time that its calls took.
class Part {
 public:
  Part(int role, const std::string& settings) {
    potik_host* host = nullptr;
    if (potik_host_create(role, settings.data(), settings.size(), &host) != POTIK_OK)
      fail(potik_host_error(host));
    host_.reset(host);
    must(potik_host_start(host));
  }
  void push(std::string_view frames) {
    const double start = processor_seconds();
    must(potik_host_push(host_.get(), reinterpret_cast<const uint8_t*>(frames.data()),
                         frames.size()));
    seconds += processor_seconds() - start;
  }
  std::string advance(int64_t slice) {
    const double start = processor_seconds();
    must(potik_host_advance(host_.get(), slice));
    const uint8_t* bytes = nullptr;
    size_t size = 0;
    must(potik_host_take(host_.get(), &bytes, &size));
    seconds += processor_seconds() - start;
    return {reinterpret_cast<const char*>(bytes), size};
  }
  double seconds = 0;

 private:
  struct Close {
    void operator()(potik_host* host) const { potik_host_close(host); }
  };
  void must(int code) const {
    if (code != POTIK_OK) fail(potik_host_error(host_.get()));
  }
  std::unique_ptr<potik_host, Close> host_;
};

std::string slab_of(const std::vector<std::vector<log::RecordView>>& epoch, int64_t slice) {
  std::string slab;
  host::FrameWriter writer(slab);
  for (uint16_t p = 0; p < epoch.size(); ++p) {
    if (epoch[p].empty()) continue;
    ByteWriter& out = writer.begin({host::FrameKind::records, host::kAllKeyGroups, slice});
    out.put(p);
    out.put(static_cast<uint32_t>(epoch[p].size()));
    for (const log::RecordView& record : epoch[p]) host::put_record(out, record);
    writer.end();
  }
  return slab;
}

struct PartTimes {
  double splitter = 0, viewers = 0, judge = 0;
  size_t exchanged = 0, frames = 0, bundles = 0;  // bytes
  [[nodiscard]] double sum() const { return splitter + viewers + judge; }
};

size_t owner(uint16_t group, size_t parts) { return group * parts / kKeyGroups; }

// Frames to whoever owns their key group; what is of none, to all.
void deal(std::string_view frames, std::vector<Part>& parts) {
  std::vector<std::string> dealt(parts.size());
  ByteReader in(frames);
  while (const auto frame = host::next_frame(in)) {
    ByteReader body(*frame);
    const auto head = host::take_head(body);
    for (size_t i = 0; i < parts.size(); ++i) {
      if (head->key_group == host::kAllKeyGroups || owner(head->key_group, parts.size()) == i)
        ByteWriter(dealt[i]).text(*frame);
    }
  }
  for (size_t i = 0; i < parts.size(); ++i) parts[i].push(dealt[i]);
}

// Of what viewers give: what is for judges.
std::string for_judges(std::string_view frames) {
  std::string acts;
  ByteReader in(frames);
  while (const auto frame = host::next_frame(in)) {
    ByteReader body(*frame);
    if (host::take_head(body)->kind != host::FrameKind::result) ByteWriter(acts).text(*frame);
  }
  return acts;
}

std::vector<Part> make_viewers(const Settings& settings) {
  std::vector<Part> viewers;
  for (size_t i = 0; i < settings.viewers; ++i) {
    uint16_t first = 0;
    while (owner(first, settings.viewers) != i) ++first;
    uint16_t last = first;
    while (last + 1 < kKeyGroups && owner(static_cast<uint16_t>(last + 1), settings.viewers) == i)
      ++last;
    viewers.emplace_back(POTIK_VIEWERS, R"({"first":)" + std::to_string(first) + R"(,"last":)" +
                                            std::to_string(last) + R"(,"sender":)" +
                                            std::to_string(i + 1) + R"(,"everyone":)" +
                                            (settings.lists ? "1}" : "0}"));
  }
  return viewers;
}

PartTimes time_parts(const Settings& settings, const Input& input) {
  PartTimes times;
  Part splitter(POTIK_SPLITTER, "{}");
  std::vector<Part> viewers = make_viewers(settings);
  std::vector<Part> judges;
  judges.emplace_back(POTIK_JUDGE, "{}");
  for (size_t i = 0; i < input.epochs.size(); ++i) {
    const auto slice = static_cast<int64_t>(i);
    const std::string slab = slab_of(input.epochs[i], slice);
    splitter.push(slab);
    const std::string frames = splitter.advance(slice);
    times.frames += frames.size();
    deal(frames, viewers);
    for (Part& part : viewers) {
      const std::string acts = for_judges(part.advance(slice));
      times.exchanged += acts.size();
      deal(acts, judges);
    }
    const std::string bundles = judges.front().advance(slice);
    times.bundles += bundles.size();
    for (Part& part : viewers) {
      part.push(bundles);
      (void)part.advance(slice);
    }
  }
  times.splitter = splitter.seconds;
  for (const Part& part : viewers) times.viewers += part.seconds;
  times.judge = judges.front().seconds;
  return times;
}

void print(const char* what, double seconds, size_t events, double floor) {
  std::printf("%-34s %7.3f us/event %6.2f of one core's time\n", what,
              seconds / static_cast<double>(events) * 1e6, seconds / floor);
}

Settings read_settings(int count, char** arguments) {
  Settings settings;
  settings.traffic.users = 20'000;
  settings.traffic.videos = 5'000;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    const size_t value = std::strtoull(arguments[i + 1], nullptr, 10);
    if (name == "--events") {
      settings.events = value;
    } else if (name == "--epoch") {
      settings.epoch = value;
    } else if (name == "--users") {
      settings.traffic.users = static_cast<uint32_t>(value);
    } else if (name == "--videos") {
      settings.traffic.videos = static_cast<uint32_t>(value);
    } else if (name == "--viewers") {
      settings.viewers = value;
    } else if (name == "--lists") {
      settings.lists = value != 0;
    } else {
      fail("there is no option " + name);
    }
  }
  if (settings.events == 0 || settings.epoch == 0 || settings.viewers == 0 ||
      settings.viewers > kKeyGroups)
    fail("--events, --epoch and --viewers (up to 128) are at least 1");
  return settings;
}

int run(const Settings& settings) {
  const Input input(settings);
  const double core = time_core(settings, input);
  const PartTimes parts = time_parts(settings, input);
  const size_t n = settings.events;
  std::printf("%zu events, %zu epochs, %zu copies of the model, lists for %s\n", n,
              input.epochs.size(), settings.viewers, settings.lists ? "everyone" : "nobody");
  print("one core", core, n, core);
  print("all parts", parts.sum(), n, core);
  print("  splitter", parts.splitter, n, core);
  print("  viewers and model", parts.viewers, n, core);
  print("  judge", parts.judge, n, core);
  const auto bytes = [&](size_t sum) { return sum / n; };
  std::printf("bytes an event: %zu to viewers, %zu to the judge, %zu from it\n",
              bytes(parts.frames), bytes(parts.exchanged), bytes(parts.bundles));
  return 0;
}

}  // namespace
}  // namespace potik::bench

int main(int count, char** arguments) {
  return potik::bench::run(potik::bench::read_settings(count, arguments));
}
