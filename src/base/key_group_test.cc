#include "base/key_group.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace potik {
namespace {

// String.hashCode by its definition, s[0]*31^(n-1) + ... + s[n-1], over UTF-16 units given as such.
int32_t java_hash_by_definition(const std::u16string& units) {
  int64_t hash = 0;
  for (const char16_t unit : units) hash = (hash * 31 + unit) % (int64_t{1} << 32);
  return static_cast<int32_t>(static_cast<uint32_t>(hash));
}

// Flink's MathUtils.murmurHash transcribed with 64-bit products and explicit reductions, so that a
// slip in the 32-bit version does not repeat itself here.
int32_t murmur_by_definition(int32_t code) {
  constexpr uint64_t kMask = 0xffffffffULL;
  const auto rotate = [](uint64_t x, int bits) {
    return ((x << bits) | (x >> (32 - bits))) & kMask;
  };
  uint64_t h = static_cast<uint64_t>(code) & kMask;
  h = (h * 0xcc9e2d51ULL) & kMask;
  h = rotate(h, 15);
  h = (h * 0x1b873593ULL) & kMask;
  h = rotate(h, 13);
  h = (h * 5 + 0xe6546b64ULL) & kMask;
  h ^= 4;
  h ^= h >> 16;
  h = (h * 0x85ebca6bULL) & kMask;
  h ^= h >> 13;
  h = (h * 0xc2b2ae35ULL) & kMask;
  h ^= h >> 16;
  const auto signed_value = static_cast<int64_t>(h) - (h > 0x7fffffffULL ? (int64_t{1} << 32) : 0);
  if (signed_value >= 0) return static_cast<int32_t>(signed_value);
  return signed_value == -(int64_t{1} << 31) ? 0 : static_cast<int32_t>(-signed_value);
}

TEST(KeyGroup, JavaHashAgreesWithPublishedValues) {
  EXPECT_EQ(java_string_hash(""), 0);
  EXPECT_EQ(java_string_hash("a"), 97);
  EXPECT_EQ(java_string_hash("hello"), 99162322);
  EXPECT_EQ(java_string_hash("polygenelubricants"), std::numeric_limits<int32_t>::min());
}

TEST(KeyGroup, JavaHashRunsOverUtf16Units) {
  EXPECT_EQ(java_string_hash("\xd0\xbf\xd0\xbe\xd1\x82\xd1\x96\xd0\xba"),
            java_hash_by_definition(u"потік"));
  EXPECT_EQ(java_string_hash("\xf0\x9f\x8e\xac-1"), java_hash_by_definition(u"\U0001F3AC-1"));
  EXPECT_EQ(java_string_hash("\xe2\x82\xac"), 0x20ac);
}

TEST(KeyGroup, JavaHashCountsInvalidBytesAsOneUnitEach) {
  EXPECT_EQ(java_string_hash("\xff"), 0xff);
  EXPECT_EQ(java_string_hash("\xe2\x82"), 0xe2 * 31 + 0x82);
}

TEST(KeyGroup, MurmurAgreesWithItsDefinition) {
  const std::array<int32_t, 6> edges{
      0, 1, -1, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max(), 99162322};
  for (const int32_t code : edges)
    EXPECT_EQ(flink_murmur(code), murmur_by_definition(code)) << code;
  for (int64_t step = 0; step < 200'000; ++step) {
    const auto code = static_cast<int32_t>(static_cast<uint32_t>(step * 2654435761LL));
    ASSERT_EQ(flink_murmur(code), murmur_by_definition(code)) << code;
    ASSERT_GE(flink_murmur(code), 0) << code;
  }
}

TEST(KeyGroup, KeysFallWhereFlinkPutsThem) {
  for (int i = 0; i < 2000; ++i) {
    const std::string key = "user-" + std::to_string(i);
    const std::u16string units(key.begin(), key.end());
    const int32_t expected = murmur_by_definition(java_hash_by_definition(units)) % 128;
    ASSERT_EQ(key_group_of(key).value(), expected) << key;
  }
}

// The same file is held to the original by
// flink/src/test/java/potik/flink/KeyGroupVectorsTest.java.
TEST(KeyGroup, KeysFallWhereFlinkItselfPutsThem) {
  std::ifstream file("src/base/key_group_vectors.tsv");
  int vectors = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream fields(line);
    int group = 0;
    int32_t hash = 0;
    std::string key;
    fields >> group >> hash;
    fields.ignore(1);
    std::getline(fields, key);
    EXPECT_EQ(java_string_hash(key), hash) << key;
    EXPECT_EQ(key_group_of(key).value(), group) << key;
    ++vectors;
  }
  EXPECT_GT(vectors, kKeyGroups) << "the working directory is not the project";
}

TEST(KeyGroup, EveryGroupGetsItsShareOfKeys) {
  std::vector<int> keys(kKeyGroups);
  constexpr int kKeys = 128'000;
  for (int i = 0; i < kKeys; ++i) ++keys.at(key_group_of("user-" + std::to_string(i)).value());
  for (const int count : keys) {
    EXPECT_GT(count, kKeys / kKeyGroups / 2);
    EXPECT_LT(count, kKeys / kKeyGroups * 2);
  }
}

}  // namespace
}  // namespace potik
