#pragma once
// The contract of RecommendationCache as a test suite. An implementation instantiates it with a
// factory:
//   struct MakeMine { std::unique_ptr<RecommendationCache> operator()() const; };  // room for 100
//   lists INSTANTIATE_TYPED_TEST_SUITE_P(Mine, CacheContract, MakeMine);
// A factory that lacks what it needs on this machine gives null: the tests are then skipped.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "cache/lists_for_tests.h"
#include "cache/recommendation_cache.h"

namespace potik::cache {

template <class Factory>
class CacheContract : public testing::Test {
 protected:
  void SetUp() override {
    if (!cache_) GTEST_SKIP() << "what the cache needs is not on this machine";
  }
  std::unique_ptr<RecommendationCache> cache_ = Factory()();
};
TYPED_TEST_SUITE_P(CacheContract);

TYPED_TEST_P(CacheContract, MissesWhatWasNeverPut) {
  EXPECT_EQ(this->cache_->get("nobody"), nullptr);
}

TYPED_TEST_P(CacheContract, GivesBackEveryFieldThatWasPut) {
  auto list = make_list("u1", 7);
  list->known_user = true;
  list->receipt = Receipt{Partition(3), Offset(41), TimeMs(1000), Epoch(7), TimeMs(2000)};
  this->cache_->put(list);
  const auto got = this->cache_->get("u1");
  ASSERT_NE(got, nullptr);
  EXPECT_EQ(got->user_id, "u1");
  EXPECT_TRUE(got->known_user);
  EXPECT_EQ(got->model_version, Epoch(7));
  EXPECT_EQ(got->receipt.partition, Partition(3));
  EXPECT_EQ(got->receipt.offset, Offset(41));
  EXPECT_EQ(got->receipt.occurred_at, TimeMs(1000));
  EXPECT_EQ(got->receipt.computed_at, TimeMs(2000));
  ASSERT_EQ(got->videos.size(), 3U);
  EXPECT_EQ(got->videos[1].video_id, "v1");
  EXPECT_EQ(got->videos[1].score, 0.5F);
  EXPECT_EQ(got->videos[1].source, Source::cowatch);
  EXPECT_EQ(got->videos[1].because, "seed-video-with-a-long-id");
}

TYPED_TEST_P(CacheContract, KeepsTheNewerListWhateverTheOrderOfPuts) {
  this->cache_->put(make_list("u1", 5));
  this->cache_->put(make_list("u1", 9));
  this->cache_->put(make_list("u1", 6));
  ASSERT_NE(this->cache_->get("u1"), nullptr);
  EXPECT_EQ(this->cache_->get("u1")->receipt.epoch, Epoch(9));
}

TYPED_TEST_P(CacheContract, TakesTheListsOfANewDataDirectoryWhoseEpochsBeginAgain) {
  const auto old = make_list("u1", 19);
  old->receipt.computed_at = TimeMs(1'000);
  const auto fresh = make_list("u1", 3);
  fresh->receipt.computed_at = TimeMs(2'000);
  this->cache_->put(old);
  this->cache_->put(fresh);
  ASSERT_NE(this->cache_->get("u1"), nullptr);
  EXPECT_EQ(this->cache_->get("u1")->receipt.epoch, Epoch(3));
  this->cache_->put(old);
  EXPECT_EQ(this->cache_->get("u1")->receipt.epoch, Epoch(3));
}

TYPED_TEST_P(CacheContract, ReplacesAListOfTheSameEpoch) {
  this->cache_->put(make_list("u1", 5, 1));
  this->cache_->put(make_list("u1", 5, 2));
  EXPECT_EQ(this->cache_->get("u1")->videos.size(), 2U);
}

TYPED_TEST_P(CacheContract, ErasesOneUserOnly) {
  this->cache_->put(make_list("u1", 1));
  this->cache_->put(make_list("u2", 1));
  this->cache_->erase("u1");
  this->cache_->erase("nobody");
  EXPECT_EQ(this->cache_->get("u1"), nullptr);
  EXPECT_NE(this->cache_->get("u2"), nullptr);
}

TYPED_TEST_P(CacheContract, AcceptsAnOlderListAfterErasing) {
  this->cache_->put(make_list("u1", 9));
  this->cache_->erase("u1");
  this->cache_->put(make_list("u1", 2));
  EXPECT_NE(this->cache_->get("u1"), nullptr);
}

TYPED_TEST_P(CacheContract, ServesManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (uint64_t i = 1; i <= 500; ++i) {
        const std::string user = numbered("u", (i * 7 + static_cast<uint64_t>(t)) % 20);
        this->cache_->put(make_list(user, i));
        const auto got = this->cache_->get(user);
        if (got != nullptr) {
          EXPECT_EQ(got->user_id, user);
        }
        if (i % 50 == 0) this->cache_->erase(user);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

REGISTER_TYPED_TEST_SUITE_P(CacheContract, MissesWhatWasNeverPut, GivesBackEveryFieldThatWasPut,
                            KeepsTheNewerListWhateverTheOrderOfPuts,
                            TakesTheListsOfANewDataDirectoryWhoseEpochsBeginAgain,
                            ReplacesAListOfTheSameEpoch, ErasesOneUserOnly,
                            AcceptsAnOlderListAfterErasing, ServesManyThreadsAtOnce);

}  // namespace potik::cache
