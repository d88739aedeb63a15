#include "pipeline/memory_journal.h"

#include <gtest/gtest.h>

#include <memory>

namespace potik::pipeline {

// What journal_contract.cc asks for.
std::unique_ptr<EpochJournal> open_journal_under_test() {
  return std::make_unique<MemoryJournal>();
}
std::unique_ptr<EpochJournal> reopen_journal_under_test(std::unique_ptr<EpochJournal> journal) {
  return journal;
}

namespace {

TEST(JournalError, EveryErrorHasASentence) {
  for (const JournalError error :
       {JournalError::io, JournalError::disk_full, JournalError::corrupt}) {
    EXPECT_TRUE(phrase(error).ends_with('.')) << phrase(error);
    EXPECT_NE(phrase(error), phrase(static_cast<JournalError>(99)));
  }
}

}  // namespace
}  // namespace potik::pipeline
