// The small value types of base: results, strong ids, hashes, counter-based randomness, maps.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "base/flat_map.h"
#include "base/hash.h"
#include "base/ids.h"
#include "base/random.h"
#include "base/result.h"

namespace potik {
namespace {

enum class Fault { broken };

Result<std::unique_ptr<int>, Fault> make(bool good) {
  if (!good) return Error{Fault::broken};
  return std::make_unique<int>(7);
}

static_assert(!std::is_convertible_v<Offset, Epoch> && !std::is_convertible_v<Offset, int64_t> &&
                  !std::is_convertible_v<int64_t, Offset>,
              "strong ids neither mix nor convert silently");

TEST(Result, HoldsTheValueOrTheReason) {
  EXPECT_EQ(*make(true).value(), 7);
  EXPECT_EQ(make(false).error(), Fault::broken);
  const Status<Fault> status = Ok{};
  EXPECT_TRUE(status.ok());
  const Result<int, int> same_type = Error{3};
  EXPECT_FALSE(same_type.ok());
  EXPECT_EQ(same_type.error(), 3);
}

TEST(ResultDeathTest, AskingAnErrorForItsValueEndsTheProcess) {
  EXPECT_DEATH((void)make(false).value(), "");
  EXPECT_DEATH((void)make(true).error(), "");
}

TEST(Ids, OrderAndSuccession) {
  EXPECT_LT(Offset(1), Offset(2));
  EXPECT_EQ(Epoch(4).next(), Epoch(5));
  EXPECT_EQ(ms_between(TimeMs(10), TimeMs(25)), 15);
  EXPECT_EQ(plus_ms(TimeMs(10), -3), TimeMs(7));
}

TEST(Hash, IsTheOneThatIsStored) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2ULL) << "the published XXH3 of nothing";
  EXPECT_EQ(digest128("").hex(), "99aa06d3014798d86001c324468d497f")
      << "the published XXH128 of nothing";
  EXPECT_NE(hash64("a", 1), hash64("a", 2));
}

TEST(Hash, CombiningDigestsHeedsTheirOrder) {
  const Digest a = digest128("a");
  const Digest b = digest128("b");
  EXPECT_NE(combine(a, b), combine(b, a));
  EXPECT_EQ(combine(a, b), combine(a, b));
}

TEST(CounterRandom, DrawsTheSameNumbersForTheSameKey) {
  CounterRandom first(1, 2, 3);
  CounterRandom second(1, 2, 3);
  CounterRandom other_epoch(1, 2, 4);
  std::set<uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t draw = first.next();
    ASSERT_EQ(draw, second.next());
    seen.insert(draw);
    seen.insert(other_epoch.next());
  }
  EXPECT_EQ(seen.size(), 2000U);
}

TEST(CounterRandom, StaysWithinItsBoundsAndFillsThem) {
  CounterRandom random(9, 9, 9);
  std::vector<int> counts(10);
  for (int i = 0; i < 100'000; ++i) {
    ++counts.at(random.below(10));
    const double uniform = random.uniform();
    ASSERT_GE(uniform, 0.0);
    ASSERT_LT(uniform, 1.0);
  }
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(TextMap, FindsByViewWhatItOwns) {
  TextMap<int> map;
  map.emplace("потік", 1);
  const std::string_view key = "потік";
  ASSERT_NE(map.find(key), map.end());
  EXPECT_EQ(map.find(key)->second, 1);
  EXPECT_EQ(map.find(std::string_view("other")), map.end());
}

}  // namespace
}  // namespace potik
