#include "base/stored_numbers.h"

#include <gtest/gtest.h>

#include <limits>

namespace potik {
namespace {

template <class T>
std::string bytes_of(T value) {
  std::string bytes;
  ByteWriter(bytes).put(value);
  return bytes;
}

TEST(StoredNumbers, TakesTimesUpToTheYear9999) {
  for (const int64_t ms : {int64_t{0}, int64_t{-1}, kStoredMsMax, -kStoredMsMax}) {
    const std::string bytes = bytes_of(ms);
    ByteReader in(bytes);
    EXPECT_EQ(get_ms(in), ms);
    EXPECT_TRUE(in.done());
  }
  for (const int64_t ms : {kStoredMsMax + 1, std::numeric_limits<int64_t>::min()}) {
    const std::string bytes = bytes_of(ms);
    ByteReader in(bytes);
    EXPECT_EQ(get_ms(in), 0);
    EXPECT_FALSE(in.ok());
  }
}

TEST(StoredNumbers, TakesFiniteNumbersAndPlainTruthsOnly) {
  const std::string bytes = bytes_of(1.5) + bytes_of(uint8_t{1}) + bytes_of(uint8_t{2});
  ByteReader in(bytes);
  EXPECT_EQ(get_finite<double>(in), 1.5);
  EXPECT_TRUE(get_bool(in));
  EXPECT_TRUE(in.ok());
  (void)get_bool(in);
  EXPECT_FALSE(in.ok());
  const std::string nan = bytes_of(std::numeric_limits<float>::quiet_NaN());
  ByteReader other(nan);
  EXPECT_EQ(get_finite<float>(other), 0);
  EXPECT_FALSE(other.ok());
}

}  // namespace
}  // namespace potik
