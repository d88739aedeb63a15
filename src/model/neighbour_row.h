#pragma once
// A co-watch row: a small hash table of neighbours, open addressing with linear probing. Internal to
// the model. What a row holds depends on what was added alone, where it stands on the order too: so
// nothing may depend on the places. Threads: the owner of the row writes. Cost: about 15 ns a step in
// the cache.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "model/video_table.h"

namespace potik::model {

class NeighbourRow {
 public:
  explicit NeighbourRow(VideoStats& stats) : slots_(stats.neighbours), count_(stats.neighbour_count) {}

  // The neighbour's entry; null if it is not there.
  [[nodiscard]] Neighbour* find(VideoHandle video) {
    if (slots_.empty()) return nullptr;
    Neighbour& place = place_of(video);
    return place.video == video ? &place : nullptr;
  }
  // One that is not there yet. Where the row is full, the weakest quarter makes room.
  void insert(const Neighbour& neighbour, size_t most) {
    if (count_ >= most) drop_weakest(most - most / 4);
    if ((count_ + 1) * 4 > slots_.size() * 3) rebuild(std::max<size_t>(8, slots_.size() * 2));
    place_of(neighbour.video) = neighbour;
    ++count_;
  }

 private:
  [[nodiscard]] Neighbour& place_of(VideoHandle video) {
    const size_t mask = slots_.size() - 1;
    size_t at = (video.value() * 0x9e3779b1U) >> (32 - std::countr_zero(slots_.size()));
    while (slots_[at].video != kNoVideo && slots_[at].video != video) at = (at + 1) & mask;
    return slots_[at];
  }
  void rebuild(size_t size) {
    std::vector<Neighbour> old(size);
    old.swap(slots_);
    for (const Neighbour& neighbour : old) {
      if (neighbour.video != kNoVideo) place_of(neighbour.video) = neighbour;
    }
  }
  void drop_weakest(size_t keep) {
    std::vector<Neighbour> kept;
    kept.reserve(count_);
    for (const Neighbour& neighbour : slots_) {
      if (neighbour.video != kNoVideo) kept.push_back(neighbour);
    }
    const auto stronger = [](const Neighbour& a, const Neighbour& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.video < b.video;
    };
    if (keep < kept.size()) {
      std::nth_element(kept.begin(), kept.begin() + static_cast<ptrdiff_t>(keep), kept.end(), stronger);
      kept.resize(keep);
    }
    std::ranges::fill(slots_, Neighbour{});
    for (const Neighbour& neighbour : kept) place_of(neighbour.video) = neighbour;
    count_ = static_cast<uint32_t>(kept.size());
  }

  std::vector<Neighbour>& slots_;
  uint32_t& count_;
};

// Asks for the row's cache lines. Rows lie anywhere in memory: asking for several before the first
// is read overlaps the waits.
inline void fetch_row(std::span<const Neighbour> row) {
  const auto* bytes = reinterpret_cast<const char*>(row.data());
  for (size_t line = 0; line < row.size_bytes(); line += 64) __builtin_prefetch(bytes + line);
}

}  // namespace potik::model
