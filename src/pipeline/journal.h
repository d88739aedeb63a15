#pragma once
// EpochJournal: the port that remembers which records each epoch held, at which time it ran and who
// was being served, durably and before anything computed from it leaves the process. Log and
// journal together determine every byte of state and output.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/ids.h"
#include "base/result.h"

namespace potik::pipeline {

enum class JournalError : uint8_t { io, disk_full, corrupt };
[[nodiscard]] std::string_view phrase(JournalError error);

// The boundary of one epoch.
struct EpochEntry {
  Epoch epoch{};
  TimeMs time{};  // the epoch's own time: guards against the future, stamps outputs
  std::vector<Offset>
      ends;  // exclusive end offset by partition; the starts are the last entry's ends
  // Users whose lists are asked for from this epoch on. An empty string (never an id) stands for
  // everyone who acts in this very epoch: how an import asks for a list after every act.
  std::vector<std::string> served;
  // The records up to `ends` are gone from the log: the epoch reads none.
  bool skips = false;
};

// What an epoch gave, written with the sink's progress: lets a replay be compared without keeping
// outputs.
struct EpochOutcome {
  Epoch epoch{};
  Digest outputs;  // over rows, lists, alerts and dead letters in their order
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  uint64_t dead_letters = 0;
  uint64_t lists = 0;
  uint64_t alerts = 0;
};

// Thread-safe: the runner's thread appends while the sinks' thread records what earlier epochs
// gave. read() may meet entries and outcomes that come meanwhile, or not.
class EpochJournal {
 public:
  virtual ~EpochJournal() = default;
  // Durable on return. entry.epoch must follow the last one; the first is that which the pin
  // kBegins names, or 1 without it.
  [[nodiscard]] virtual Status<JournalError> append(const EpochEntry& entry) = 0;
  // Not synced: losing it costs a comparison, never data. Idempotent.
  [[nodiscard]] virtual Status<JournalError> record(const EpochOutcome& outcome) = 0;
  // Entries from `from` on, or from where the journal begins, in order, with their outcome where
  // one was kept; corrupt where an entry is missing in between. Stops early when visit is false.
  [[nodiscard]] virtual Status<JournalError> read(
      Epoch from,
      const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit)
      const = 0;
  [[nodiscard]] virtual std::optional<EpochEntry> last() const = 0;
  // Free-form facts that must not change under a journal (format, seed, settings): set once, then
  // compared.
  [[nodiscard]] virtual Status<JournalError> pin(std::string_view name, std::string_view value,
                                                 std::string& kept) = 0;
  // What was pinned under the name; nothing if that was never done.
  [[nodiscard]] virtual Result<std::optional<std::string>, JournalError> pinned(
      std::string_view name) const = 0;
};

// Under this name an epoch is pinned, in decimal digits, where the epochs before it were computed
// elsewhere and the journal does not hold them.
inline constexpr std::string_view kBegins = "begins";
// Of a journal that is empty: its first entry is to be of this epoch. Durable on return. Corrupt if
// it holds entries, or is to begin elsewhere.
[[nodiscard]] Status<JournalError> begin_at(EpochJournal& journal, Epoch first);
// Where a journal begins, or will.
[[nodiscard]] Result<Epoch, JournalError> begins_at(const EpochJournal& journal);

}  // namespace potik::pipeline
