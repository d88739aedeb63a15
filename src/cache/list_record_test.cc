#include <gtest/gtest.h>

#include "cache/list_json.h"

namespace potik::cache {
namespace {

RecommendationList list_of_two() {
  RecommendationList list;
  list.user_id = "u \"1\" ü";
  list.known_user = true;
  list.model_version = Epoch(41);
  list.receipt = {Partition(3), Offset(77), TimeMs(1'700'000'000'123), Epoch(42),
                  TimeMs(1'700'000'000'456)};
  list.videos.resize(2);
  RecommendedVideo& first = list.videos[0];
  first.video_id = "v1";
  first.source = Source::cowatch;
  first.because = "v0";
  first.score = 1.25F;
  first.propensity = 0.95F;
  first.p_long_watch = 0.4F;
  first.p_like = 0.1F;
  first.p_comment = 0.01F;
  first.p_skip = 0.3F;
  first.why[0] = {"topic", 0.5F};
  first.why[1] = {"author", -0.25F};
  RecommendedVideo& second = list.videos[1];
  second.video_id = "v2";
  second.source = Source::exploration;
  second.why[0] = {"topic", 0.125F};
  return list;
}

std::string record_of(const RecommendationList& list) {
  std::string text;
  append_list_record(text, list);
  return text;
}

TEST(ListRecord, ReadsBackWhatWasWritten) {
  const std::string text = record_of(list_of_two());
  const auto read = read_list_record(text);
  ASSERT_TRUE(read.has_value()) << text;
  EXPECT_EQ(record_of(*read), text);
  EXPECT_EQ(read->receipt.offset, Offset(77));
  EXPECT_EQ(read->receipt.occurred_at, TimeMs(1'700'000'000'123));
  ASSERT_EQ(read->videos.size(), 2U);
  EXPECT_EQ(read->videos[0].why[1].feature, "author");
  EXPECT_EQ(read->videos[1].source, Source::exploration);
}

TEST(ListRecord, KeepsTheNamesOfACopyWhoseOriginalIsGone) {
  auto read = read_list_record(record_of(list_of_two()));
  ASSERT_TRUE(read.has_value());
  const RecommendationList copy = *read;
  read.reset();
  EXPECT_EQ(record_of(copy), record_of(list_of_two()));
}

TEST(ListRecord, OfAUserWithoutEventsHasAnEmptyReceipt) {
  RecommendationList list = list_of_two();
  list.receipt = {};
  const auto read = read_list_record(record_of(list));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->receipt.offset, Offset(-1));
}

TEST(ListRecord, RefusesWhatIsNoList) {
  const std::string whole = record_of(list_of_two());
  for (const std::string& text : std::vector<std::string>{
           "", "[]", "{}", whole.substr(0, whole.size() - 1),
           R"({"user_id":"u","model_version":1,"receipt":{},"videos":[]})",
           R"({"user_id":"u","model_version":1,"receipt":{"epoch":1,)"
           R"("computed_at":"2026-01-01T00:00:00Z"},"videos":[{"video_id":"v",)"
           R"("source":"nowhere"}]})"}) {
    EXPECT_FALSE(read_list_record(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace potik::cache
