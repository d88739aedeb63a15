// Recovery: the state of the last snapshot, then every journaled epoch after it once more, over the
// same records. Rows that the store already has are not sent again: its own progress mark says
// which.

#include <algorithm>
#include <utility>

#include "event/json_object.h"
#include "pipeline/published_mark.h"
#include "pipeline/runner.h"
#include "pipeline/settings_pin.h"

namespace potik::pipeline {
namespace {

std::string store_is_behind(Epoch stored, Epoch snapshot) {
  return "the analytical store ends at epoch " + std::to_string(stored.value()) +
         ", before the snapshot of epoch " + std::to_string(snapshot.value()) +
         ": its file was replaced, damaged (then a .wal.damaged lies beside it) or restored from "
         "an "
         "older copy. Put the matching file back, or "
         "remove the folder "
         "'snapshot' as well: everything is then rebuilt from the log.";
}

// What snapshot and store hold was journaled before, and what was journaled lies in the log.
// Otherwise epochs would get numbers that the store takes for known, and drops.
std::string journal_is_behind(Epoch journaled, Epoch snapshot, Epoch stored) {
  if (snapshot <= journaled && stored <= journaled) return {};
  return "the journal ends at epoch " + std::to_string(journaled.value()) +
         ", before the snapshot (epoch " + std::to_string(snapshot.value()) +
         ") or the analytical store (epoch " + std::to_string(stored.value()) +
         "): its folder was replaced or is damaged. Put the matching folder back.";
}

std::string journal_has_a_gap(Epoch missing, Epoch last) {
  return "the journal has a gap: the entry of epoch " + std::to_string(missing.value()) +
         " is missing, though it ends at epoch " + std::to_string(last.value()) +
         ". Its folder is damaged or was copied in part. Put a whole copy back.";
}

std::string log_is_behind(const std::vector<Offset>& ends, const std::vector<Offset>& journaled) {
  bool complete = ends.size() == journaled.size();
  for (size_t p = 0; complete && p < ends.size(); ++p) complete = journaled[p] <= ends[p];
  if (complete) return {};
  return "the log ends before an offset that the journal names: its folder was replaced or is "
         "damaged. Put the matching folder back.";
}

}  // namespace

Status<std::string> Runner::check_media() {
  const Epoch snapshot = ports_.snapshots.epoch();
  const Epoch stored = ports_.store.progress();
  if (stored < snapshot) return Error{store_is_behind(stored, snapshot)};
  const auto last = ports_.journal.last();
  std::string wrong = journal_is_behind(last ? last->epoch : Epoch(0), snapshot, stored);
  if (wrong.empty() && last) wrong = log_is_behind(ports_.log.end(), last->ends);
  if (!wrong.empty()) return Error{std::move(wrong)};
  return check_outputs({snapshot, last ? last->epoch : Epoch(0)});
}

Status<std::string> Runner::check_outputs(PublishedBefore before) {
  if (ports_.outputs == nullptr) return Ok{};
  const auto pinned = was_published(ports_.journal, ports_.outputs->name());
  if (!pinned)
    return Error{std::string("the journal cannot be read: ") + std::string(phrase(pinned.error()))};
  before.pinned = pinned.value();
  std::string wrong = outputs_do_not_fit(ports_.outputs->progress(), before);
  if (!wrong.empty()) return Error{std::move(wrong)};
  publishing_pinned_ = before.pinned;
  return Ok{};
}

Result<Recovery, std::string> Runner::recover(const std::function<void(uint64_t, uint64_t)>& tick,
                                              const std::stop_token& stop) {
  if (auto same = check_settings(ports_.journal, core_.options()); !same)
    return Error{same.error()};
  if (auto whole = check_media(); !whole) return Error{whole.error()};
  if (const auto loaded = core_.load(ports_.snapshots); !loaded) {
    return Error{std::string("the snapshot cannot be read: ") +
                 std::string(state::phrase(loaded.error()))};
  }
  const Epoch snapshot = ports_.snapshots.epoch();
  const auto last = ports_.journal.last();
  const uint64_t total = last ? last->epoch.value() - snapshot.value() : 0;
  epoch_ = snapshot.value();
  recovery_stop_ = stop;
  // Where the records of each epoch begin is said by the entry before it, so none may be missing.
  Epoch expected = std::max(snapshot, Epoch(1));
  Status<std::string> result{Ok{}};
  const auto read = ports_.journal.read(
      snapshot, [&](const EpochEntry& entry, const std::optional<EpochOutcome>&) {
        if (stop.stop_requested() || entry.epoch != expected) return false;
        expected = expected.next();
        if (entry.epoch == snapshot) {
          processed_ = entry.ends;
          last_time_ = entry.time;
          return true;
        }
        result = run_epoch(entry, true);
        if (tick) tick(entry.epoch.value() - snapshot.value(), total);
        return result.ok();
      });
  if (stop.stop_requested()) return Recovery::stopped;
  if (!read)
    return Error{std::string("the journal cannot be read: ") + std::string(phrase(read.error()))};
  if (!result) return Error{result.error()};
  if (last && expected <= last->epoch) return Error{journal_has_a_gap(expected, last->epoch)};
  result = skip_forgotten();
  if (stop.stop_requested()) return Recovery::stopped;
  recovery_stop_ = {};
  if (!result) return Error{result.error()};
  measure_memory();
  metrics_.alerts_open.set(static_cast<double>(core_.alerts().open()));
  const MutexLock lock(mutex_);
  shown_ = processed_;  // also where no epoch came after the snapshot
  return Recovery::complete;
}

}  // namespace potik::pipeline
