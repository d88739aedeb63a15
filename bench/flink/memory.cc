// Records in a file, and one core over the same records.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <vector>

#include "flink/measures.h"
#include "pipeline/core.h"

namespace potik::bench {
namespace {

constexpr int kByteBits = 8;

template <class Number>
void put(std::string& out, Number number) {
  const auto value = static_cast<uint64_t>(number);
  for (int shift = kByteBits * static_cast<int>(sizeof(Number)); shift > 0; shift -= kByteBits)
    out += static_cast<char>(value >> static_cast<unsigned>(shift - kByteBits) & 0xffU);
}

void put_text(std::string& out, const std::string& text) {
  put(out, static_cast<uint32_t>(text.size()));
  out += text;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::vector<Prepared> prepare(const Settings& settings) {
  Preparation preparation(settings.traffic, settings.layout);
  std::vector<Prepared> records = preparation.catalogue();
  for (size_t i = 0; i < settings.events; ++i) preparation.event(records);
  for (Prepared& record : records) record.value.append(event::kDecodePadding, '\0');
  return records;
}

log::RecordView view_of(const Prepared& record) {
  log::RecordView view;
  if (record.stream == Stream::users) view.kind = log::RecordKind::user_put;
  if (record.stream == Stream::videos) view.kind = log::RecordKind::video_put;
  view.appended_at = record.at;
  view.key = record.key;
  view.value = std::string_view(record.value);
  view.value.remove_suffix(event::kDecodePadding);
  view.offset = Offset(record.offset);
  return view;
}

// By slice and partition of the log.
using Slices = std::map<int64_t, std::vector<std::vector<log::RecordView>>>;

Slices cut(const Settings& settings, const std::vector<Prepared>& records) {
  const log::Layout& layout = settings.layout;
  Slices slices;
  for (const Prepared& record : records) {
    auto& slice = slices[record.at.value() / settings.slice_ms];
    slice.resize(layout.size());
    size_t number = record.partition;
    if (record.stream != Stream::events) number += layout.events;
    if (record.stream == Stream::videos) number += layout.users;
    slice[number].push_back(view_of(record));
  }
  return slices;
}

}  // namespace

void write_records(const Settings& settings, const std::string& file) {
  std::string bytes;
  Preparation preparation(settings.traffic, settings.layout);
  std::vector<Prepared> records = preparation.catalogue();
  for (size_t i = 0; i < settings.events; ++i) preparation.event(records);
  for (const Prepared& record : records) {
    put(bytes, static_cast<uint8_t>(record.stream));
    put(bytes, record.partition);
    put(bytes, record.offset);
    put(bytes, record.at.value());
    put_text(bytes, record.key);
    put_text(bytes, record.value);
  }
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  if (!out.flush()) fail(file + " cannot be written");
}

void time_core(const Settings& settings) {
  const std::vector<Prepared> records = prepare(settings);
  const Slices slices = cut(settings, records);
  pipeline::CoreOptions options;
  options.everyone_lists_max = settings.lists_max;
  pipeline::Core core(options);
  pipeline::WorkerPool pool(1);
  pipeline::EpochBuffer buffer;
  buffer.partitions = std::vector<pipeline::PartitionInput>(settings.layout.size());
  buffer.publish = true;
  buffer.enriched = settings.enriched;
  double seconds = 0;
  size_t lists = 0, suspicious = 0;
  for (const auto& [slice, by_partition] : slices) {
    TimeMs newest{};
    for (uint16_t p = 0; p < by_partition.size(); ++p) {
      buffer.partitions[p].block.partition = Partition(p);
      buffer.partitions[p].block.records = by_partition[p];
      for (const log::RecordView& record : by_partition[p])
        newest = std::max(newest, record.appended_at);
    }
    buffer.entry = {core.epoch().next(), newest, {}, {std::string()}};
    const double start = processor_seconds();
    if (!core.process(buffer, nullptr, pool)) fail("the core failed");
    // The catalogue is not counted, as it is not in the jobs.
    if (slice != slices.begin()->first) seconds += processor_seconds() - start;
    lists += buffer.counts.lists;
    suspicious += buffer.counts.suspicious;
  }
  std::printf(R"({"seconds":%.6f,"events":%zu,"lists":%zu,"suspicious":%zu})"
              "\n",
              seconds, settings.events, lists, suspicious);
}

}  // namespace potik::bench
