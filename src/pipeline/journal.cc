#include "pipeline/journal.h"

#include <charconv>

namespace potik::pipeline {

std::string_view phrase(JournalError error) {
  switch (error) {
    case JournalError::io:
      return "The journal's medium failed; look at the disk, then try again.";
    case JournalError::disk_full:
      return "The journal's disk is full; make room, writing then goes on.";
    case JournalError::corrupt:
      return "The journal holds entries that its checks deny; restore it from a copy together with "
             "the log.";
  }
  return "The journal failed in an unknown way.";
}

Status<JournalError> begin_at(EpochJournal& journal, Epoch first) {
  if (journal.last() || first == Epoch(0)) return Error{JournalError::corrupt};
  const std::string wanted = std::to_string(first.value());
  std::string kept;
  if (auto pinned = journal.pin(kBegins, wanted, kept); !pinned) return pinned;
  if (kept != wanted) return Error{JournalError::corrupt};
  return Ok{};
}

Result<Epoch, JournalError> begins_at(const EpochJournal& journal) {
  const auto pin = journal.pinned(kBegins);
  if (!pin) return Error{pin.error()};
  if (!pin.value()) return Epoch(1);
  const std::string& text = *pin.value();
  uint64_t first = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), first);
  if (code != std::errc() || end != text.data() + text.size() || first == 0)
    return Error{JournalError::corrupt};
  return Epoch(first);
}

}  // namespace potik::pipeline
