// How many rows a second does the analytical store take? Facts of typical traffic, durable in
// blocks, beside two floors of the same run: the engine with a table of one column, and the bare
// disk with the same bytes.
//
//   store_append [--rows N] [--block N] [--blocks-per-call N] [--text-ids] [--extras] [--wal-mib N]
//   [--threads N]
//
// The time includes closing the file, so that no work is left to the next start. --extras adds
// details, lists and dimensions as traffic has them.

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>

#include "adapters/duckdb/duckdb_store.h"
#include "floors.h"
#include "store/sample_blocks.h"

namespace potik::bench {
namespace {

namespace fs = std::filesystem;

struct Arguments {
  size_t rows = 2'000'000;
  size_t block = 122'880;
  size_t blocks_per_call = 1;
  bool text_ids = false;
  bool extras = false;
  duckdb::DuckDbOptions store;
};

// Nothing if an option is unknown or a number makes no sense.
std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--text-ids") {
      arguments.text_ids = true;
    } else if (name == "--extras") {
      arguments.extras = true;
    } else {
      const size_t number = i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0;
      if (name == "--rows")
        arguments.rows = number;
      else if (name == "--block")
        arguments.block = number;
      else if (name == "--blocks-per-call")
        arguments.blocks_per_call = number;
      else if (name == "--wal-mib")
        arguments.store.wal_bytes_max = number << 20U;
      else if (name == "--threads")
        arguments.store.threads = static_cast<unsigned>(number);
      else
        return std::nullopt;
    }
  }
  const bool sensible = arguments.rows > 0 && arguments.store.threads > 0 &&
                        arguments.blocks_per_call > 0 &&
                        arguments.block >= arguments.blocks_per_call;
  return sensible ? std::optional(arguments) : std::nullopt;
}

double cpu_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Measured {
  size_t rows = 0;
  size_t calls = 0;
  double wall_s = 0;
  double cpu_s = 0;
};

// Adds the time of `work` to `measured`.
template <class Work>
auto timed(Measured& measured, Work work) {
  const double cpu = cpu_s();
  const auto start = std::chrono::steady_clock::now();
  auto result = work();
  measured.wall_s +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  measured.cpu_s += cpu_s() - cpu;
  return result;
}

// One call of append(): the blocks are made outside the measured time.
bool append_once(duckdb::DuckDbStore& store, const Arguments& arguments, uint64_t& epoch,
                 Measured& measured) {
  store::SampleTraffic traffic;
  traffic.facts = arguments.block / arguments.blocks_per_call;
  traffic.uuid_event_ids = !arguments.text_ids;
  traffic.users = 1'000'000;
  traffic.videos = 100'000;
  traffic.dimensions = false;
  std::deque<store::SampleBlock> blocks;
  std::vector<const store::RowBlock*> pointers;
  for (size_t i = 0; i < arguments.blocks_per_call; ++i) {
    store::SampleBlock& block = blocks.emplace_back(store::sample_block(Epoch(++epoch), traffic));
    if (!arguments.extras) {
      block.rows.details.clear();
      block.rows.lists.clear();
    }
    pointers.push_back(&block.rows);
    measured.rows += block.rows.facts.size();
  }
  ++measured.calls;
  const auto done = timed(measured, [&] { return store.append(pointers); });
  if (!done) std::fprintf(stderr, "append failed: %s\n", done.error().message.c_str());
  return done.ok();
}

bool append_all(const Arguments& arguments, Measured& measured) {
  auto store = duckdb::DuckDbStore::open(arguments.store);
  if (!store) {
    std::fprintf(stderr, "open failed: %s\n", store.error().message.c_str());
    return false;
  }
  uint64_t epoch = 0;
  while (measured.rows < arguments.rows) {
    if (!append_once(**store, arguments, epoch, measured)) return false;
  }
  return timed(measured, [&] {
    store->reset();
    return true;
  });
}

void report(const char* name, size_t rows, double wall_s) {
  std::printf("%-32s %8.3f us/row %12.0f rows/s\n", name, wall_s / static_cast<double>(rows) * 1e6,
              static_cast<double>(rows) / wall_s);
}

int run(Arguments arguments, const fs::path& folder) {
  arguments.store.path = (folder / "store.duckdb").string();
  Measured measured;
  if (!append_all(arguments, measured)) return 1;
  const size_t bytes = fs::file_size(arguments.store.path);
  const double engine =
      engine_floor_s((folder / "floor.duckdb").string(), measured.rows, arguments.block);
  const double disk = disk_floor_s((folder / "floor.bytes").string(), bytes, measured.calls);
  if (engine < 0 || disk < 0) {
    std::fprintf(stderr, "a floor could not be measured in %s\n", folder.c_str());
    return 1;
  }
  std::printf("%zu facts, %zu a call in %zu blocks\n", measured.rows, arguments.block,
              arguments.blocks_per_call);
  report("facts", measured.rows, measured.wall_s);
  report("floor: engine, one column", measured.rows, engine);
  report("floor: write and fsync", measured.rows, disk);
  std::printf("processor %.3f us/row, %.1f bytes/row on disk, %.1f times the engine's floor\n",
              measured.cpu_s / static_cast<double>(measured.rows) * 1e6,
              static_cast<double>(bytes) / static_cast<double>(measured.rows),
              measured.wall_s / engine);
  return 0;
}

}  // namespace
}  // namespace potik::bench

int main(int argc, char** argv) {
  const auto arguments = potik::bench::parse(argc, argv);
  if (!arguments) {
    std::fprintf(
        stderr,
        "usage: store_append [--rows N] [--block N] [--blocks-per-call N] [--text-ids] [--extras] "
        "[--wal-mib N] [--threads N]\n");
    return 2;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "store_append.XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror("mkdtemp");
    return 1;
  }
  const int status = potik::bench::run(*arguments, folder);
  std::filesystem::remove_all(folder);
  return status;
}
