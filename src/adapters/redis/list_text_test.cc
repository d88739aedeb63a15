#include "adapters/redis/list_text.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace potik::redis {
namespace {

cache::Receipt receipt(int64_t computed_at, uint64_t epoch) {
  cache::Receipt receipt;
  receipt.epoch = Epoch(epoch);
  receipt.computed_at = TimeMs(computed_at);
  return receipt;
}

TEST(RedisListText, NamesKeysAndChannelByThePrefix) {
  EXPECT_EQ(key_of("potik:", "u1"), "potik:list:u1");
  EXPECT_EQ(channel_of("a."), "a.changes");
}

TEST(RedisListText, HasVersionsThatOrderAsReceiptsDo) {
  // Few values, so that each meets its equal and the epoch 0.
  CounterRandom random(7, 0, 0);
  const auto draw = [&] {
    return receipt(random.below(4) * 1'000'000'000'000, random.below(4) * 7);
  };
  for (int i = 0; i < 2'000; ++i) {
    const auto left = draw();
    const auto right = draw();
    EXPECT_EQ(version_of(left) < version_of(right), cache::is_older(left, right))
        << version_of(left) << " " << version_of(right);
    EXPECT_EQ(version_of(left).size(), 40U);
  }
}

}  // namespace
}  // namespace potik::redis
