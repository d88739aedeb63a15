#pragma once
// ImportRun: feeds recorded traffic through log and runner in chunks of a fixed number of records,
// each one append and one epoch, at the time of the data. So an import that was killed goes on
// where its log ends, and every run of it gives the same log, the same epochs and the same bytes.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/manual_clock.h"
#include "base/result.h"
#include "event/decode.h"
#include "log/event_log.h"
#include "log/layout.h"
#include "pipeline/journal.h"
#include "pipeline/runner.h"

namespace potik::app {

enum class ImportPhase : uint8_t { reference = 0, history = 1, log = 2 };
inline constexpr size_t kImportPhases = 3;

struct ImportCounts {
  uint64_t records = 0;
  uint64_t events = 0;  // records that are events
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  uint64_t dead_letters = 0;
  uint64_t lists = 0;
  uint64_t alerts = 0;
  double seconds = 0;  // spent by this process
};

struct ImportRunOptions {
  size_t chunk_records = 8'192;
  bool lists = true;  // in the log phase, a list after every act
};

// One thread. References outlive it.
class ImportRun {
 public:
  ImportRun(log::EventLog& log, const log::Layout& layout, pipeline::EpochJournal& journal,
            pipeline::Runner& runner, ManualClock& clock, TimeMs start, ImportRunOptions options);

  // The next record, in an order that is the same in every run. A phase may only follow an earlier
  // one.
  [[nodiscard]] Status<std::string> take(ImportPhase phase, log::RecordKind kind,
                                         std::string_view id, std::string_view json);
  // After the last record: flushes, settles, and reads what every epoch of the import gave (also
  // those of earlier, interrupted runs).
  [[nodiscard]] Result<std::array<ImportCounts, kImportPhases>, std::string> finish();

 private:
  struct Kept {
    Partition partition{};
    log::RecordKind kind{};
    size_t id_at = 0, id_size = 0, json_at = 0, json_size = 0;
  };
  [[nodiscard]] Status<std::string> flush();
  [[nodiscard]] Status<std::string> append();
  [[nodiscard]] Status<std::string> await_log(uint64_t records) const;

  log::EventLog& log_;
  log::Layout layout_;
  pipeline::EpochJournal& journal_;
  pipeline::Runner& runner_;
  ManualClock& clock_;
  ImportRunOptions options_;
  event::Decoder decoder_;
  TimeMs now_;
  uint64_t in_log_ = 0;  // records there before this run
  uint64_t seen_ = 0;    // records taken so far
  ImportPhase phase_ = ImportPhase::reference;
  std::array<ImportCounts, kImportPhases> counts_{};
  std::vector<ImportPhase> epochs_;  // phase of epoch i + 1
  std::string bytes_;
  std::vector<Kept> chunk_;
};

}  // namespace potik::app
