#include "api/split.h"

#include <gtest/gtest.h>

#include <string>

namespace potik::api {
namespace {

// "number:json|number:json"
std::string shown(std::string_view body, std::string_view content_type = "") {
  std::string out;
  for (const Line& line : split_documents(body, content_type)) {
    out += out.empty() ? "" : "|";
    out += std::to_string(line.number);
    out.append(":").append(line.json);
  }
  return out;
}

TEST(SplitDocuments, TakesOneDocumentOverSeveralLines) {
  EXPECT_EQ(shown(" {\n \"a\": 1,\n \"b\": {\n}}\n"), "1:{\n \"a\": 1,\n \"b\": {\n}}");
  EXPECT_EQ(shown("{\"a\":\n{\"b\":1}}"), "1:{\"a\":\n{\"b\":1}}");
}

TEST(SplitDocuments, SeesLinesWhereObjectsFollowEachOther) {
  EXPECT_EQ(shown("{\"a\":1}\n{\"b\":2}\n"), "1:{\"a\":1}|2:{\"b\":2}");
  EXPECT_EQ(shown("{\"a\":1}\r\n\r\n{\"b\":2}"), "1:{\"a\":1}|3:{\"b\":2}");
}

TEST(SplitDocuments, BelievesTheContentTypeOfLines) {
  EXPECT_EQ(shown("[1]\n{\n", "application/x-ndjson; charset=utf-8"), "1:[1]|2:{");
}

TEST(SplitDocuments, KeepsABrokenFirstLineApartFromTheNext) {
  EXPECT_EQ(shown("{broken\n{\"b\":2}\n"), "1:{broken|2:{\"b\":2}");
  EXPECT_EQ(shown("nonsense\n{\"b\":2}\n"), "1:nonsense|2:{\"b\":2}");
}

TEST(SplitDocuments, TakesTheElementsOfAnArray) {
  EXPECT_EQ(shown("[ {\"a\":[1,2]} , {\"b\":\"],\\\"}\"} ]"),
            "1:{\"a\":[1,2]}|2:{\"b\":\"],\\\"}\"}");
  EXPECT_EQ(shown("[7,\"x\"]"), "1:7|2:\"x\"");
}

TEST(SplitDocuments, LeavesABrokenArrayWhole) {
  for (const std::string body :
       {"[{\"a\":1}", "[{\"a\":1},]", "[{\"a\":1}] x", "[\"open]", "[}]", "["}) {
    EXPECT_EQ(shown(body), "1:" + body);
  }
}

TEST(SplitDocuments, FindsNothingInWhiteSpaceAndEmptyArrays) {
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" \r\n\t"), "");
  EXPECT_EQ(shown("\n \n", "application/x-ndjson"), "");
  EXPECT_EQ(shown("[ ]"), "");
}

}  // namespace
}  // namespace potik::api
