#pragma once
// BlockFiller: what every EventLog's read() does with the frames it finds: copies them into the
// block with the padding that readers rely on, checks them, and yields records up to the caller's
// bounds. Threads: a plain value. Cost: one copy of each frame; small frames share an allocation.

#include <string_view>
#include <vector>

#include "log/event_log.h"

namespace potik::log {

class BlockFiller {
 public:
  // Clears `out`, which outlives this object and may be used once finish() has been called.
  BlockFiller(Partition partition, Offset from, Offset until, size_t bytes_max, RecordBlock& out);

  // Takes the records of `frame`, whose first has offset `first`; those before the asked offset are
  // passed over. Errors: corrupt, also when frames do not join without a gap.
  [[nodiscard]] Status<LogError> add(Offset first, std::string_view frame);

  // Whether a bound is reached, so that no further frame is wanted.
  [[nodiscard]] bool full() const { return next_ >= until_ || bytes_left_ <= 0; }
  // The offset behind the last record taken.
  [[nodiscard]] Offset next() const { return next_; }

  void finish();

 private:
  void pad();
  std::string_view keep(std::string_view frame);

  RecordBlock& out_;
  std::vector<std::vector<char>> spare_;  // the block's old memory
  Offset next_;
  Offset until_;
  int64_t bytes_left_;
};

}  // namespace potik::log
