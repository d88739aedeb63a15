#include "base/bounded_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

namespace potik {
namespace {

TEST(BoundedQueue, GivesBackInTheOrderOfPushing) {
  BoundedQueue<int> queue(3);
  int item = 0;
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(queue.push(2 * i));
    EXPECT_TRUE(queue.push(2 * i + 1));
    EXPECT_TRUE(queue.pop(item));
    EXPECT_EQ(item, 2 * i);
    EXPECT_TRUE(queue.pop(item));
    EXPECT_EQ(item, 2 * i + 1);
  }
}

TEST(BoundedQueue, RefusesMoreThanItsCapacityWithoutTouchingTheItem) {
  BoundedQueue<std::unique_ptr<int>> queue(2);
  for (int i = 0; i < 2; ++i) {
    auto item = std::make_unique<int>(i);
    EXPECT_TRUE(queue.try_push(item));
  }
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(queue.try_push(third));
  EXPECT_NE(third, nullptr);
  EXPECT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue.capacity(), 2U);
}

TEST(BoundedQueue, ClosedItRefusesPushesAndGivesOutTheRest) {
  BoundedQueue<int> queue(4);
  EXPECT_TRUE(queue.push(1));
  queue.close();
  queue.close();
  EXPECT_FALSE(queue.push(2));
  int item = 0;
  EXPECT_TRUE(queue.pop(item));
  EXPECT_EQ(item, 1);
  EXPECT_FALSE(queue.pop(item));
  EXPECT_TRUE(queue.closed());
}

TEST(BoundedQueue, WaitingForAnItemEndsWithItsPatience) {
  BoundedQueue<int> queue(1);
  int item = 0;
  EXPECT_FALSE(queue.pop_for(item, std::chrono::milliseconds(1)));
  EXPECT_FALSE(queue.try_pop(item));
  EXPECT_TRUE(queue.push(5));
  EXPECT_TRUE(queue.try_pop(item));
  EXPECT_EQ(item, 5);
}

TEST(BoundedQueue, ClosingWakesAWaitingConsumerAndAWaitingProducer) {
  BoundedQueue<int> empty(1);
  BoundedQueue<int> full(1);
  EXPECT_TRUE(full.push(0));
  std::jthread consumer([&] {
    int item = 0;
    EXPECT_FALSE(empty.pop(item));
  });
  std::jthread producer([&] { EXPECT_FALSE(full.push(1)); });
  empty.close();
  full.close();
}

TEST(BoundedQueue, FreesAnItemWithItsConsumer) {
  BoundedQueue<std::shared_ptr<int>> queue(2);
  auto owned = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = owned;
  EXPECT_TRUE(queue.push(std::move(owned)));
  {
    std::shared_ptr<int> taken;
    EXPECT_TRUE(queue.pop(taken));
  }
  EXPECT_TRUE(watch.expired()) << "the queue keeps nothing of what it gave out";
}

TEST(BoundedQueue, ManyThreadsLoseAndDoubleNothing) {
  constexpr int kThreads = 4;
  constexpr int kItems = 20'000;
  BoundedQueue<int> queue(16);
  std::vector<std::atomic<int>> seen(kThreads * kItems);
  {
    std::vector<std::jthread> consumers;
    for (int c = 0; c < kThreads; ++c) {
      consumers.emplace_back([&] {
        int item = 0;
        while (queue.pop(item)) ++seen[item];
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int p = 0; p < kThreads; ++p) {
        producers.emplace_back([&queue, p] {
          for (int i = 0; i < kItems; ++i) EXPECT_TRUE(queue.push(p * kItems + i));
        });
      }
    }
    queue.close();
  }
  for (const auto& count : seen) ASSERT_EQ(count.load(), 1);
}

}  // namespace
}  // namespace potik
