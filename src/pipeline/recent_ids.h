#pragma once
// The last event ids of one viewer, by hash, with a hash of their content: finds duplicates and ids
// reused for something else. Bounded to kRecentIds; an id older than that is taken for new.

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/bytes.h"

namespace potik::pipeline {

inline constexpr size_t kRecentIds = 512;

class RecentIds {
 public:
  enum class Answer : uint8_t { fresh, duplicate, conflict };

  // Remembers a fresh id. A conflict (same id, other content) is not remembered again. Linear over
  // at most kRecentIds 8-byte hashes: some 30 ns.
  Answer check(uint64_t id_hash, uint32_t content_hash);

  // Asks the memory for what check() reads first.
  void fetch() const {
    constexpr size_t kLines = 4;
    constexpr size_t kLine = 64 / sizeof(uint64_t);
    for (size_t i = 0; i < std::min(ids_.size(), kLines * kLine); i += kLine)
      __builtin_prefetch(&ids_[i]);
  }

  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const {
    return ids_.capacity() * sizeof(uint64_t) + contents_.capacity() * sizeof(uint32_t);
  }
  [[nodiscard]] size_t size() const { return ids_.size(); }

 private:
  std::vector<uint64_t> ids_;       // a ring once full
  std::vector<uint32_t> contents_;  // beside ids_
  uint32_t next_ = 0;               // where the ring is overwritten
};

}  // namespace potik::pipeline
