#pragma once
// Blocks of rows as typical traffic makes them, for tests and benches: the same block for the same
// epoch, whatever was made before. Not linked into the product.

#include <deque>
#include <string>

#include "base/random.h"
#include "store/rows.h"

namespace potik::store {

struct SampleTraffic {
  size_t facts = 100;  // of a block
  uint32_t users = 10'000;
  uint32_t videos = 1'000;
  bool uuid_event_ids = true;  // else short text
  size_t facts_per_detail = 20;
  size_t facts_per_list = 10;
  bool dimensions = true;  // names of the users and videos of each block, again and again
};

// A block and the bytes its views point into: may be moved, which a deque's elements do not notice.
struct SampleBlock {
  SampleBlock() = default;
  SampleBlock(SampleBlock&&) = default;
  SampleBlock(const SampleBlock&) = delete;

  RowBlock rows;
  std::deque<std::string> bytes;
};

[[nodiscard]] SampleBlock sample_block(Epoch epoch, const SampleTraffic& traffic);

}  // namespace potik::store
