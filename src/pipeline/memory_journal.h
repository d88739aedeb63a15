#pragma once
// MemoryJournal: the EpochJournal of tests. A visitor may call back into it.

#include <map>
#include <string>

#include "base/mutex.h"
#include "pipeline/journal.h"

namespace potik::pipeline {

class MemoryJournal final : public EpochJournal {
 public:
  [[nodiscard]] Status<JournalError> append(const EpochEntry& entry) override;
  [[nodiscard]] Status<JournalError> record(const EpochOutcome& outcome) override;
  [[nodiscard]] Status<JournalError> read(
      Epoch from,
      const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit)
      const override;
  [[nodiscard]] std::optional<EpochEntry> last() const override;
  [[nodiscard]] Status<JournalError> pin(std::string_view name, std::string_view value,
                                         std::string& kept) override;
  [[nodiscard]] Result<std::optional<std::string>, JournalError> pinned(
      std::string_view name) const override;

 private:
  struct Kept {
    EpochEntry entry;
    std::optional<EpochOutcome> outcome;
  };
  [[nodiscard]] std::optional<Kept> first_from(Epoch from) const;

  mutable Mutex mutex_;
  std::map<Epoch, Kept> epochs_ POTIK_GUARDED_BY(mutex_);
  std::map<std::string, std::string, std::less<>> pins_ POTIK_GUARDED_BY(mutex_);
};

}  // namespace potik::pipeline
