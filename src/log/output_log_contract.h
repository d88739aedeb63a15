#pragma once
// What every OutputLog does. Include it in a test of the implementation and instantiate
// OutputLogContract with a factory.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "log/output_log.h"

namespace potik::log {

// A record as a reader of committed records finds it.
struct PublishedRecord {
  OutputStream stream{};
  std::string key, value, note;
  friend auto operator<=>(const PublishedRecord&, const PublishedRecord&) = default;
};

class OutputsUnderTest {
 public:
  virtual ~OutputsUnderTest() = default;
  [[nodiscard]] virtual OutputLog& outputs() = 0;
  virtual void reopen() = 0;
  // In any order between keys; records of one key in theirs.
  [[nodiscard]] virtual std::vector<PublishedRecord> published() = 0;
};
using OpenOutputsUnderTest = std::unique_ptr<OutputsUnderTest> (*)();

class OutputLogContract : public testing::TestWithParam<OpenOutputsUnderTest> {
 protected:
  void SetUp() override { under_test_ = GetParam()(); }
  OutputLog& outputs() { return under_test_->outputs(); }
  void reopen() { under_test_->reopen(); }

  static constexpr std::string_view kBinary{"PRP1\0\xff\n", 7};

  // One record of each stream, those of JSON with the epoch in them.
  void publish(uint64_t epoch) {
    const std::string text = "{\"epoch\":" + std::to_string(epoch) + "}";
    const std::vector<OutputRecord> records{
        {OutputStream::enriched, "u1", text, {}},
        {OutputStream::recommendations, "u1", text, {}},
        {OutputStream::alerts, "a1", text, {}},
        {OutputStream::dead_letters, {}, "\x01 no JSON", "{\"reason\":\"malformed\"}"},
        {OutputStream::rows, "0-127", kBinary, {}},
    };
    ASSERT_TRUE(outputs().append(Epoch(epoch), records).ok());
  }
  [[nodiscard]] std::vector<PublishedRecord> published() { return under_test_->published(); }
  [[nodiscard]] std::vector<std::string> values(OutputStream stream) {
    std::vector<std::string> found;
    for (const PublishedRecord& record : published()) {
      if (record.stream == stream) found.push_back(record.value);
    }
    return found;
  }

 private:
  std::unique_ptr<OutputsUnderTest> under_test_;
};

TEST_P(OutputLogContract, PublishesEachRecordInItsStreamAndMovesTheMark) {
  EXPECT_EQ(outputs().progress(), Epoch(0));
  publish(7);
  EXPECT_EQ(outputs().progress(), Epoch(7));
  std::vector<PublishedRecord> found = published();
  std::ranges::sort(found);
  ASSERT_EQ(found.size(), kOutputStreams);
  EXPECT_EQ(found[0], (PublishedRecord{OutputStream::enriched, "u1", "{\"epoch\":7}", ""}));
  EXPECT_EQ(found[1].stream, OutputStream::recommendations);
  EXPECT_EQ(found[2].key, "a1");
  EXPECT_EQ(found[3], (PublishedRecord{OutputStream::dead_letters, "", "\x01 no JSON",
                                       "{\"reason\":\"malformed\"}"}));
  EXPECT_EQ(found[4], (PublishedRecord{OutputStream::rows, "0-127", std::string(kBinary), ""}));
}

TEST_P(OutputLogContract, KeepsTheOrderOfAKey) {
  for (uint64_t epoch = 1; epoch <= 20; ++epoch) publish(epoch);
  const std::vector<std::string> found = values(OutputStream::enriched);
  ASSERT_EQ(found.size(), 20U);
  for (uint64_t i = 0; i < 20; ++i)
    EXPECT_EQ(found[i], "{\"epoch\":" + std::to_string(i + 1) + "}");
}

TEST_P(OutputLogContract, RemembersItsMark) {
  publish(3);
  reopen();
  EXPECT_EQ(outputs().progress(), Epoch(3));
  publish(4);
  reopen();
  EXPECT_EQ(outputs().progress(), Epoch(4));
  EXPECT_EQ(values(OutputStream::alerts).size(), 2U);
}

TEST_P(OutputLogContract, MovesTheMarkPastEpochsThatPublishNothing) {
  ASSERT_TRUE(outputs().append(Epoch(9), {}).ok());
  EXPECT_EQ(outputs().progress(), Epoch(9));
  reopen();
  EXPECT_EQ(outputs().progress(), Epoch(9));
  EXPECT_TRUE(published().empty());
}

TEST_P(OutputLogContract, RefusesWhatIsPublishedAndKeepsNothingOfIt) {
  publish(5);
  const OutputRecord again{OutputStream::enriched, "u1", "twice", {}};
  for (const uint64_t epoch : {4, 5}) {
    const auto refused = outputs().append(Epoch(epoch), {&again, 1});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().error, OutputError::refused);
  }
  EXPECT_EQ(published().size(), kOutputStreams);
  EXPECT_EQ(outputs().progress(), Epoch(5));
}

}  // namespace potik::log
