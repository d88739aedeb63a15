#include "app/shared_lists.h"

#include <gtest/gtest.h>

#include "base/manual_clock.h"
#include "cache/cache_contract.h"
#include "cache/list_json.h"

namespace potik::app {
namespace {

using cache::make_list;

ManualClock& standing_clock() {
  static ManualClock clock(TimeMs(1'000'000));
  return clock;
}

struct Both {
  cache::MemoryCache front{{}, standing_clock()};
  cache::MemoryCache behind{{}, standing_clock()};
};

// With what it stands on.
class OwningFronted final : public cache::RecommendationCache {
 public:
  void put(std::shared_ptr<const cache::RecommendationList> list) override {
    fronted_.put(std::move(list));
  }
  [[nodiscard]] std::shared_ptr<const cache::RecommendationList> get(
      std::string_view user_id) override {
    return fronted_.get(user_id);
  }
  void erase(std::string_view user_id) override { fronted_.erase(user_id); }

 private:
  Both both_;
  FrontedCache fronted_{both_.front, both_.behind};
};

struct MakeFronted {
  std::unique_ptr<cache::RecommendationCache> operator()() const {
    return std::make_unique<OwningFronted>();
  }
};

TEST(FrontedCache, WritesToBothAndReadsFromTheFront) {
  Both both;
  FrontedCache fronted(both.front, both.behind);
  const auto list = make_list("u1", 3);
  list->known_user = true;
  fronted.put(list);
  EXPECT_EQ(both.front.peek("u1"), list);
  EXPECT_EQ(both.behind.peek("u1"), list);
  both.front.erase("u1");
  EXPECT_EQ(fronted.get("u1"), nullptr);
  fronted.put(list);
  fronted.erase("u1");
  EXPECT_EQ(both.front.peek("u1"), nullptr);
  EXPECT_EQ(both.behind.peek("u1"), nullptr);
}

TEST(FrontedCache, KeepsListsOfUnknownUsersToItself) {
  Both both;
  FrontedCache fronted(both.front, both.behind);
  fronted.put(make_list("nobody", 3));
  EXPECT_NE(fronted.get("nobody"), nullptr);
  EXPECT_EQ(both.behind.peek("nobody"), nullptr);
}

TEST(FrontedCache, GivesTheOneListOfAllUnknownUsersToBoth) {
  Both both;
  FrontedCache fronted(both.front, both.behind);
  fronted.put(make_list(std::string(cache::kUnknownUserKey), 3));
  EXPECT_NE(both.behind.peek(cache::kUnknownUserKey), nullptr);
}

TEST(SharedLists, AsksWhatTheConfigurationSays) {
  SharedCacheConfig config;
  config.redis_url = "redis://u:p@h:7000/3";
  config.redis_prefix = "a:";
  config.redis_expiry_s = 1;
  config.redis_timeout_ms = 2;
  config.redis_queue_lists_max = 3;
  config.redis_queue_bytes_max = 4;
  const redis::Options options = redis_options(config);
  EXPECT_EQ(name_of(options.server), "h:7000");
  EXPECT_EQ(options.server.database, 3U);
  EXPECT_EQ(options.prefix, "a:");
  EXPECT_EQ(options.expiry_s, 1);
  EXPECT_EQ(options.timeout_ms, 2);
  EXPECT_EQ(options.queue_lists_max, 3U);
  EXPECT_EQ(options.queue_bytes_max, 4U);
  // And what an adapter of its own would take is what the defaults file says.
  const redis::Options defaults = redis_options({});
  EXPECT_EQ(defaults.prefix, redis::Options().prefix);
  EXPECT_EQ(defaults.expiry_s, redis::Options().expiry_s);
  EXPECT_EQ(defaults.timeout_ms, redis::Options().timeout_ms);
  EXPECT_EQ(defaults.queue_lists_max, redis::Options().queue_lists_max);
  EXPECT_EQ(defaults.queue_bytes_max, redis::Options().queue_bytes_max);
}

}  // namespace
}  // namespace potik::app

namespace potik::cache {
INSTANTIATE_TYPED_TEST_SUITE_P(Fronted, CacheContract, app::MakeFronted);
}  // namespace potik::cache
