#pragma once
// Distinct types for the numbers that travel through Potik, so that an offset is never taken for an
// epoch. Construction is explicit, nothing converts back silently; comparison is within one type
// only.

#include <compare>
#include <cstdint>
#include <functional>

namespace potik {

template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;
  constexpr Strong() = default;
  explicit constexpr Strong(Rep value) : value_(value) {}
  [[nodiscard]] constexpr Rep value() const { return value_; }
  [[nodiscard]] constexpr Strong next() const { return Strong(static_cast<Rep>(value_ + 1)); }
  friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
  Rep value_{};
};

using Partition = Strong<struct PartitionTag, uint16_t>;  // of the event log, counted from 0
using Offset = Strong<struct OffsetTag, int64_t>;  // of a record in its partition, counted from 0
using KeyGroup = Strong<struct KeyGroupTag, uint16_t>;  // see key_group.h
using Epoch = Strong<struct EpochTag, uint64_t>;  // counted from 1; 0 means "before the first"
using UserHandle =
    Strong<struct UserHandleTag, uint64_t>;  // key group << 40 | sequence in it; 0 is none
using VideoHandle =
    Strong<struct VideoHandleTag, uint32_t>;  // dense, from 1 in order of first sight; 0 is none
using TimeMs = Strong<struct TimeMsTag, int64_t>;  // Unix time in milliseconds, UTC

// The distance from `b` to `a` in milliseconds.
[[nodiscard]] constexpr int64_t ms_between(TimeMs b, TimeMs a) { return a.value() - b.value(); }
[[nodiscard]] constexpr TimeMs plus_ms(TimeMs t, int64_t ms) { return TimeMs(t.value() + ms); }

inline constexpr UserHandle kNoUser{0};
inline constexpr VideoHandle kNoVideo{0};

}  // namespace potik

template <class Tag, class Rep>
struct std::hash<potik::Strong<Tag, Rep>> {
  size_t operator()(potik::Strong<Tag, Rep> id) const noexcept {
    return std::hash<Rep>{}(id.value());
  }
};
