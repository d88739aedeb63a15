#include "base/big_endian.h"

#include <gtest/gtest.h>

namespace potik {
namespace {

std::string key(uint32_t number) {
  std::string bytes;
  append_big_endian(bytes, number);
  return bytes;
}

TEST(BigEndian, ComesBackWhateverFollows) {
  for (const uint32_t number : {0U, 1U, 0x12345678U, 0xffffffffU}) {
    EXPECT_EQ(key(number).size(), 4U);
    EXPECT_EQ(big_endian<uint32_t>(key(number) + "rest"), number);
  }
  EXPECT_EQ(key(0x01020304U), "\x01\x02\x03\x04");
}

TEST(BigEndian, SortsAsTheNumbersDo) {
  EXPECT_LT(key(1), key(2));
  EXPECT_LT(key(0xff), key(0x100));
  EXPECT_LT(key(0x7fffffffU), key(0x80000000U));
}

TEST(BigEndian, TakesMissingBytesForZero) {
  EXPECT_EQ(big_endian<uint32_t>(""), 0U);
  EXPECT_EQ(big_endian<uint16_t>("\x01"), 0x100U);
}

}  // namespace
}  // namespace potik
