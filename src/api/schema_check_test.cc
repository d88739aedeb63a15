#include "api/test_schema_check.h"

#include <gtest/gtest.h>

namespace potik::api {
namespace {

const SchemaCheck kCheck(R"({"components":{"schemas":{"Id":{"type":"string"}}}})");

void expect_agreement(std::string_view value, std::string_view schema) {
  EXPECT_EQ(kCheck.mismatch(value, schema), "");
}
void expect_mismatch(std::string_view value, std::string_view schema) {
  EXPECT_NE(kCheck.mismatch(value, schema), "") << value << " against " << schema;
}

TEST(SchemaCheck, TellsTypesApart) {
  expect_agreement("1", R"({"type":"integer"})");
  expect_agreement("1", R"({"type":"number"})");
  expect_agreement("null", R"({"type":["string","null"]})");
  expect_mismatch("1.5", R"({"type":"integer"})");
  expect_mismatch("\"1\"", R"({"type":"number"})");
  expect_mismatch("true", R"({"type":["string","null"]})");
}

TEST(SchemaCheck, SeesMissingAndForeignMembers) {
  const std::string_view schema =
      R"({"type":"object","properties":{"a":{"type":"integer"}},"required":["a"],"additionalProperties":false})";
  expect_agreement(R"({"a":1})", schema);
  expect_mismatch(R"({})", schema);
  expect_mismatch(R"({"a":1,"b":2})", schema);
  expect_mismatch(R"({"a":"x"})", schema);
}

TEST(SchemaCheck, LooksIntoArraysAndReferences) {
  const std::string_view schema =
      R"({"type":"array","items":{"$ref":"#/components/schemas/Id"},"maxItems":2})";
  expect_agreement(R"(["x", "y"])", schema);
  expect_mismatch(R"(["x", 1])", schema);
  expect_mismatch(R"(["x","y","z"])", schema);
  expect_mismatch(R"(["x"])",
                  R"({"type":"array","items":{"$ref":"#/components/schemas/Missing"}})");
}

TEST(SchemaCheck, HoldsConstantsChoicesAndBounds) {
  expect_mismatch("\"b\"", R"({"const":"a"})");
  expect_mismatch("\"b\"", R"({"enum":["a","c"]})");
  expect_mismatch("0", R"({"type":"integer","minimum":1})");
  expect_agreement("\"c\"", R"({"enum":["a","c"]})");
}

TEST(SchemaCheck, WantsExactlyOneAlternative) {
  expect_agreement("1", R"({"oneOf":[{"type":"integer"},{"type":"string"}]})");
  expect_mismatch("1", R"({"oneOf":[{"type":"integer"},{"type":"number"}]})");
  expect_mismatch("null", R"({"oneOf":[{"type":"integer"},{"type":"string"}]})");
}

TEST(SchemaCheck, RefusesBrokenJson) { expect_mismatch("{\"a\":", R"({"type":"object"})"); }

}  // namespace
}  // namespace potik::api
