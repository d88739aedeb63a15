// What the core answers: of a state at rest that cannot be read, and explanations against their
// schema.
#include "app/core_answers.h"

#include <gtest/gtest.h>

#include <future>

#include "api/services.h"
#include "api/test_schema_check.h"
#include "pipeline/test_process.h"
#include "state/forwarding_snapshots_for_tests.h"

namespace potik::app {
namespace {

using pipeline::testing::Media;

// As the store below it, but for look-ups, which fail on request.
class FailingLookups final : public state::ForwardingSnapshots {
 public:
  using ForwardingSnapshots::ForwardingSnapshots;
  Result<std::vector<std::optional<std::string>>, state::SnapshotError> lookup(
      state::Section section, KeyGroup key_group,
      std::span<const std::string_view> keys) const override {
    if (fails) return Error{state::SnapshotError::io};
    return ForwardingSnapshots::lookup(section, key_group, keys);
  }

  std::atomic<bool> fails{false};
};

class CoreAnswersTest : public testing::Test {
 protected:
  CoreAnswersTest() {
    EXPECT_TRUE(runner_.recover({}).ok());
    runner_.start();
  }
  ~CoreAnswersTest() override { runner_.stop(); }

  std::shared_ptr<const cache::RecommendationList> list_of(const std::string& user) {
    std::promise<std::shared_ptr<const cache::RecommendationList>> told;
    EXPECT_TRUE(recommender_.recommend(user, 10, [&](auto list) { told.set_value(list); }));
    return told.get_future().get();
  }
  Result<std::string, api::InspectionError> user(const std::string& id) {
    std::promise<Result<std::string, api::InspectionError>> told;
    EXPECT_TRUE(inspector_.user(id, [&](auto document) { told.set_value(std::move(document)); }));
    return told.get_future().get();
  }

  Result<std::string, api::InspectionError> explanation(const std::string& user_id,
                                                        const std::string& video) {
    std::promise<Result<std::string, api::InspectionError>> told;
    const api::ExplainQuestion question{user_id, video, 10, 50, 1};
    EXPECT_TRUE(inspector_.explain(question, [&](auto text) { told.set_value(std::move(text)); }));
    return told.get_future().get();
  }
  // As many videos, of which u1 has watched the first.
  void process_videos(int count) {
    std::vector<pipeline::testing::TestRecord> records;
    for (int i = 0; i < count; ++i) {
      const std::string id = "v" + std::to_string(i);
      const Partition partition = pipeline::testing::kLayout.of(log::RecordKind::video_put, id);
      records.push_back({partition, log::RecordKind::video_put, id,
                         R"({"video_id":")" + id + R"(","duration_ms":15000})"});
    }
    pipeline::testing::append(media_, records, clock_.now());
    pipeline::testing::append_play(media_, "e1");
    EXPECT_TRUE(eventually([&] { return user("u1").ok(); }));
  }

  Media media_;
  FailingLookups snapshots_{media_.snapshots};
  ManualClock clock_{TimeMs{1'700'000'000'000}};
  cache::MemoryCache cache_{{}, clock_};
  cache::ListFeed feed_{16};
  monitor::AlertBoard alerts_{64};
  pipeline::Runner runner_{
      {media_.log, media_.journal, snapshots_, media_.store, cache_, feed_, alerts_, clock_},
      pipeline::CoreOptions{},
      {}};
  CoreRecommender recommender_{runner_, cache_};
  CoreInspector inspector_{runner_};
};

TEST_F(CoreAnswersTest, AReadErrorIsNoListAndNothingInTheCache) {
  snapshots_.fails = true;
  EXPECT_EQ(list_of("cold"), nullptr);
  EXPECT_EQ(cache_.get("cold"), nullptr);
  snapshots_.fails = false;
  const auto list = list_of("cold");
  ASSERT_NE(list, nullptr);
  EXPECT_FALSE(list->known_user);
  EXPECT_NE(cache_.get("cold"), nullptr);
}

TEST_F(CoreAnswersTest, AReadErrorIsNotAUserWhoIsUnknown) {
  snapshots_.fails = true;
  const auto unreadable = user("cold");
  ASSERT_FALSE(unreadable.ok());
  EXPECT_EQ(unreadable.error(), api::InspectionError::unreadable);
  snapshots_.fails = false;
  const auto unknown = user("cold");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error(), api::InspectionError::unknown);
}

TEST_F(CoreAnswersTest, ExplanationsAgreeWithTheirSchema) {
  process_videos(30);
  const api::SchemaCheck document(api::openapi_document());
  const auto list = list_of("u1");
  ASSERT_FALSE(list->videos.empty());
  for (const char* user_id : {"u1", "stranger"}) {
    for (int i = 0; i < 30; ++i) {
      const auto told = explanation(user_id, "v" + std::to_string(i));
      ASSERT_TRUE(told.ok());
      EXPECT_EQ(document.mismatch(*told, R"({"$ref":"#/components/schemas/Explanation"})"), "");
    }
  }
  const auto first = event::JsonObject::parse(*explanation("u1", list->videos[0].video_id));
  EXPECT_EQ(first->raw("rank"), "1");
  EXPECT_EQ(first->raw("known_user"), "true");
  EXPECT_EQ(first->raw("head"), "\"like\"");
  const auto watched = event::JsonObject::parse(*explanation("u1", "v1"));
  EXPECT_EQ(watched->raw("outcome"), "\"filtered\"");
  EXPECT_EQ(watched->raw("filters"), "[\"watched\"]");
  EXPECT_EQ(event::JsonObject::parse(*explanation("stranger", "v1"))->raw("known_user"), "false");
}

TEST_F(CoreAnswersTest, AVideoNeverHeardOfHasNoExplanationAndAReadErrorIsNoNewViewer) {
  process_videos(1);
  const auto unknown = explanation("u1", "nothing");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error(), api::InspectionError::unknown);
  snapshots_.fails = true;
  const auto unreadable = explanation("cold", "v0");
  ASSERT_FALSE(unreadable.ok());
  EXPECT_EQ(unreadable.error(), api::InspectionError::unreadable);
}

}  // namespace
}  // namespace potik::app
