#pragma once
// What the databases of this folder hold in memory: memtables, cached blocks, indexes of open
// files.

#include <cstdint>

namespace potik::rocksdb {

// A second face of the objects that open_event_log(), open_epoch_journal() and
// open_snapshot_store() give. Any thread; does not block but while the database is being mended.
class MemoryUse {
 public:
  virtual ~MemoryUse() = default;
  [[nodiscard]] virtual uint64_t memory_bytes() const = 0;
};

// Of a port's object that may be another implementation; 0 then.
template <class Port>
[[nodiscard]] uint64_t memory_bytes(const Port& port) {
  const auto* const use = dynamic_cast<const MemoryUse*>(&port);
  return use != nullptr ? use->memory_bytes() : 0;
}

}  // namespace potik::rocksdb
