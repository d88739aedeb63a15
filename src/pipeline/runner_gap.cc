// What the runner does where the log has forgotten records before they were processed.

#include <algorithm>
#include <utility>

#include "pipeline/runner.h"

namespace potik::pipeline {
namespace {

std::string failed_reading(log::LogError error) {
  return "asking the log where it begins: " + std::string(log::phrase(error));
}

}  // namespace

Result<std::vector<Offset>, std::string> Runner::ask_starts() {
  for (;;) {
    auto starts = ports_.log.start();
    if (starts) return std::move(starts).value();
    if (starts.error() != log::LogError::io) return Error{failed_reading(starts.error())};
    if (!pause_for_log(failed_reading(starts.error())))
      return Error{std::string("stopped while the log could not be read")};
  }
}

void Runner::report_skipped(const std::vector<LostRecords>& lost, std::string_view why) {
  metrics_.records_skipped.add(count_of(lost));
  if (ports_.lines == nullptr) return;
  ports_.lines->line(
      monitor::LogLevel::warning, "log", why,
      {{"records", count_of(lost)}, {"where", describe(lost, options_.partition_names)}});
}

// For an epoch that is journaled already: what is left of it is processed. Its entry stays as it
// is, so a later recovery may find less; that is the price of the choice.
Status<std::string> Runner::step_over_gap(const EpochEntry& entry, std::vector<Offset>& starts) {
  const auto kept = ask_starts();
  if (!kept) return Error{kept.error()};
  std::vector<Offset> within = *kept;
  for (size_t p = 0; p < within.size(); ++p) within[p] = std::min(within[p], entry.ends[p]);
  const std::vector<LostRecords> lost = lost_between(starts, within);
  // Nothing: the log refused what it now says it has.
  if (lost.empty()) return Error{"reading the log: " + std::string(phrase(log::LogError::trimmed))};
  if (options_.on_gap == OnGap::stop)
    return Error{lost_records_error(lost_between(starts, *kept), options_.partition_names)};
  report_skipped(lost, "an epoch is processed without records that the log has forgotten");
  for (const LostRecords& each : lost) starts[each.partition.value()] = each.until;
  met_gap_ = true;
  return Ok{};
}

// An entry of its own moves the ends to where the log begins, however far that is.
Status<std::string> Runner::skip_forgotten() {
  met_gap_ = false;
  auto starts = ask_starts();
  if (!starts) return Error{starts.error()};
  const std::vector<LostRecords> lost = lost_between(processed_, *starts);
  if (lost.empty()) return Ok{};
  // A new data directory begins where the log begins.
  const bool is_new = !ports_.journal.last().has_value();
  if (!is_new && options_.on_gap == OnGap::stop)
    return Error{lost_records_error(lost, options_.partition_names)};
  if (!is_new) report_skipped(lost, "records that the log has forgotten are skipped");
  for (size_t p = 0; p < processed_.size(); ++p)
    (*starts)[p] = std::max((*starts)[p], processed_[p]);
  EpochEntry entry = next_entry(std::move(starts).value());
  entry.skips = true;
  return run_epoch(std::move(entry), false);
}

}  // namespace potik::pipeline
