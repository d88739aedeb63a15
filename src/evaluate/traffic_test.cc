#include "evaluate/traffic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace potik::evaluate {
namespace {

Impression shown(int64_t at, uint32_t row, uint32_t user, uint32_t video, int64_t outcome_at) {
  Impression impression;
  impression.at = TimeMs(at);
  impression.outcome_at = TimeMs(outcome_at);
  impression.row = row;
  impression.user = user;
  impression.video = video;
  return impression;
}

std::vector<uint32_t> rows_of(const std::vector<Impression>& log) {
  std::vector<uint32_t> rows;
  for (const Impression& impression : log) rows.push_back(impression.row);
  return rows;
}

TEST(Traffic, IsSortedByTimeAndKeepsTheOrderAndTheNumbersOfTheFile) {
  std::vector<Impression> log{shown(50, 0, 1, 1, 50), shown(10, 1, 1, 1, 10),
                              shown(50, 2, 1, 2, 50), shown(10, 3, 2, 1, 10)};
  put_in_order(log);
  EXPECT_THAT(rows_of(log), testing::ElementsAre(1, 3, 0, 2));
}

TEST(Traffic, ARepeatedRowCountsOnceAndAnotherTimeIsAnotherRow) {
  std::vector<Impression> log{shown(10, 0, 1, 1, 10), shown(20, 1, 1, 1, 20),
                              shown(10, 2, 1, 2, 10), shown(10, 3, 1, 1, 10),
                              shown(20, 4, 1, 1, 20)};
  put_in_order(log);
  EXPECT_THAT(rows_of(log), testing::ElementsAre(0, 2, 1));
}

TEST(Traffic, WhatCameOfItIsKnownAtItsTimeAndBeforeWhatIsShownThen) {
  const std::vector<Impression> log{shown(10, 0, 1, 1, 30), shown(20, 1, 1, 2, 25),
                                    shown(30, 2, 1, 3, 31)};
  std::vector<std::pair<uint32_t, bool>> order;
  for (const Happening& happening : happenings(log))
    order.emplace_back(happening.impression, happening.outcome);
  using P = std::pair<uint32_t, bool>;
  EXPECT_THAT(order, testing::ElementsAre(P(0, false), P(1, false), P(1, true), P(0, true),
                                          P(2, false), P(2, true)));
}

TEST(Traffic, IdsAreNumberedInOrderOfFirstSight) {
  IdNumbers ids;
  EXPECT_EQ(ids.number("b"), 0U);
  EXPECT_EQ(ids.number("a"), 1U);
  EXPECT_EQ(ids.number("b"), 0U);
  EXPECT_EQ(ids.id(1), "a");
  EXPECT_EQ(ids.find("c"), std::nullopt);
}

}  // namespace
}  // namespace potik::evaluate
