#include "adapters/redis/list_follower.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <latch>

#include "adapters/redis/redis_cache.h"
#include "adapters/redis/server_for_tests.h"
#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"
#include "cache/list_json.h"
#include "cache/lists_for_tests.h"

namespace potik::redis {
namespace {

using cache::make_list;
using cache::numbered;

constexpr int64_t kPatienceMs = kTestPatience.count();

class RedisListFollower : public testing::Test {
 protected:
  void SetUp() override {
    POTIK_SKIP_WITHOUT_REDIS();
    options_ = server_.options();
    ASSERT_TRUE(server_.start());
    writer_ = std::make_unique<RedisCache>(options_, &written_);
  }
  void put(const std::string& user, uint64_t epoch) {
    written_.put(make_list(user, epoch));
    writer_->put(written_.peek(user));
    ASSERT_TRUE(eventually([&] { return writer_->writer().settle(kPatienceMs); }));
  }
  void put_popular(uint64_t epoch) { put(std::string(cache::kUnknownUserKey), epoch); }
  void follow() {
    follower_ = std::make_unique<ListFollower>(options_, cache_, feed_);
    ASSERT_TRUE(is_up());
  }
  bool is_up() {
    return eventually(
        [&] { return follower_->trouble().empty() && follower_->metrics().up.value() == 1.0; });
  }
  // "refused", "unreached", "none" or the epoch.
  std::string asked(const std::string& user) {
    // Shared with the follower's thread.
    auto told = std::make_shared<std::atomic<int64_t>>(-3);
    const bool taken = follower_->ask(user, [told](const ListFollower::Answer& answer) {
      *told = !answer.reached ? -2
              : !answer.list  ? -1
                              : static_cast<int64_t>(answer.list->receipt.epoch.value());
    });
    if (!taken) return "refused";
    EXPECT_TRUE(eventually([&] { return *told != -3; }));
    const int64_t epoch = *told;
    return epoch == -2 ? "unreached" : epoch == -1 ? "none" : std::to_string(epoch);
  }
  uint64_t cached(const std::string& user) {
    const auto list = cache_.peek(user);
    return list ? list->receipt.epoch.value() : 0;
  }

