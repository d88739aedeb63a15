#include "app/kuairand_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace potik::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::array<std::string_view, 2> kColumns{"b", "a"};

std::string write_file(std::string_view content) {
  std::string path = testing::TempDir() + "kuairand_csv_test_" +
                     testing::UnitTest::GetInstance()->current_test_info()->name() + ".csv";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(CsvReader, FindsColumnsByNameAndKeepsTheLine) {
  auto row = CsvReader::open(write_file("a,x,b\n1,2,3\n4,5,6\n"), kColumns);
  ASSERT_TRUE(row.ok());
  ASSERT_TRUE(*row->next());
  EXPECT_EQ(row->at(0), "3");
  EXPECT_EQ(row->at(1), "1");
  EXPECT_EQ(row->line(), "1,2,3");
  ASSERT_TRUE(*row->next());
  EXPECT_THAT(row->fields(), ElementsAre("4", "5", "6"));
  EXPECT_FALSE(*row->next());
  EXPECT_EQ(row->bytes(), 18U);
}

TEST(CsvReader, ReadsQuotedFieldsEmptyFieldsAndCarriageReturns) {
  auto row =
      CsvReader::open(write_file("a,b\r\n\"(1,2]\",\"say \"\"hi\"\"\"\r\n\"\",\r\n,x"), kColumns);
  ASSERT_TRUE(row.ok());
  ASSERT_TRUE(*row->next());
  EXPECT_THAT(row->fields(), ElementsAre("(1,2]", "say \"hi\""));
  ASSERT_TRUE(*row->next());
  EXPECT_THAT(row->fields(), ElementsAre("", ""));
  ASSERT_TRUE(*row->next());
  EXPECT_THAT(row->fields(), ElementsAre("", "x"));
  EXPECT_FALSE(*row->next());
}

TEST(CsvReader, ErrorsNameFileLineAndRemedy) {
  EXPECT_THAT(CsvReader::open("/nowhere.csv", kColumns).error(),
              HasSubstr("/nowhere.csv: cannot be opened; name the"));
  EXPECT_THAT(CsvReader::open(write_file(""), kColumns).error(),
              HasSubstr("no header line; restore"));
  EXPECT_THAT(CsvReader::open(write_file("a,c\n"), kColumns).error(),
              HasSubstr("line 1: the header lacks the column b"));
  auto narrow = CsvReader::open(write_file("a,b\n1,2\n1\n"), kColumns);
  EXPECT_TRUE(*narrow->next());
  EXPECT_THAT(narrow->next().error(),
              HasSubstr("line 3: has 1 fields where the header has 2; restore"));
  for (const std::string_view bad : {"\"open,2", "\"x\"y,2"}) {
    auto row = CsvReader::open(write_file(std::string("a,b\n").append(bad).append("\n")), kColumns);
    EXPECT_THAT(row->next().error(), HasSubstr("line 2: a quote is not closed")) << bad;
  }
}

TEST(CsvReader, WholeNumbersKeepToTheirBounds) {
  auto row = CsvReader::open(write_file("a,b\n17,1.5\n"), kColumns);
  ASSERT_TRUE(*row->next());
  EXPECT_EQ(*row->integer(1, 0, 17), 17);
  EXPECT_THAT(row->integer(1, 0, 16).error(),
              HasSubstr("line 2: column a: '17' is not between 0 and 16; restore"));
  EXPECT_THAT(row->integer(0, 0, 9).error(), HasSubstr("column b: '1.5' is not a whole number"));
}

}  // namespace
}  // namespace potik::app
