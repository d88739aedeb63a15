#pragma once
// Replay: computes everything once more from log and journal, in a fresh core, and compares outputs
// epoch by epoch and the state of the snapshot byte by byte.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "log/event_log.h"
#include "pipeline/core.h"
#include "pipeline/journal.h"
#include "state/snapshot_store.h"

namespace potik::pipeline {

struct ReplayReport {
  uint64_t epochs = 0;
  uint64_t records = 0;
  uint64_t outputs_compared = 0;  // epochs whose outcome the journal had
  uint64_t outputs_different = 0;
  Epoch first_different{};
  Epoch snapshot{};             // the epoch whose state was compared; 0: there was none
  uint64_t state_compared = 0;  // records of state
  uint64_t state_different = 0;
  std::string first_state_difference;  // section, key group, key
  Digest outputs;                      // over all epochs
  Digest state;                        // over the whole state at the end of the journal
  [[nodiscard]] bool identical() const {
    return outputs_different == 0 && state_different == 0 && (outputs_compared > 0 || epochs == 0);
  }
};

// Needs the log from its first record. Reads only. `tick(done, total)` epochs. Memory: the whole
// state. The error is a sentence for the operator.
[[nodiscard]] Result<ReplayReport, std::string> replay(
    const log::EventLog& log, const EpochJournal& journal, const state::SnapshotStore& snapshot,
    const CoreOptions& options, size_t threads,
    const std::function<void(uint64_t, uint64_t)>& tick);

// A digest over all records of a snapshot, in order of section, key group and key.
[[nodiscard]] Result<Digest, state::SnapshotError> digest_state(
    const state::SnapshotStore& snapshot);

}  // namespace potik::pipeline
