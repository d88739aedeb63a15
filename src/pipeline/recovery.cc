// Recovery: the state of the last snapshot, then every journaled epoch after it once more, over the
// same records. Rows that the store already has are not sent again: its own progress mark says
// which.

#include <algorithm>
#include <utility>

#include "event/json_object.h"
#include "pipeline/published_mark.h"
#include "pipeline/runner.h"

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

// "per_author_max is 2 here, 3 was asked for; ..."
std::string differences(const std::string& kept, const std::string& wanted) {
  const auto here = event::JsonObject::parse(kept);
  const auto asked = event::JsonObject::parse(wanted);
  if (!here || !asked) return "they cannot be compared";
  std::vector<std::string> names = here->names();
  for (const std::string& name : asked->names()) {
    if (!here->has(name)) names.push_back(name);
  }
  std::string text;
  for (const std::string& name : names) {
    const std::string before = here->raw(name).value_or("not set");
    const std::string now = asked->raw(name).value_or("not set");
    if (before == now) continue;
    text +=
        (text.empty() ? "" : "; ") + name + " is " + before + " here, " + now + " was asked for";
  }
  return text;
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

namespace {

// The first model pinned its settings as "core" alone.
std::string settings_pin(uint32_t model) {
  return model == 1 ? "core" : "core." + std::to_string(model);
}
constexpr std::string_view kComputedBefore = "computed_by_earlier_models";

}  // namespace

Result<Epoch, std::string> computed_by_earlier_models(const EpochJournal& journal) {
  const auto found = journal.pinned(kComputedBefore);
  if (!found)
    return Error{std::string("the journal cannot be read: ") + std::string(phrase(found.error()))};
  return Epoch(found.value() ? std::strtoull(found.value()->c_str(), nullptr, 10) : 0);
}

// Epochs of an earlier model keep their outputs; from the next one on this model computes.
Status<std::string> check_settings(EpochJournal& journal, const CoreOptions& options) {
  const std::string wanted = options.fingerprint();
  const std::string name = settings_pin(kModelVersion);
  std::string kept;
  bool written = true;
  const auto known = journal.pinned(name);
  for (uint32_t model = 1; known && !known.value() && model < kModelVersion; ++model) {
    const auto earlier = journal.pinned(settings_pin(model));
    if (!earlier || !earlier.value() || !journal.last()) continue;
    written =
        written &&
        journal.pin(kComputedBefore, std::to_string(journal.last()->epoch.value()), kept).ok();
  }
  if (!known || !written || !journal.pin(name, wanted, kept))
    return Error{std::string("the journal cannot be written; check the disk")};
  if (kept == wanted) return Ok{};
  return Error{
      "the settings of model and detectors differ from those this data directory was made with, "
      "so that its "
      "journal would not replay. Put them back, or start with a new data directory: " +
      differences(kept, wanted) + "."};
}

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
