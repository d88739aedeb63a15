#pragma once
// A co-watch row: a small hash table of neighbours, linear probing with the probes of each video in
// falling order of handles (Amble and Knuth 1974, "Ordered hash tables"), which makes the places a
// function of the neighbours and the size alone. Internal to the model. Threads: the owner of the
// row writes. Cost: about 15 ns a step in the cache.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "model/video_table.h"

namespace potik::model {

// Where looking for a video begins. `size` is a power of two above 1.
[[nodiscard]] inline size_t home_in_row(size_t size, VideoHandle video) {
  return (video.value() * 0x9e3779b1U) >> (32 - std::countr_zero(size));
}

// Null if it is not there. Entry: Neighbour, or const.
template <class Entry>
[[nodiscard]] Entry* find_in_row(std::span<Entry> row, VideoHandle video) {
  if (row.empty()) return nullptr;
  const size_t mask = row.size() - 1;
  size_t at = home_in_row(row.size(), video);
  while (row[at].video > video) at = (at + 1) & mask;
  return row[at].video == video ? &row[at] : nullptr;
}

// Asks for the cache line where looking for the video begins.
inline void fetch_in_row(std::span<const Neighbour> row, VideoHandle video) {
  if (row.empty()) return;
  __builtin_prefetch(&row[home_in_row(row.size(), video)], 1);
}

// Asks for a row's first cache lines; reading on brings the others by itself.
inline void fetch_row(std::span<const Neighbour> row) {
  constexpr size_t kAhead = 512;
  const auto* bytes = reinterpret_cast<const char*>(row.data());
  for (size_t line = 0; line < std::min(row.size_bytes(), kAhead); line += 64)
    __builtin_prefetch(bytes + line);
}

class NeighbourRow {
 public:
  explicit NeighbourRow(VideoStats& stats)
      : slots_(stats.neighbours), count_(stats.neighbour_count) {}

  // The neighbour's entry; null if it is not there.
  [[nodiscard]] Neighbour* find(VideoHandle video) { return find_in_row(std::span(slots_), video); }
  // One that is not there yet. Where the row is full, the weakest quarter makes room.
  void insert(const Neighbour& neighbour, size_t most) {
    if (count_ >= most) drop_weakest(most - most / 4);
    if (!has_room(slots_.size(), count_)) rebuild(std::max(kSmallest, slots_.size() * 2));
    place(neighbour);
    ++count_;
  }
  // `neighbour` is what find() gave. Rare, and as much work as the row is long.
  void erase(Neighbour* neighbour) {
    *neighbour = Neighbour{};
    if (--count_ == 0) return slots_.clear();
    rebuild(slots_.size());
  }
  // An empty row of so many places, for filling with `count` neighbours; false if no row has them.
  [[nodiscard]] bool restore(size_t places, size_t count) {
    if (places == 0) return count == 0;
    if (!std::has_single_bit(places) || places < kSmallest || places > 4 * kNeighboursMax)
      return false;
    if (count == 0 || !has_room(places, count - 1)) return false;
    slots_.resize(places);
    return true;
  }

 private:
  static constexpr size_t kSmallest = 8;
  [[nodiscard]] static bool has_room(size_t places, size_t count) {
    return (count + 1) * 8 <= places * 7;
  }
  // In each run of taken places handles fall, so that the same neighbours lie in the same places.
  void place(Neighbour neighbour) {
    const size_t mask = slots_.size() - 1;
    size_t at = home_in_row(slots_.size(), neighbour.video);
    for (; slots_[at].video != kNoVideo; at = (at + 1) & mask) {
      if (slots_[at].video < neighbour.video) std::swap(slots_[at], neighbour);
    }
    slots_[at] = neighbour;
  }
  void rebuild(size_t size) {
    std::vector<Neighbour> old(size);
    old.swap(slots_);
    for (const Neighbour& neighbour : old) {
      if (neighbour.video != kNoVideo) place(neighbour);
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
      std::nth_element(kept.begin(), kept.begin() + static_cast<ptrdiff_t>(keep), kept.end(),
                       stronger);
      kept.resize(keep);
    }
    std::ranges::fill(slots_, Neighbour{});
    for (const Neighbour& neighbour : kept) place(neighbour);
    count_ = static_cast<uint32_t>(kept.size());
  }

  std::vector<Neighbour>& slots_;
  uint32_t& count_;
};

}  // namespace potik::model
