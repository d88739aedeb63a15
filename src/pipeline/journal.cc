#include "pipeline/journal.h"

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

}  // namespace potik::pipeline
