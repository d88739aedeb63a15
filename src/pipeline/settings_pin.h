#pragma once
// The settings that a journal was written with, pinned in it. Threads: one. Cost: a read or a
// durable write of the journal.

#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "pipeline/core.h"
#include "pipeline/journal.h"

namespace potik::pipeline {

// Whether the outputs that the journal speaks of came from these options; pins them in a journal
// that knows none. The error is a sentence for the operator.
[[nodiscard]] Status<std::string> check_settings(EpochJournal& journal, const CoreOptions& options);
// "per_author_max is 2 here, 3 was asked for; ...": how one fingerprint of options differs from the
// other; empty where it does not.
[[nodiscard]] std::string differences(const std::string& kept, const std::string& wanted);
// The last epoch that an earlier version of the model has computed; 0 if none has.
[[nodiscard]] Result<Epoch, std::string> computed_by_earlier_models(const EpochJournal& journal);

}  // namespace potik::pipeline
