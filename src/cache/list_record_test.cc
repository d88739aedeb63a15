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

TEST(ListRecord, RefusesEveryPartOfOne) {
  const std::string whole = record_of(list_of_two());
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(read_list_record(whole.substr(0, size)).has_value()) << size;
  EXPECT_FALSE(read_list_record(whole + "}").has_value());
  EXPECT_TRUE(read_list_record(" " + whole + "\n").has_value());
}

TEST(ListRecord, PassesOverWhatItDoesNotKnowInWhateverOrder) {
  const auto read = read_list_record(
      R"({"later":{"a":[1,{"b":null}]},"videos":[{"why":[{"weight":0.5,"feature":"topic","x":[]},)"
      R"({"weight":1}],"scores":{"like":0.25,"y":{}},"source":"cowatch","video_id":"v\u0031",)"
      R"("because":null,"score":"high","propensity":true}],"receipt":{"computed_at":)"
      R"("2023-11-14T22:13:20.456Z","epoch":42,"offset":null,"partition":3},"model_version":41,)"
      R"("known_user":null,"user_id":"u"})");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->user_id, "u");
  EXPECT_FALSE(read->known_user);
  EXPECT_EQ(read->receipt.computed_at, TimeMs(1'700'000'000'456));
  EXPECT_EQ(read->receipt.offset, Offset(-1));
  ASSERT_EQ(read->videos.size(), 1U);
  const RecommendedVideo& video = read->videos[0];
  EXPECT_EQ(video.video_id, "v1");
  EXPECT_EQ(video.because, "");
  EXPECT_EQ(video.score, 0.0F);
  EXPECT_EQ(video.propensity, 1.0F);
  EXPECT_EQ(video.p_like, 0.25F);
  EXPECT_EQ(video.why[0].feature, "topic");
  EXPECT_EQ(video.why[0].weight, 0.5F);
  EXPECT_TRUE(video.why[1].feature.empty());
}

TEST(ListRecord, RefusesWhatIsNoJson) {
  const std::string whole = record_of(list_of_two());
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"\"rank\":1", "\"rank\":01"},
           {"\"rank\":1", "\"rank\":"},
           {"\"known_user\":true", "\"known_user\":trve"},
           {"\"score\":1.25", "\"score\":1.25x"},
           {"\"source\":", "\"source\" "},
           {"\"because\":\"v0\"", "\"because\":\"\\q\""},
           {"\"videos\":[", "\"videos\":[,"},
           {"\"videos\":[", "\"videos\":[{},"},
           {"\"videos\":[", "\"videos\":1,\"more\":["}}) {
    std::string text = whole;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    EXPECT_FALSE(read_list_record(text).has_value()) << text;
  }
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
