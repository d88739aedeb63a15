#include "detect/sliding_count.h"

#include <limits>

#include "base/stored_numbers.h"
namespace potik::detect {

namespace {
constexpr uint16_t kFull = std::numeric_limits<uint16_t>::max();
void increment(uint16_t& counter) { counter = static_cast<uint16_t>(counter + (counter < kFull)); }
}  // namespace

uint32_t SlidingCount::add(int64_t at_ms, int64_t window_ms) {
  if (times == 0 && before == 0) window_at_ms = at_ms;
  if (at_ms < window_at_ms) {
    if (at_ms < window_at_ms - window_ms) return 0;
    increment(before);
    return before;
  }
  const int64_t passed = (at_ms - window_at_ms) / window_ms;
  if (passed > 0) {
    before = passed == 1 ? times : uint16_t{0};
    times = 0;
    window_at_ms += passed * window_ms;
  }
  increment(times);
  return read(at_ms, window_ms);
}

uint32_t SlidingCount::read(int64_t at_ms, int64_t window_ms) const {
  const int64_t offset = at_ms - window_at_ms;
  if (offset < 0) return before;
  if (offset >= 2 * window_ms) return 0;
  if (offset >= window_ms) {
    return static_cast<uint32_t>(int64_t{times} * (2 * window_ms - offset) / window_ms);
  }
  return times + static_cast<uint32_t>(int64_t{before} * (window_ms - offset) / window_ms);
}

void SlidingCount::save(ByteWriter& out) const {
  out.put(window_at_ms);
  out.put(times);
  out.put(before);
}

void SlidingCount::load(ByteReader& in) {
  window_at_ms = get_ms(in);
  times = in.get<uint16_t>();
  before = in.get<uint16_t>();
}

}  // namespace potik::detect
