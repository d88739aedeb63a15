#pragma once
// How far the published results may be, seen from a data directory.

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "pipeline/journal.h"

namespace potik::pipeline {

// What a data directory knows of it. Once something was published under a name, the journal has
// that pinned: a mark that is missing later was lost, and what it covered would be published again.
struct PublishedBefore {
  Epoch snapshot{};
  Epoch journaled{};
  bool pinned = false;
};
[[nodiscard]] Result<bool, JournalError> was_published(const EpochJournal& journal,
                                                       std::string_view name);
[[nodiscard]] Status<JournalError> pin_published(EpochJournal& journal, std::string_view name);

// A sentence that says what to do where results up to `published` cannot be those of the data
// directory; empty where they can.
[[nodiscard]] std::string outputs_do_not_fit(Epoch published, const PublishedBefore& before);

}  // namespace potik::pipeline
