#include "store/event_store.h"

namespace potik::store {

std::string_view phrase(StoreError error) {
  switch (error) {
    case StoreError::io:
      return "the disk or the file system refused";
    case StoreError::disk_full:
      return "the disk is full: free room or move the data directory";
    case StoreError::corrupt:
      return "the file is damaged or of another version";
    case StoreError::refused:
      return "the store does not do this";
    case StoreError::timeout:
      return "it took longer than allowed";
    case StoreError::too_large:
      return "it needs more memory than the store may use";
    case StoreError::closed:
      return "the store is closed: restart";
    case StoreError::busy:
      return "it answers as many questions as it takes: ask again later";
  }
  return "unknown";
}

}  // namespace potik::store
