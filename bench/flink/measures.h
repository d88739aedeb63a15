#pragma once
// What flink_traffic can do. All of it ends the process with a sentence where something fails.

#include <cstddef>
#include <string>

#include "flink/prepared.h"
#include "pipeline/rendered.h"

namespace potik::bench {

struct Settings {
  size_t events = 300'000;
  size_t rate = 10'000;  // events a second, of their own time or of the clock's
  size_t seconds = 20;   // of live traffic
  size_t lists_max = 1'000'000;
  int64_t slice_ms = 1'000;
  pipeline::EnrichedForm enriched = pipeline::EnrichedForm::json;
  TrafficOptions traffic{.users = 50'000, .videos = 5'000};
  log::Layout layout{.events = 4};
};

[[noreturn]] void fail(const std::string& why);

// Big-endian, as Java's DataInputStream reads: uint8_t stream, uint16_t partition, int64_t offset,
// int64_t time, key and value behind their lengths as int32_t.
void write_records(const Settings& settings, const std::string& file);
void time_core(const Settings& settings);

void produce(const Settings& settings, const std::string& brokers, const std::string& prefix);
void measure_live(const Settings& settings, const std::string& brokers, const std::string& prefix,
                  const std::string& results);

}  // namespace potik::bench
