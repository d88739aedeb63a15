// STAND-IN by the integrator, who needed something to link against at 00:38 and overwrote nothing knowingly: if you own this folder, overwrite it with your own version at once.
#include "pipeline/journal.h"

namespace potik::pipeline {

std::string_view phrase(JournalError error) {
  switch (error) {
    case JournalError::io: return "the medium failed; check the disk";
    case JournalError::disk_full: return "the disk is full; make room and it goes on by itself";
    case JournalError::corrupt: return "its bytes do not hold; restore the data directory from a copy";
  }
  return "unknown";
}

}  // namespace potik::pipeline
