#include "adapters/redis/write_queue.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"
#include "cache/lists_for_tests.h"
#include "cache/memory_cache.h"

namespace potik::redis {
namespace {

using cache::make_list;
using cache::numbered;

constexpr uint64_t kRoom = 1U << 30U;

std::string told(const Write& write) {
  std::string text = write.user_id;
  if (!write.list) return text + " erased";
  text += ' ' + std::to_string(write.list->receipt.epoch.value());
  return write.erased_before ? text + " anew" : text;
}

std::vector<std::string> all_of(WriteQueue& queue) {
  std::vector<std::string> texts;
  for (const Write& write : queue.take(1'000)) texts.push_back(told(write));
  return texts;
}

TEST(RedisWriteQueue, KeepsTheNewestListOfAUserInThePlaceOfTheFirst) {
  WriteQueue queue(10, kRoom);
  EXPECT_EQ(queue.put(make_list("u1", 1)), 0U);
  EXPECT_EQ(queue.put(make_list("u2", 2)), 0U);
  EXPECT_EQ(queue.put(make_list("u1", 9)), 0U);
  EXPECT_EQ(queue.put(make_list("u1", 3)), 0U);
  EXPECT_EQ(queue.users(), 2U);
  EXPECT_EQ(all_of(queue), (std::vector<std::string>{"u1 9", "u2 2"}));
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
}

TEST(RedisWriteQueue, ErasesBeforeItPutsAndRemembersWhatCameBetween) {
  WriteQueue queue(10, kRoom);
  EXPECT_EQ(queue.put(make_list("u1", 9)), 0U);
  EXPECT_EQ(queue.put(make_list("u2", 9)), 0U);
  EXPECT_EQ(queue.erase("u2"), 0U);
  EXPECT_EQ(queue.erase("u1"), 0U);
  EXPECT_EQ(queue.put(make_list("u1", 2)), 0U);
  EXPECT_EQ(all_of(queue), (std::vector<std::string>{"u2 erased", "u1 2 anew"}));
}

TEST(RedisWriteQueue, DropsThePutsThatWaitLongest) {
  WriteQueue queue(3, kRoom);
  EXPECT_EQ(queue.erase("gone"), 0U);
  EXPECT_EQ(queue.put(make_list("u1", 1)), 0U);
  EXPECT_EQ(queue.put(make_list("u2", 1)), 0U);
  EXPECT_EQ(queue.put(make_list("u3", 1)), 1U);
  EXPECT_EQ(all_of(queue), (std::vector<std::string>{"gone erased", "u2 1", "u3 1"}));
}

TEST(RedisWriteQueue, NeverHoldsMoreBytesThanItMay) {
  const uint64_t one = cache::memory_bytes(*make_list("u1000", 1, 50));
  WriteQueue queue(1'000, 4 * one);
  size_t dropped = 0;
  for (uint64_t i = 0; i < 100; ++i) {
    dropped += queue.put(make_list(numbered("u", 1'000 + i), 1, 50));
    ASSERT_LE(queue.bytes(), 4 * one);
  }
  EXPECT_EQ(dropped + queue.users(), 100U);
  EXPECT_GT(queue.users(), 1U);
}

TEST(RedisWriteQueue, TakesBackWhatCouldNotBeWrittenBehindNothingNewer) {
  WriteQueue queue(10, kRoom);
  EXPECT_EQ(queue.put(make_list("u1", 1)), 0U);
  EXPECT_EQ(queue.put(make_list("u2", 5)), 0U);
  EXPECT_EQ(queue.erase("u3"), 0U);
  EXPECT_EQ(queue.erase("u4"), 0U);
  auto taken = queue.take(10);
  EXPECT_EQ(queue.put(make_list("u1", 7)), 0U);
  EXPECT_EQ(queue.put(make_list("u9", 1)), 0U);
  EXPECT_EQ(queue.put(make_list("u3", 2)), 0U);
  EXPECT_EQ(queue.give_back(std::move(taken)), 0U);
  EXPECT_EQ(all_of(queue),
            (std::vector<std::string>{"u4 erased", "u2 5", "u1 7", "u9 1", "u3 2 anew"}));
}

// Against a server that is told every change at once.
TEST(RedisWriteQueue, LeavesWhatAllChangesInTheirOrderWouldHave) {
  for (uint64_t seed = 0; seed < 300; ++seed) {
    CounterRandom random(seed, 0, 0);
    const auto draw = [&](uint32_t below) { return random.below(below); };
    std::map<std::string, uint64_t> model;
    std::map<std::string, uint64_t> server;
    WriteQueue queue(100, kRoom);
    const auto write = [&](const Write& each) {
      if (each.list == nullptr || each.erased_before) server.erase(each.user_id);
      if (each.list == nullptr) return;
      uint64_t& epoch = server[each.user_id];
      epoch = std::max(epoch, each.list->receipt.epoch.value());
    };
    for (int step = 0; step < 60; ++step) {
      const std::string user = numbered("u", draw(4));
      const uint64_t act = draw(10);
      if (act < 5) {
        const uint64_t epoch = 1U + draw(20);
        model[user] = std::max(model[user], epoch);
        ASSERT_EQ(queue.put(make_list(user, epoch)), 0U);
      } else if (act < 7) {
        model.erase(user);
        ASSERT_EQ(queue.erase(user), 0U);
      } else {
        auto taken = queue.take(1 + draw(3));
        if (act < 9) {
          for (const Write& each : taken) write(each);
        } else {
          ASSERT_EQ(queue.give_back(std::move(taken)), 0U);
        }
      }
    }
    for (const Write& each : queue.take(100)) write(each);
    ASSERT_EQ(server, model) << "seed " << seed;
    ASSERT_EQ(queue.bytes(), 0U);
  }
}

}  // namespace
}  // namespace potik::redis
