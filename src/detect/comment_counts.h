#pragma once
// CommentCounts: how often each of the last few distinct texts was written within a window. Bounded
// to kTextsMax texts; a new one replaces the one least likely to become a flood: that with the
// fewest repetitions in the window, of several the one whose window is oldest. A plain value.

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "detect/sliding_count.h"

namespace potik::detect {

class CommentCounts {
 public:
  static constexpr size_t kTextsMax = 8;

  // Counts one comment; returns how often this text was written in the window that ends at `at_ms`.
  uint32_t add(uint32_t text_hash, int64_t at_ms, int64_t window_ms);

  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const { return texts_.capacity() * sizeof(Text); }
  [[nodiscard]] size_t size() const { return texts_.size(); }

 private:
  struct Text {
    uint32_t hash = 0;
    SlidingCount count;
  };
  Text& place_for(uint32_t text_hash, int64_t at_ms, int64_t window_ms);
  std::vector<Text> texts_;
};

}  // namespace potik::detect
