#pragma once
// Fetched: what was read ahead of one partition and not taken yet, as chunks of records whose views
// point into the chunk's own bytes. A plain value; its owner locks. Cost: one copy of each message
// in, none out but of the chunk that a read cuts in two.

#include <deque>
#include <vector>

#include "log/event_log.h"

namespace potik::kafka {

class Fetched {
 public:
  // Forgets all and goes on at `from`.
  void restart(Offset from);
  // Copies a record in. Its offset is at least next(); what lies between does not exist.
  void add(const log::RecordView& record);
  // Nothing exists between next() and `next`.
  void skip_to(Offset next);

  // Moves the records of [first(), until) to `out`, up to `bytes_max` and at least one; sets
  // out.next.
  void take(Offset until, size_t bytes_max, log::RecordBlock& out);

  [[nodiscard]] Offset first() const { return first_; }
  [[nodiscard]] Offset next() const { return next_; }
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  struct Chunk {
    std::vector<log::RecordView> records;
    std::vector<char> bytes;
    Offset next{};  // behind its last record
  };
  [[nodiscard]] Chunk& chunk_with_room(size_t bytes);
  static void store(const log::RecordView& record, Chunk& chunk);
  void take_part(Chunk& chunk, Offset until, size_t bytes_max, log::RecordBlock& out);

  std::deque<Chunk> chunks_;
  std::vector<std::vector<char>> spare_;  // memory of blocks that came back
  Offset first_{};
  Offset next_{};
  size_t bytes_ = 0;  // of keys and values
};

}  // namespace potik::kafka
