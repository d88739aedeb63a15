#include "event/json_object.h"

#include <gtest/gtest.h>

#include "event/json_walk.h"

namespace potik::event {
namespace {

TEST(JsonObject, GivesEachMemberByItsType) {
  const auto object = JsonObject::parse(
      R"( {"t":"a\nb","i":-7,"f":2.5,"yes":true,"no":false,"n":null,"o":{ "x": [1, 2] },"\u0061":"A"} )");
  ASSERT_TRUE(object);
  EXPECT_EQ(object->text("t"), "a\nb");
  EXPECT_EQ(object->text("a"), "A");
  EXPECT_EQ(object->integer("i"), -7);
  EXPECT_EQ(object->number("i"), -7.0);
  EXPECT_EQ(object->number("f"), 2.5);
  EXPECT_EQ(object->boolean("yes"), true);
  EXPECT_EQ(object->boolean("no"), false);
  EXPECT_EQ(object->raw("o"), R"({"x":[1,2]})");
  EXPECT_EQ(object->raw("n"), "null");
  EXPECT_EQ(object->names(), (std::vector<std::string>{"t", "i", "f", "yes", "no", "n", "o", "a"}));
}

TEST(JsonObject, GivesNothingForAnotherTypeOrAnAbsentMember) {
  const auto object = JsonObject::parse(R"({"t":"1","i":1.5,"n":null})");
  ASSERT_TRUE(object);
  EXPECT_FALSE(object->integer("t"));
  EXPECT_FALSE(object->integer("i"));
  EXPECT_FALSE(object->text("n"));
  EXPECT_FALSE(object->boolean("t"));
  EXPECT_FALSE(object->number("absent"));
  EXPECT_TRUE(object->has("n"));
  EXPECT_FALSE(object->has("absent"));
}

TEST(JsonObject, TheLastOfEqualNamesCounts) {
  EXPECT_EQ(JsonObject::parse(R"({"a":1,"a":2})")->integer("a"), 2);
}

TEST(JsonObject, RefusesAnythingButOneObject) {
  for (const std::string_view json :
       {"", " ", "[]", "1", "{} {}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":\"\\q\"}"}) {
    EXPECT_FALSE(JsonObject::parse(json)) << json;
  }
  EXPECT_TRUE(JsonObject::parse("{}"));
}

TEST(JsonArray, GivesItsElementsAsTexts) {
  EXPECT_EQ(json_array_elements(R"([1, {"a": "]"} ,[ ],"x"])"),
            (std::vector<std::string>{"1", R"({"a":"]"})", "[]", "\"x\""}));
  EXPECT_EQ(json_array_elements("[]"), std::vector<std::string>{});
  for (const std::string_view json : {"", "{}", "[1,]", "[1", "[1]]", "[,]"}) {
    EXPECT_FALSE(json_array_elements(json)) << json;
  }
}

TEST(JsonNumber, AcceptsExactlyTheGrammar) {
  for (const std::string_view good : {"0", "-0", "10", "1.50", "1e5", "1E+05", "-0.1e-9"}) {
    EXPECT_TRUE(is_json_number(good)) << good;
  }
  for (const std::string_view bad :
       {"", "-", "01", "1.", ".5", "1e", "1e+", "+1", "1 ", "1a", "0x1", "--1", "inf"}) {
    EXPECT_FALSE(is_json_number(bad)) << bad;
  }
}

TEST(JsonNumber, IsAnIntegerByValueNotBySpelling) {
  EXPECT_EQ(json_integer("5.0"), 5);
  EXPECT_EQ(json_integer("5e2"), 500);
  EXPECT_EQ(json_integer("-0"), 0);
  EXPECT_EQ(json_integer("9223372036854775807"), 9223372036854775807);
  EXPECT_FALSE(json_integer("9223372036854775808"));
  EXPECT_FALSE(json_integer("5.5"));
  EXPECT_FALSE(json_integer("1e99"));
  EXPECT_TRUE(has_fraction("5.5"));
  EXPECT_FALSE(has_fraction("1e99"));
}

TEST(JsonNumber, PlainSpellingsAgreeWithTheGeneralReading) {
  for (const std::string_view text : {"0", "7", "1767225600000", "999999999999999999"}) {
    EXPECT_EQ(plain_integer(text), json_integer(text)) << text;
  }
  for (const std::string_view text :
       {"", "00", "07", "-7", "7.0", "7e1", "1000000000000000000", "7 "}) {
    EXPECT_FALSE(plain_integer(text)) << text;
  }
}

}  // namespace
}  // namespace potik::event
