#include "pipeline/replay.h"

#include <map>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "pipeline/read_epoch.h"

namespace potik::pipeline {
namespace {

using StateKey = std::tuple<uint8_t, uint16_t, std::string>;
using StateMap = std::map<StateKey, std::string>;

void apply(Core& core, WorkerPool& pool, StateMap& into) {
  std::vector<state::Change> changes;
  core.collect_changes(changes, pool);
  for (state::Change& change : changes) {
    StateKey key{static_cast<uint8_t>(change.section), change.key_group.value(),
                 std::move(change.key)};
    if (change.value) {
      into[std::move(key)] = std::move(*change.value);
    } else {
      into.erase(key);
    }
  }
}

std::string describe(const StateKey& key) {
  return "section " + std::to_string(std::get<0>(key)) + ", key group " +
         std::to_string(std::get<1>(key)) + ", key " + std::get<2>(key);
}

void differ(ReplayReport& report, const StateKey& key) {
  if (report.state_different++ == 0) report.first_state_difference = describe(key);
}

Status<state::SnapshotError> compare(const StateMap& computed, const state::SnapshotStore& snapshot,
                                     ReplayReport& report) {
  StateMap left = computed;
  for (const state::Section section : state::kSections) {
    for (uint16_t group = 0; group < kKeyGroups; ++group) {
      const auto read = snapshot.read(
          section, KeyGroup(group), [&](std::string_view name, std::string_view value) {
            const StateKey key{static_cast<uint8_t>(section), group, std::string(name)};
            ++report.state_compared;
            const auto it = left.find(key);
            if (it == left.end() || it->second != value) differ(report, key);
            if (it != left.end()) left.erase(it);
          });
      if (!read) return read;
    }
  }
  for (const auto& [key, value] : left) differ(report, key);
  return Ok{};
}

Digest add_record(Digest digest, const StateKey& key, std::string_view value) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(std::get<0>(key));
  out.put(std::get<1>(key));
  out.text(std::get<2>(key));
  out.text(value);
  return combine(digest, digest128(bytes));
}

}  // namespace

Result<Digest, state::SnapshotError> digest_state(const state::SnapshotStore& snapshot) {
  Digest digest;
  for (const state::Section section : state::kSections) {
    for (uint16_t group = 0; group < kKeyGroups; ++group) {
      const auto read = snapshot.read(
          section, KeyGroup(group), [&](std::string_view key, std::string_view value) {
            digest =
                add_record(digest, {static_cast<uint8_t>(section), group, std::string(key)}, value);
          });
      if (!read) return Error{read.error()};
    }
  }
  return digest;
}

Result<ReplayReport, std::string> replay(const log::EventLog& log, const EpochJournal& journal,
                                         const state::SnapshotStore& snapshot,
                                         const CoreOptions& options, size_t threads,
                                         const std::function<void(uint64_t, uint64_t)>& tick) {
  const auto first = begins_at(journal);
  if (!first)
    return Error{std::string("the journal cannot be read: ") + std::string(phrase(first.error()))};
  if (*first != Epoch(1))
    return Error{"the state of epoch " + std::to_string(first->value()) +
                 " was imported: what it was computed from is not known here, and without it "
                 "nothing can be computed again"};
  ReplayReport report;
  report.snapshot = snapshot.epoch();
  Core core(options);
  WorkerPool pool(threads);
  EpochBuffer buffer;
  std::vector<Offset> processed(log.end().size());
  buffer.partitions = std::vector<PartitionInput>(processed.size());
  StateMap computed;
  std::string trouble;
  Epoch expected(1);
  const auto last = journal.last();
  const auto read = journal.read(
      Epoch(1), [&](const EpochEntry& entry, const std::optional<EpochOutcome>& outcome) {
        if (entry.epoch != expected) {
          trouble = "the journal has a gap: the entry of epoch " +
                    std::to_string(expected.value()) + " is missing";
          return false;
        }
        expected = expected.next();
        buffer.entry = entry;
        if (auto input = read_epoch(log, processed, buffer, pool); !input) {
          trouble = input.error().message;
          return false;
        }
        if (!core.process(buffer, nullptr, pool)) {
          trouble = "the core failed without a store to read from: this is a bug";
          return false;
        }
        processed = entry.ends;
        ++report.epochs;
        report.records += buffer.counts.records;
        report.outputs = combine(report.outputs, buffer.outputs);
        if (outcome) {
          ++report.outputs_compared;
          if (!(outcome->outputs == buffer.outputs) && report.outputs_different++ == 0)
            report.first_different = entry.epoch;
        }
        if (entry.epoch == report.snapshot) {
          apply(core, pool, computed);
          if (const auto compared = compare(computed, snapshot, report); !compared)
            trouble = "the snapshot cannot be read: " + std::string(phrase(compared.error()));
        }
        if (tick) tick(entry.epoch.value(), last->epoch.value());
        return trouble.empty();
      });
  if (!trouble.empty()) return Error{trouble};
  if (!read)
    return Error{std::string("the journal cannot be read: ") + std::string(phrase(read.error()))};
  // Nothing was compared then, and nothing would differ.
  if (report.epochs < report.snapshot.value())
    return Error{
        std::string("the journal ends before the epoch of the snapshot: its folder was "
                    "replaced or is damaged. Put the matching folder back.")};
  apply(core, pool, computed);
  for (const auto& [key, value] : computed) report.state = add_record(report.state, key, value);
  return report;
}

}  // namespace potik::pipeline
