#include "adapters/redis/redis_cache.h"

#include <gtest/gtest.h>

#include "adapters/redis/server_for_tests.h"
#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"
#include "cache/cache_contract.h"
#include "cache/list_json.h"

namespace potik::redis {
namespace {

using cache::make_list;
using cache::numbered;

constexpr int64_t kPatienceMs = kTestPatience.count();

// One server for all of the suite; each cache has a prefix of its own.
ServerForTests& shared_server() {
  static ServerForTests server;
  static const bool started = server.start();
  if (!started) std::abort();
  return server;
}

// Waits for each write, as the contract's callers expect to find what they put.
class SettledCache final : public cache::RecommendationCache {
 public:
  explicit SettledCache(Options options) : cache_(std::move(options), nullptr) {}
  void put(std::shared_ptr<const cache::RecommendationList> list) override {
    cache_.put(std::move(list));
    EXPECT_TRUE(cache_.writer().settle(kPatienceMs));
  }
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> get(
      std::string_view user_id) override {
    return cache_.get(user_id);
  }
  void erase(std::string_view user_id) override {
    cache_.erase(user_id);
    EXPECT_TRUE(cache_.writer().settle(kPatienceMs));
  }

 private:
  RedisCache cache_;
};

Options options_with_prefix() {
  static int next = 0;
  Options options = shared_server().options();
  options.timeout_ms = kPatienceMs;
  options.prefix = "test-" + std::to_string(++next) + ":";
  return options;
}

struct MakeRedisCache {
  std::unique_ptr<cache::RecommendationCache> operator()() const {
    if (!ServerForTests::is_installed()) return nullptr;
    return std::make_unique<SettledCache>(options_with_prefix());
  }
};

}  // namespace
}  // namespace potik::redis

namespace potik::cache {
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, CacheContract, redis::MakeRedisCache);
}  // namespace potik::cache

