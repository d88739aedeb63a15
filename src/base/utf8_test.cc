#include "base/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace potik {
namespace {

TEST(Utf8, EveryScalarValueIsReadBackWhole) {
  for (uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    std::string text(4, '\0');
    text.resize(write_utf8(text.data(), point));
    ASSERT_EQ(utf8_sequence_bytes(text, 0), text.size()) << point;
    for (size_t cut = 0; cut < text.size(); ++cut) {
      ASSERT_EQ(utf8_sequence_bytes(std::string_view(text).substr(0, cut), 0), 0U) << point;
    }
  }
}

// Counts the two- and three-byte sequences accepted: a rule too lax or too strict changes the sum.
TEST(Utf8, AcceptsExactlyAsManySequencesAsThereAreScalarValues) {
  int two = 0;
  int three = 0;
  std::string text(3, '\0');
  for (uint32_t bits = 0; bits < 0x1000000; ++bits) {
    text[0] = static_cast<char>(bits >> 16U);
    if (static_cast<uint8_t>(text[0]) < 0x80) continue;
    text[1] = static_cast<char>(bits >> 8U);
    text[2] = static_cast<char>(bits);
    const size_t bytes = utf8_sequence_bytes(text, 0);
    two += bytes == 2 && text[2] == 0 ? 1 : 0;
    three += bytes == 3 ? 1 : 0;
  }
  EXPECT_EQ(two, 0x800 - 0x80);
  EXPECT_EQ(three, 0x10000 - 0x800 - 0x800);
}

TEST(Utf8, RefusesWhatLiesOutsideUnicode) {
  constexpr std::array<std::string_view, 6> kBad{
      "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x8f\xbf\xbf", "\xed\xbf\xbf", "\x80", "ok\xfe"};
  for (const std::string_view text : kBad) EXPECT_FALSE(is_utf8(text));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("потік"));
}

}  // namespace
}  // namespace potik
