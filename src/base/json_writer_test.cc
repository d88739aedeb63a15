#include "base/json_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/json_check.h"
#include "base/random.h"
#include "base/utf8.h"

namespace potik {
namespace {

std::string json_text(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string numbered(double value) {
  std::string out;
  append_json_number(out, value);
  return out;
}

TEST(JsonWriter, EscapesWhatJsonReserves) {
  EXPECT_EQ(json_text(R"(a"b\c)"), R"("a\"b\\c")");
  EXPECT_EQ(json_text("\n\r\t\b\f"), R"("\n\r\t\b\f")");
  EXPECT_EQ(json_text(std::string_view("\0\x1f", 2)), "\"\\u0000\\u001f\"");
  EXPECT_EQ(json_text("потік \xf0\x9f\x8e\xac"), "\"потік \xf0\x9f\x8e\xac\"");
}

TEST(JsonWriter, ReplacesBytesThatAreNotUtf8) {
  const std::string mark = "\xef\xbf\xbd";
  EXPECT_EQ(json_text("a\xffz"), "\"a" + mark + "z\"");
  EXPECT_EQ(json_text("\xc0\x80"), "\"" + mark + mark + "\"") << "an overlong form";
  EXPECT_EQ(json_text("\xed\xa0\x80"), "\"" + mark + mark + mark + "\"") << "a surrogate";
  EXPECT_EQ(json_text("\xe2\x82"), "\"" + mark + mark + "\"") << "a cut sequence";
}

TEST(JsonWriter, AnyBytesMakeAValidString) {
  CounterRandom random(11, 0, 0);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random.below(60), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.next());
    const std::string json = json_text(bytes);
    ASSERT_TRUE(is_json(json)) << json;
    ASSERT_TRUE(is_utf8(json));
  }
}

TEST(JsonWriter, NumbersReadBackAsTheSameDouble) {
  CounterRandom random(12, 0, 0);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = std::bit_cast<double>(random.next());
    const std::string json = numbered(value);
    ASSERT_TRUE(is_json(json)) << json;
    if (std::isfinite(value)) {
      ASSERT_EQ(std::strtod(json.c_str(), nullptr), value) << json;
    } else {
      ASSERT_EQ(json, "null");
    }
  }
  EXPECT_EQ(numbered(0.1), "0.1");
  EXPECT_EQ(numbered(3), "3");
  EXPECT_EQ(numbered(std::nan("")), "null");
  EXPECT_EQ(numbered(-std::numeric_limits<double>::infinity()), "null");
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().field("a", 1).field("b", "x").key("c").begin_array();
  json.value(true)
      .null()
      .value(2.5)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .end_array();
  json.key("d").raw("[1,2]").field("e", false).end_object();
  EXPECT_EQ(out, R"({"a":1,"b":"x","c":[true,null,2.5,{},[]],"d":[1,2],"e":false})");
}

TEST(JsonWriter, WritesIntegersOfEveryWidthAtTheirBounds) {
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  json.value(std::numeric_limits<int64_t>::min()).value(std::numeric_limits<uint64_t>::max());
  json.value(uint8_t{200}).value(int16_t{-5}).end_array();
  EXPECT_EQ(out, "[-9223372036854775808,18446744073709551615,200,-5]");
}

void write_random(JsonWriter& json, CounterRandom& random, int depth) {
  const uint32_t choice = random.below(depth == 0 ? 4 : 6);
  const uint32_t children = random.below(5);
  switch (choice) {
    case 0:
      json.value(static_cast<int64_t>(random.next()));
      return;
    case 1:
      json.value(random.uniform());
      return;
    case 2:
      json.value(std::string(random.below(9), static_cast<char>(random.next())));
      return;
    case 3:
      json.null();
      return;
    case 4:
      json.begin_array();
      for (uint32_t i = 0; i < children; ++i) write_random(json, random, depth - 1);
      json.end_array();
      return;
    default:
      json.begin_object();
      for (uint32_t i = 0; i < children; ++i) {
        json.key(std::to_string(i));
        write_random(json, random, depth - 1);
      }
      json.end_object();
  }
}

TEST(JsonWriter, AnyTreeIsValidJson) {
  CounterRandom random(13, 0, 0);
  for (int i = 0; i < 3000; ++i) {
    std::string out;
    JsonWriter json(out);
    write_random(json, random, 5);
    ASSERT_TRUE(is_json(out)) << out;
  }
}

TEST(JsonCheck, RefusesWhatIsNotJson) {
  constexpr std::array<std::string_view, 23> kBad{
      "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"",
      "\"\\u12g4\"", "\"\\u12",     "",
      "{",           "[1,]",        "{\"a\":}",
      "{a:1}",       "01",          "1.",
      "+1",          "nul",         "\"a",
      "\"\\x\"",     "\"\n\"",      "[1 2]",
      "{\"a\":1,}",  "1 2",         "\"\xff\"",
      "-",           "1e"};
  for (const std::string_view text : kBad) EXPECT_FALSE(is_json(text)) << text;
  constexpr std::array<std::string_view, 7> kGood{
      "\"\\ud83c\\udfac\"", "0", "-1.5e+3", " [ ] ", R"({"a":[1,null]})", R"("\u00e9\n")", "true"};
  for (const std::string_view text : kGood) EXPECT_TRUE(is_json(text)) << text;
}

}  // namespace
}  // namespace potik
