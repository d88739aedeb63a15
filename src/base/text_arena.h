#pragma once
// Memory for texts that live as long as one batch: bump allocation in chunks that never move, given
// back all at once and kept for the next batch. Threads: one owner. Cost: an addition per text; the
// heap is asked only until the largest batch has been seen.

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace potik {

class TextArena {
 public:
  // Room for `bytes` characters, valid until reset(). What is not needed may be handed back by
  // trim().
  [[nodiscard]] char* take(size_t bytes) {
    while (chunk_ < chunks_.size() && chunks_[chunk_].bytes - used_ < bytes) {
      ++chunk_;
      used_ = 0;
    }
    if (chunk_ == chunks_.size()) add_chunk(bytes);
    char* const room = chunks_[chunk_].memory.get() + used_;
    used_ += bytes;
    return room;
  }
  // Shortens the latest take() by `bytes`.
  void trim(size_t bytes) { used_ -= bytes; }

  [[nodiscard]] std::string_view store(std::string_view text) {
    if (text.empty()) return {};
    char* const room = take(text.size());
    std::memcpy(room, text.data(), text.size());
    return {room, text.size()};
  }

  // Ends the life of every text, keeps the memory.
  void reset() {
    chunk_ = 0;
    used_ = 0;
  }

 private:
  static constexpr size_t kChunkBytes = 64 * 1024;
  struct Chunk {
    std::unique_ptr<char[]> memory;
    size_t bytes;
  };
  void add_chunk(size_t bytes_min) {
    const size_t bytes = std::max(bytes_min, kChunkBytes);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(bytes), bytes});
    used_ = 0;
  }
  std::vector<Chunk> chunks_;
  size_t chunk_ = 0;
  size_t used_ = 0;  // of the current chunk
};

}  // namespace potik
