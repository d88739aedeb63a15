#include "adapters/duckdb/scalar_text.h"

#include <gtest/gtest.h>

#include <limits>

#include "adapters/duckdb/uuid_text.h"

namespace potik::duckdb {
namespace {

TEST(UuidText, ComesBackAsItWas) {
  for (const char* text :
       {"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "01234567-89ab-cdef-0123-456789abcdef", "80000000-0000-0000-8000-000000000000"}) {
    duckdb_hugeint value{};
    ASSERT_TRUE(parse_uuid(text, value)) << text;
    EXPECT_EQ(format_uuid(value), text);
  }
}

TEST(UuidText, IsRefusedInAnyOtherForm) {
  const std::string good = "01234567-89ab-cdef-0123-456789abcdef";
  duckdb_hugeint value{};
  for (size_t at = 0; at < good.size(); ++at) {
    for (const char bad : {'A', 'F', 'g', ' ', '\0', '\xff', good[at] == '-' ? '0' : '-'}) {
      std::string text = good;
      text[at] = bad;
      EXPECT_FALSE(parse_uuid(text, value)) << text;
    }
  }
  EXPECT_FALSE(parse_uuid("", value));
  EXPECT_FALSE(parse_uuid(good + "0", value));
  EXPECT_FALSE(parse_uuid("{" + good + "}", value));
  EXPECT_FALSE(parse_uuid("0123456789abcdef0123456789abcdef", value));
}

TEST(TimestampText, HasDigitsInThrees) {
  EXPECT_EQ(timestamp_text(0, 1), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp_text(0, 1'000), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestamp_text(1'770'000'000'123, 1'000), "2026-02-02T02:40:00.123Z");
  EXPECT_EQ(timestamp_text(1, 1'000'000), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(timestamp_text(1'001'000, 1'000'000'000), "1970-01-01T00:00:00.001001Z");
  EXPECT_EQ(timestamp_text(-1, 1'000), "1969-12-31T23:59:59.999Z");
}

TEST(DateText, KnowsLeapYears) {
  EXPECT_EQ(date_text(0), "1970-01-01");
  EXPECT_EQ(date_text(11'016), "2000-02-29");
  EXPECT_EQ(date_text(19'782), "2024-02-29");
  EXPECT_EQ(date_text(-25'508), "1900-03-01");
  EXPECT_EQ(date_text(-25'509), "1900-02-28");
  EXPECT_EQ(date_text(std::numeric_limits<int32_t>::max()), "infinity");
}

TEST(IntegerText, ReachesBothEnds) {
  EXPECT_EQ(integer_text(0), "0");
  EXPECT_EQ(integer_text(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(unsigned_text(std::numeric_limits<uint64_t>::max()), "18446744073709551615");
  EXPECT_EQ(integer_text(to_int128({0, std::numeric_limits<int64_t>::min()})),
            "-170141183460469231731687303715884105728");
}

TEST(DecimalText, KeepsItsScale) {
  EXPECT_EQ(decimal_text(5, 0), "5");
  EXPECT_EQ(decimal_text(5, 3), "0.005");
  EXPECT_EQ(decimal_text(-1234, 2), "-12.34");
  EXPECT_EQ(decimal_text(100, 2), "1.00");
}

TEST(IntervalText, IsAnIsoDuration) {
  EXPECT_EQ(interval_text({0, 0, 0}), "PT0S");
  EXPECT_EQ(interval_text({14, 3, 1'500'000}), "P14M3DT1.5S");
  EXPECT_EQ(interval_text({0, 1, 0}), "P1D");
}

}  // namespace
}  // namespace potik::duckdb
