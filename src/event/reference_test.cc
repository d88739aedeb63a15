#include "event/reference.h"

#include <gtest/gtest.h>

#include "event/event.h"
#include "event/test_text.h"

namespace potik::event {
namespace {

std::string user_outcome(std::string_view json, std::string_view id) {
  const Padded padded(json);
  const auto user = decode_user(padded.view(), id);
  return user.ok() ? "ok"
                   : std::string(code(user.error().reason)) + " " + std::string(user.error().field);
}

std::string video_outcome(std::string_view json, std::string_view id = "v") {
  const Padded padded(json);
  const auto video = decode_video(padded.view(), id);
  return video.ok()
             ? "ok"
             : std::string(code(video.error().reason)) + " " + std::string(video.error().field);
}

TEST(UserProfile, ReadsItsFieldsAndKeepsTheRest) {
  const Padded json(
      R"({"segment":"full_active", "country":"UA","language":"uk","age_band":[18, 24]})");
  const auto user = decode_user(json.view(), "u1");
  ASSERT_TRUE(user.ok());
  EXPECT_EQ(user->user_id, "u1");
  EXPECT_EQ(user->segment, "full_active");
  EXPECT_EQ(user->country, "UA");
  EXPECT_EQ(user->language, "uk");
  EXPECT_EQ(user->json,
            R"({"segment":"full_active","country":"UA","language":"uk","age_band":[18,24]})");
}

TEST(UserProfile, TakesItsIdFromTheDocumentOrFromTheCaller) {
  EXPECT_EQ(user_outcome("{}", "u1"), "ok");
  EXPECT_EQ(user_outcome(R"({"user_id":"u1"})", ""), "ok");
  EXPECT_EQ(user_outcome(R"({"user_id":"u\u0031"})", "u1"), "ok");
  EXPECT_EQ(user_outcome("{}", ""), "missing_field user_id");
  EXPECT_EQ(user_outcome(R"({"user_id":"u2"})", "u1"), "id_mismatch user_id");
  EXPECT_EQ(user_outcome("{}", std::string(kIdBytesMax + 1, 'u')), "too_long user_id");
}

TEST(UserProfile, RefusesWhatDoesNotFit) {
  EXPECT_EQ(user_outcome("[]", "u"), "not_an_object ");
  EXPECT_EQ(user_outcome("{", "u"), "malformed_json ");
  EXPECT_EQ(user_outcome(R"({"segment":7})", "u"), "wrong_type segment");
  EXPECT_EQ(user_outcome(R"({"segment":""})", "u"), "empty_field segment");
  EXPECT_EQ(user_outcome(R"({"segment":"a","segment":"a"})", "u"), "duplicate_field segment");
  EXPECT_EQ(user_outcome("{\"segment\":\"" + std::string(kNameBytesMax + 1, 's') + "\"}", "u"),
            "too_long segment");
  EXPECT_EQ(user_outcome("{\"x\":\"" + std::string(kReferenceBytesMax, 's') + "\"}", "u"),
            "too_long ");
}

TEST(VideoMetadata, ReadsItsFieldsAndKeepsTheRest) {
  const Padded json(
      R"({"video_id":"v1","author_id":"a1","title":"Дім","language":"uk","tags":["a", "b"],)"
      R"("duration_ms":31000,"published_at":"2026-01-01T00:00:00Z","size":{"w":720}})");
  const auto video = decode_video(json.view(), "v1");
  ASSERT_TRUE(video.ok());
  EXPECT_EQ(video->author_id, "a1");
  EXPECT_EQ(video->title, "Дім");
  EXPECT_EQ(video->tags, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(video->duration_ms, 31000);
  EXPECT_EQ(video->published_at, kTestNow);
  EXPECT_NE(video->json.find(R"("size":{"w":720})"), std::string::npos);
}

TEST(VideoMetadata, RefusesWhatDoesNotFit) {
  EXPECT_EQ(video_outcome(R"({"tags":"a"})"), "wrong_type tags");
  EXPECT_EQ(video_outcome(R"({"tags":[1]})"), "wrong_type tags");
  EXPECT_EQ(video_outcome(R"({"tags":[""]})"), "empty_field tags");
  EXPECT_EQ(video_outcome(R"({"tags":["a",]})"), "malformed_json ");
  EXPECT_EQ(video_outcome(R"({"tags":[]})"), "ok");
  EXPECT_EQ(video_outcome(R"({"duration_ms":-1})"), "out_of_range duration_ms");
  EXPECT_EQ(video_outcome(R"({"published_at":"soon"})"), "bad_time published_at");
  EXPECT_EQ(video_outcome("{\"title\":\"" + std::string(kTitleBytesMax, 't') + "\"}"), "ok");
  EXPECT_EQ(video_outcome("{\"title\":\"" + std::string(kTitleBytesMax + 1, 't') + "\"}"),
            "too_long title");
}

TEST(VideoMetadata, TakesTagsUpToTheirLimitAndNotOneMore) {
  std::string tags = "\"t\"";
  for (size_t i = 1; i < kTagsMax; ++i) tags += ",\"t\"";
  EXPECT_EQ(video_outcome("{\"tags\":[" + tags + "]}"), "ok");
  EXPECT_EQ(video_outcome("{\"tags\":[" + tags + ",\"t\"]}"), "too_long tags");
}

std::string unlearning_outcome(std::string_view json, std::string_view id = "u") {
  const Padded padded(json);
  const auto asked = decode_unlearning(padded.view(), id);
  return asked.ok()
             ? "ok"
             : std::string(code(asked.error().reason)) + " " + std::string(asked.error().field);
}

TEST(Unlearning, ReadsWhatIsAskedFor) {
  const Padded json(R"({"since":"2026-01-01T00:00:00Z","quarantine":true,"by":"ann"})");
  const auto asked = decode_unlearning(json.view(), "u1");
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->user_id, "u1");
  EXPECT_EQ(asked->since, kTestNow);
  EXPECT_TRUE(asked->quarantine);
  const Padded nothing("{}");
  const auto all = decode_unlearning(nothing.view(), "u1");
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->since, TimeMs{});
  EXPECT_FALSE(all->quarantine);
}

TEST(Unlearning, RefusesWhatDoesNotFit) {
  EXPECT_EQ(unlearning_outcome(R"({"since":1700000000000,"quarantine":false})"), "ok");
  EXPECT_EQ(unlearning_outcome(R"({"quarantine":1})"), "wrong_type quarantine");
  EXPECT_EQ(unlearning_outcome(R"({"quarantine":"true"})"), "wrong_type quarantine");
  EXPECT_EQ(unlearning_outcome(R"({"quarantine":null})"), "wrong_type quarantine");
  EXPECT_EQ(unlearning_outcome(R"({"since":"soon"})"), "bad_time since");
  EXPECT_EQ(unlearning_outcome(R"({"since":1,"since":1})"), "duplicate_field since");
  EXPECT_EQ(unlearning_outcome(R"({"user_id":"other"})"), "id_mismatch user_id");
  EXPECT_EQ(unlearning_outcome("{}", ""), "missing_field user_id");
  EXPECT_EQ(unlearning_outcome("[]"), "not_an_object ");
  EXPECT_EQ(unlearning_outcome("{"), "malformed_json ");
}

}  // namespace
}  // namespace potik::event
