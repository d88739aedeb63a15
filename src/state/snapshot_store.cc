#include "state/snapshot_store.h"

namespace potik::state {

std::string_view phrase(SnapshotError error) {
  switch (error) {
    case SnapshotError::io:
      return "The snapshot's medium failed; look at the disk, then try again.";
    case SnapshotError::disk_full:
      return "The snapshot's disk is full; make room, writing then goes on.";
    case SnapshotError::corrupt:
      return "The snapshot holds bytes that its checksums deny; remove its folder, and the state "
             "is computed "
             "again from log and journal.";
  }
  return "The snapshot failed in an unknown way.";
}

}  // namespace potik::state