  Options options_;
  ServerForTests server_;
  ManualClock clock_{TimeMs(1'000'000)};
  cache::MemoryCache written_{{.entries_max = 1'600'000, .bytes_max = 1U << 30U}, clock_};
  cache::MemoryCache cache_{{.entries_max = 1'600'000, .bytes_max = 1U << 30U}, clock_};
  cache::ListFeed feed_{16};
  std::unique_ptr<RedisCache> writer_;
  std::unique_ptr<ListFollower> follower_;
};

TEST_F(RedisListFollower, LooksUpWhoIsAskedForAndKeepsTheList) {
  put("u1", 5);
  follow();
  EXPECT_EQ(cached("u1"), 0U) << "nobody has asked";
  EXPECT_EQ(asked("u1"), "5");
  EXPECT_EQ(cached("u1"), 5U);
  EXPECT_EQ(asked("nobody"), "none");
}

TEST_F(RedisListFollower, AnswersManyInFewRoundTrips) {
  for (uint64_t i = 0; i < 300; ++i) {
    written_.put(make_list(numbered("u", i), i + 1));
    writer_->put(written_.peek(numbered("u", i)));
  }
  ASSERT_TRUE(writer_->writer().settle(kPatienceMs));
  follow();
  std::atomic<int> right{0};
  for (uint64_t i = 0; i < 300; ++i) {
    ASSERT_TRUE(follower_->ask(numbered("u", i), [&right, i](const ListFollower::Answer& answer) {
      if (answer.list && answer.list->receipt.epoch == Epoch(i + 1)) ++right;
    }));
  }
  EXPECT_TRUE(eventually([&] { return right == 300; }));
}

TEST_F(RedisListFollower, FollowsThoseWhoAreInTheCacheOrWatched) {
  follow();
  put("cached", 1);
  ASSERT_EQ(asked("cached"), "1");
  std::atomic<uint64_t> told{0};
  const auto token =
      feed_.subscribe("watched", [&](const auto& list) { told = list->receipt.epoch.value(); });
  put("other", 2);
  put("watched", 3);
  put("cached", 4);
  EXPECT_TRUE(eventually([&] { return cached("cached") == 4; }));
  EXPECT_TRUE(eventually([&] { return told == 3; }));
  EXPECT_EQ(cached("other"), 0U);
  EXPECT_EQ(follower_->metrics().changes.value(), 4U);
  feed_.unsubscribe("watched", token);
}

TEST_F(RedisListFollower, DropsWhatIsErasedAndTakesAnOlderListAfterwards) {
  follow();
  put("u1", 9);
  ASSERT_EQ(asked("u1"), "9");
  written_.erase("u1");
  writer_->erase("u1");
  EXPECT_TRUE(eventually([&] { return cached("u1") == 0; }));
  EXPECT_EQ(asked("u1"), "none");
  put("u1", 2);
  EXPECT_EQ(asked("u1"), "2");
}

TEST_F(RedisListFollower, HasTheListOfTheUnknownAndFollowsIt) {
  put_popular(1);
  follow();
  ASSERT_TRUE(eventually([&] { return follower_->popular() != nullptr; }));
  put_popular(2);
  EXPECT_TRUE(eventually([&] { return follower_->popular()->receipt.epoch == Epoch(2); }));
}

TEST_F(RedisListFollower, IsThereBeforeTheServerIs) {
  server_.kill();
  follower_ = std::make_unique<ListFollower>(options_, cache_, feed_);
  ASSERT_TRUE(eventually([&] { return follower_->metrics().failures.value() > 1; }));
  EXPECT_FALSE(follower_->trouble().empty());
  EXPECT_EQ(asked("u1"), "refused");
  EXPECT_EQ(follower_->popular(), nullptr);
  ASSERT_TRUE(server_.start());
  ASSERT_TRUE(is_up());
  put_popular(1);
  EXPECT_TRUE(eventually([&] { return follower_->popular() != nullptr; }));
}

TEST_F(RedisListFollower, KeepsItsListsWhenTheServerIsKilledAndCatchesUpWithTheNext) {
  put_popular(1);
  follow();
  put("kept", 1);
  put("changed", 1);
  ASSERT_EQ(asked("kept"), "1");
  ASSERT_EQ(asked("changed"), "1");
  std::atomic<uint64_t> told{0};
  const auto token =
      feed_.subscribe("changed", [&](const auto& list) { told = list->receipt.epoch.value(); });
  server_.kill();
  ASSERT_TRUE(eventually([&] { return asked("somebody") == "refused"; }));
  EXPECT_EQ(follower_->metrics().up.value(), 0.0);
  EXPECT_EQ(cached("kept"), 1U);
  ASSERT_NE(follower_->popular(), nullptr);
  written_.put(make_list("changed", 2));
  writer_->put(written_.peek("changed"));
  ASSERT_TRUE(server_.start());
  ASSERT_TRUE(is_up());
  EXPECT_TRUE(eventually([&] { return told == 2; }));
  EXPECT_EQ(cached("changed"), 2U);
  EXPECT_EQ(cached("kept"), 1U);
  feed_.unsubscribe("changed", token);
}

TEST_F(RedisListFollower, AnswersThatItCannotReachAServerThatHangs) {
  put_popular(1);
  options_.timeout_ms = 200;
  follow();
  server_.signal(SIGSTOP);
  std::string answer = "none";
  // The first may wait for the time-out; then nobody does.
  ASSERT_TRUE(eventually([&] {
    answer = asked("u1");
    return answer == "refused";
  }));
  EXPECT_GT(follower_->metrics().failures.value(), 0U);
  server_.signal(SIGCONT);
  ASSERT_TRUE(is_up());
  EXPECT_EQ(asked("u1"), "none");
}

TEST_F(RedisListFollower, PassesOverWhatIsNoList) {
  follow();
  server_.ask({"HSET", "potik:list:u1", "list", "nonsense"});
  server_.ask({"SET", "potik:list:u2", "text"});
  EXPECT_EQ(asked("u1"), "none");
  EXPECT_EQ(asked("u2"), "none");
  EXPECT_EQ(follower_->metrics().unreadable.value(), 2U);
}

TEST_F(RedisListFollower, LooksAtEverythingAgainWhenItHearsOfTooMany) {
  options_.queue_lists_max = 4;
  put("u1", 1);
  follow();
  ASSERT_EQ(asked("u1"), "1");
  const uint64_t reviews = follower_->metrics().reviews.value();
  // Its reading thread stands still meanwhile.
  std::latch enough(1);
  ASSERT_TRUE(follower_->ask("u1", [&](const auto&) { enough.wait(); }));
  put("u1", 2);
  server_.ask(
      {"EVAL", "for i = 1, 50 do redis.call('PUBLISH', 'potik:changes', '+x' .. i) end", "0"});
  EXPECT_TRUE(eventually([&] { return follower_->metrics().changes.value() >= 51; }));
  enough.count_down();
  EXPECT_TRUE(eventually([&] { return follower_->metrics().reviews.value() > reviews; }));
  EXPECT_TRUE(eventually([&] { return cached("u1") == 2; }));
}

}  // namespace
}  // namespace potik::redis
