// What the core's answers make of a state at rest that cannot be read.
#include "app/core_answers.h"

#include <gtest/gtest.h>

#include <future>

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

}  // namespace
}  // namespace potik::app
