#pragma once
// A journal that hands everything on to another one: what doubles of tests change one call of.

#include "pipeline/journal.h"

namespace potik::pipeline::testing {

class ForwardingJournal : public EpochJournal {
 public:
  explicit ForwardingJournal(EpochJournal& journal) : journal_(journal) {}
  [[nodiscard]] Status<JournalError> append(const EpochEntry& entry) override {
    return journal_.append(entry);
  }
  [[nodiscard]] Status<JournalError> record(const EpochOutcome& outcome) override {
    return journal_.record(outcome);
  }
  [[nodiscard]] Status<JournalError> read(
      Epoch from,
      const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit)
      const override {
    return journal_.read(from, visit);
  }
  [[nodiscard]] std::optional<EpochEntry> last() const override { return journal_.last(); }
  [[nodiscard]] Status<JournalError> pin(std::string_view name, std::string_view value,
                                         std::string& kept) override {
    return journal_.pin(name, value, kept);
  }
  [[nodiscard]] Result<std::optional<std::string>, JournalError> pinned(
      std::string_view name) const override {
    return journal_.pinned(name);
  }

 private:
  EpochJournal& journal_;
};

}  // namespace potik::pipeline::testing