namespace potik::redis {
namespace {

class RedisCacheTest : public testing::Test {
 protected:
  void SetUp() override { POTIK_SKIP_WITHOUT_REDIS(); }
  static std::string version_in(const ServerForTests& server, const std::string& user) {
    return server.ask({"HGET", "potik:list:" + user, "version"});
  }
  static uint64_t epoch_in(RedisCache& cache, std::string_view user) {
    const auto list = cache.get(user);
    return list ? list->receipt.epoch.value() : 0;
  }
  ServerForTests server_;
  ManualClock clock_{TimeMs(1'000'000)};
  cache::MemoryCache front_{{.entries_max = 1'600'000, .bytes_max = 1U << 30U}, clock_};
};

TEST_F(RedisCacheTest, NeverLetsTheOlderOfTwoWritersOverwriteTheNewer) {
  ASSERT_TRUE(server_.start());
  RedisCache left(server_.options(), nullptr);
  RedisCache right(server_.options(), nullptr);
  std::vector<std::thread> writers;
  for (RedisCache* cache : {&left, &right}) {
    writers.emplace_back([cache, odd = cache == &left] {
      for (uint64_t epoch = 1; epoch <= 400; ++epoch) {
        if ((epoch % 2 == 1) == odd) cache->put(make_list(numbered("u", epoch % 7), epoch));
        // Each batch ends somewhere else.
        if (epoch % (odd ? 5 : 7) == 0) {
          EXPECT_TRUE(cache->writer().settle(kPatienceMs));
        }
      }
      EXPECT_TRUE(cache->writer().settle(kPatienceMs));
    });
  }
  for (std::thread& writer : writers) writer.join();
  for (uint64_t user = 0; user < 7; ++user) {
    uint64_t newest = 400;
    while (newest % 7 != user) --newest;
    EXPECT_EQ(epoch_in(left, numbered("u", user)), newest) << user;
  }
}

TEST_F(RedisCacheTest, GivesAListItsTimeToLiveAndThatOfTheUnknownNone) {
  ASSERT_TRUE(server_.start());
  Options options = server_.options();
  options.expiry_s = 1;
  RedisCache cache(options, nullptr);
  cache.put(make_list("u1", 1));
  cache.put(make_list(std::string(cache::kUnknownUserKey), 1));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  EXPECT_TRUE(eventually([&] { return cache.get("u1") == nullptr; }));
  EXPECT_NE(cache.get(cache::kUnknownUserKey), nullptr);
  EXPECT_EQ(server_.ask({"TTL", "potik:list:" + std::string(cache::kUnknownUserKey)}), "-1");
}

TEST_F(RedisCacheTest, GivesBackADoublyWrittenListItsFullTime) {
  ASSERT_TRUE(server_.start());
  Options options = server_.options();
  options.expiry_s = 1'000;
  RedisCache cache(options, nullptr);
  cache.put(make_list("u1", 1));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  server_.ask({"EXPIRE", "potik:list:u1", "10"});
  cache.put(make_list("u1", 2));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  EXPECT_GT(std::stoi(server_.ask({"TTL", "potik:list:u1"})), 900);
}

TEST_F(RedisCacheTest, LivesThroughAServerThatIsKilledAndFillsTheNext) {
  ASSERT_TRUE(server_.start());
  RedisCache cache(server_.options(), &front_);
  const auto put = [&](const std::shared_ptr<const cache::RecommendationList>& list) {
    front_.put(list);
    cache.put(list);
  };
  for (uint64_t i = 0; i < 500; ++i) put(make_list(numbered("u", i), 1));
  cache.put(make_list(std::string(cache::kUnknownUserKey), 1));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  server_.kill();
  ASSERT_TRUE(eventually([&] { return !cache.writer().trouble().empty(); }));
  EXPECT_EQ(cache.writer().metrics().up.value(), 0.0);
  EXPECT_EQ(cache.get("u1"), nullptr);
  put(make_list("u1", 2));
  front_.erase("u2");
  cache.erase("u2");
  EXPECT_FALSE(cache.writer().settle(kPatienceMs));
  ASSERT_TRUE(server_.start());
  ASSERT_TRUE(eventually([&] { return cache.writer().settle(kPatienceMs); }));
  EXPECT_EQ(cache.writer().metrics().up.value(), 1.0);
  EXPECT_GT(cache.writer().metrics().failures.value(), 0U);
  EXPECT_EQ(server_.ask({"DBSIZE"}), "500");  // all but the one that was erased, and the unknown's
  EXPECT_EQ(epoch_in(cache, "u1"), 2U);
  EXPECT_EQ(epoch_in(cache, "u499"), 1U);
  EXPECT_EQ(cache.get("u2"), nullptr);
  EXPECT_NE(cache.get(cache::kUnknownUserKey), nullptr);
}

TEST_F(RedisCacheTest, FillsAServerThatWasStartedAnewThoughNobodyActs) {
  ASSERT_TRUE(server_.start());
  RedisCache cache(server_.options(), &front_);
  front_.put(make_list("u1", 1));
  cache.put(front_.peek("u1"));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  server_.kill();
  ASSERT_TRUE(server_.start());
  EXPECT_TRUE(eventually([&] { return cache.get("u1") != nullptr; }));
}

TEST_F(RedisCacheTest, CountsWhatTheQueueHasNoRoomForAndGivesItLater) {
  Options options = server_.options();
  options.queue_lists_max = 10;
  RedisCache cache(options, &front_);
  ASSERT_TRUE(eventually([&] { return !cache.writer().trouble().empty(); }));
  for (uint64_t i = 0; i < 100; ++i) {
    front_.put(make_list(numbered("u", i), 1));
    cache.put(front_.peek(numbered("u", i)));
  }
  EXPECT_EQ(cache.writer().metrics().dropped.value(), 90U);
  EXPECT_EQ(cache.writer().queued_lists(), 10U);
  ASSERT_TRUE(server_.start());
  ASSERT_TRUE(eventually([&] { return cache.writer().settle(kPatienceMs); }));
  EXPECT_EQ(server_.ask({"DBSIZE"}), "100");
}

TEST_F(RedisCacheTest, GoesOnWhenTheServersScriptsAreFlushed) {
  ASSERT_TRUE(server_.start());
  RedisCache cache(server_.options(), nullptr);
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  server_.ask({"SCRIPT", "FLUSH"});
  cache.put(make_list("u1", 3));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  EXPECT_EQ(epoch_in(cache, "u1"), 3U);
  EXPECT_EQ(cache.writer().metrics().failures.value(), 0U);
}

TEST_F(RedisCacheTest, KeepsWhatAFullServerRefuses) {
  ASSERT_TRUE(server_.start());
  RedisCache cache(server_.options(), nullptr);
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  server_.ask({"CONFIG", "SET", "maxmemory", "1"});
  cache.put(make_list("u1", 3));
  ASSERT_TRUE(
      eventually([&] { return cache.writer().trouble().find("OOM") != std::string::npos; }));
  EXPECT_EQ(cache.writer().queued_lists(), 1U);
  server_.ask({"CONFIG", "SET", "maxmemory", "0"});
  ASSERT_TRUE(eventually([&] { return cache.writer().settle(kPatienceMs); }));
  EXPECT_EQ(epoch_in(cache, "u1"), 3U);
}

TEST_F(RedisCacheTest, DoesNotTakeForAListWhatIsNone) {
  ASSERT_TRUE(server_.start());
  RedisCache cache(server_.options(), nullptr);
  server_.ask({"HSET", "potik:list:u1", "list", "{}"});
  server_.ask({"SET", "potik:list:u2", "text"});
  EXPECT_EQ(cache.get("u1"), nullptr);
  EXPECT_EQ(cache.get("u2"), nullptr);
  // The text stands in the way of its own user alone.
  for (const char* user : {"u1", "u2", "u3"}) cache.put(make_list(user, 1));
  ASSERT_TRUE(cache.writer().settle(kPatienceMs));
  for (const char* user : {"u1", "u3"}) {
    EXPECT_NE(cache.get(user), nullptr);
    EXPECT_EQ(version_in(server_, user), "0000000000000000000000000000000000000001");
  }
  EXPECT_EQ(cache.get("u2"), nullptr);
}

}  // namespace
}  // namespace potik::redis
