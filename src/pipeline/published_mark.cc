#include "pipeline/published_mark.h"

namespace potik::pipeline {
namespace {

std::string pin_of(std::string_view name) { return "published." + std::string(name); }

}  // namespace

Result<bool, JournalError> was_published(const EpochJournal& journal, std::string_view name) {
  const auto pin = journal.pinned(pin_of(name));
  if (!pin) return Error{pin.error()};
  return pin.value().has_value();
}

Status<JournalError> pin_published(EpochJournal& journal, std::string_view name) {
  std::string kept;
  return journal.pin(pin_of(name), "", kept);
}

std::string outputs_do_not_fit(Epoch published, const PublishedBefore& before) {
  if (published == Epoch(0) && before.pinned)
    return "results were published before, and the mark that says up to which epoch is gone: its "
           "topic was made anew, or its records were deleted. What was computed since the last "
           "snapshot (epoch " +
           std::to_string(before.snapshot.value()) +
           ") would be published twice. Publish under another name (kafka.name) to accept that, or "
           "begin with a new data directory and new topics of results.";
  if (published == Epoch(0) || (before.snapshot <= published && published <= before.journaled))
    return {};
  return "results were published up to epoch " + std::to_string(published.value()) +
         ", but this data directory has its snapshot at epoch " +
         std::to_string(before.snapshot.value()) + " and its journal's end at " +
         std::to_string(before.journaled.value()) +
         ": they belong to another one. Put the matching folder back, or publish under another "
         "name (kafka.name).";
}

}  // namespace potik::pipeline
