#include "app/import_run.h"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

namespace potik::app {
namespace {

constexpr std::chrono::seconds kPatience{30};

}  // namespace

ImportRun::ImportRun(log::EventLog& log, const log::Layout& layout, pipeline::EpochJournal& journal,
                     pipeline::Runner& runner, ManualClock& clock, TimeMs start,
                     ImportRunOptions options)
    : log_(log),
      layout_(layout),
      journal_(journal),
      runner_(runner),
      clock_(clock),
      options_(options),
      now_(start) {
  for (const Offset end : log_.end()) in_log_ += static_cast<uint64_t>(end.value());
}

Status<std::string> ImportRun::take(ImportPhase phase, log::RecordKind kind, std::string_view id,
                                    std::string_view json) {
  if (phase != phase_) {
    if (auto done = flush(); !done) return done;
    phase_ = phase;
  }
  Kept kept{layout_.of(kind, id), kind, bytes_.size(), id.size(), 0, json.size()};
  bytes_.append(id);
  kept.json_at = bytes_.size();
  bytes_.append(json);
  chunk_.push_back(kept);
  ++counts_[static_cast<size_t>(phase)].records;
  if (kind == log::RecordKind::event) ++counts_[static_cast<size_t>(phase)].events;
  return chunk_.size() == options_.chunk_records ? flush() : Status<std::string>(Ok{});
}

// The chunk becomes one append and one epoch, unless an earlier run has done so already.
Status<std::string> ImportRun::flush() {
  if (chunk_.empty()) return Ok{};
  const auto start = std::chrono::steady_clock::now();
  bytes_.append(event::kDecodePadding, '\0');
  for (const Kept& kept : chunk_) {
    if (kept.kind != log::RecordKind::event) continue;
    const auto event =
        decoder_.decode({bytes_.data() + kept.json_at, kept.json_size}, TimeMs(INT64_MAX / 2));
    if (event) now_ = std::max(now_, event->occurred_at);
  }
  decoder_.reset();
  clock_.set(now_);
  const bool in_log = seen_ + chunk_.size() <= in_log_;
  if (!in_log && seen_ < in_log_)
    return Error{
        std::string("the log was not written by this import in chunks of this size; start with an "
                    "empty data directory")};
  if (!in_log) {
    if (auto appended = append(); !appended) return appended;
  }
  if (auto there = await_log(seen_ + chunk_.size()); !there) return there;
  seen_ += chunk_.size();
  epochs_.push_back(phase_);
  if (runner_.epoch().value() < epochs_.size()) {
    const auto ran = runner_.run_once(chunk_.size(), options_.lists && phase_ == ImportPhase::log);
    if (!ran) return Error{ran.error()};
  }
  bytes_.clear();
  chunk_.clear();
  counts_[static_cast<size_t>(phase_)].seconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return Ok{};
}

// A log in a cluster shows what was appended a moment later.
Status<std::string> ImportRun::await_log(uint64_t records) const {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    uint64_t there = 0;
    for (const Offset end : log_.end()) there += static_cast<uint64_t>(end.value());
    if (there >= records) return Ok{};
    if (std::chrono::steady_clock::now() > deadline)
      return Error{
          std::string("the log does not show what was written to it; look at its brokers")};
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

Status<std::string> ImportRun::append() {
  std::vector<std::vector<log::RecordView>> by_partition(log_.end().size());
  const uint8_t flags = phase_ == ImportPhase::history ? log::kFlagHistory : 0;
  for (const Kept& kept : chunk_) {
    const std::string_view id(bytes_.data() + kept.id_at, kept.id_size);
    const std::string_view json(bytes_.data() + kept.json_at, kept.json_size);
    by_partition[kept.partition.value()].push_back({kept.kind, flags, now_, id, json});
  }
  std::vector<log::PartitionAppend> appends;
  for (uint16_t p = 0; p < by_partition.size(); ++p) {
    if (!by_partition[p].empty()) appends.push_back({Partition(p), by_partition[p]});
  }
  const auto appended = log_.append(appends);
  if (!appended)
    return Error{"the log cannot be written: " + std::string(log::phrase(appended.error()))};
  return Ok{};
}

Result<std::array<ImportCounts, kImportPhases>, std::string> ImportRun::finish() {
  if (auto done = flush(); !done) return Error{done.error()};
  const auto start = std::chrono::steady_clock::now();
  if (!runner_.settle())
    return Error{std::string("the last rows could not be stored: ") + runner_.trouble()};
  counts_[static_cast<size_t>(phase_)].seconds +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  uint64_t missing = 0;
  const auto read =
      journal_.read(Epoch(1), [&](const pipeline::EpochEntry& entry, const auto& outcome) {
        const uint64_t index = entry.epoch.value() - 1;
        if (index >= epochs_.size()) return false;
        if (!outcome) {
          ++missing;
          return true;
        }
        ImportCounts& counts = counts_[static_cast<size_t>(epochs_[index])];
        counts.accepted += outcome->accepted;
        counts.duplicates += outcome->duplicates;
        counts.dead_letters += outcome->dead_letters;
        counts.lists += outcome->lists;
        counts.alerts += outcome->alerts;
        return true;
      });
  if (!read || missing != 0)
    return Error{std::string(
        "the journal lacks the outcome of some epochs, so that they cannot be counted")};
  return counts_;
}

}  // namespace potik::app
