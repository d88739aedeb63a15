#include "api/tombstones.h"

#include <gtest/gtest.h>

#include <string>

namespace potik::api {
namespace {

std::string numbered(int number) { return std::string("v").append(std::to_string(number)); }

TEST(Tombstones, HoldsADeletedVideoUntilItIsPutAgain) {
  Tombstones tombstones(10);
  EXPECT_FALSE(tombstones.contains("v"));
  tombstones.add("v", Offset{1});
  EXPECT_TRUE(tombstones.contains("v"));
  EXPECT_FALSE(tombstones.contains("w"));
  tombstones.remove("v", Offset{2});
  EXPECT_FALSE(tombstones.contains("v"));
  tombstones.add("v", Offset{3});
  EXPECT_TRUE(tombstones.contains("v"));
}

TEST(Tombstones, ADeletionToldOfAfterThePuttingBackThatFollowedItHidesNothing) {
  Tombstones tombstones(10);
  int told = 0;
  tombstones.listen([&](std::string_view) { ++told; });
  tombstones.remove("v", Offset{6});
  tombstones.add("v", Offset{5});
  EXPECT_FALSE(tombstones.contains("v"));
  EXPECT_EQ(told, 0);
}

TEST(Tombstones, APuttingToldOfAfterTheDeletionThatFollowedItBringsNothingBack) {
  Tombstones tombstones(10);
  tombstones.add("v", Offset{6});
  tombstones.remove("v", Offset{5});
  EXPECT_TRUE(tombstones.contains("v"));
  tombstones.add("v", Offset{4});
  tombstones.remove("v", Offset{5});
  EXPECT_TRUE(tombstones.contains("v")) << "the latest deletion counts";
}

TEST(Tombstones, PuttingManyVideosForgetsNoDeletion) {
  Tombstones tombstones(3);
  tombstones.add("v", Offset{0});
  for (int i = 0; i < 20; ++i) tombstones.remove(numbered(i), Offset{i + 1});
  EXPECT_TRUE(tombstones.contains("v"));
}

TEST(Tombstones, ForgetsTheOldestBeyondItsBound) {
  Tombstones tombstones(3);
  for (int i = 0; i < 5; ++i) tombstones.add(numbered(i), Offset{i});
  EXPECT_FALSE(tombstones.contains("v0"));
  EXPECT_FALSE(tombstones.contains("v1"));
  for (int i = 2; i < 5; ++i) EXPECT_TRUE(tombstones.contains(numbered(i)));
}

TEST(Tombstones, CountsAVideoDeletedAgainAsNew) {
  Tombstones tombstones(2);
  tombstones.add("a", Offset{0});
  tombstones.add("b", Offset{1});
  tombstones.add("a", Offset{2});
  tombstones.add("c", Offset{3});
  EXPECT_TRUE(tombstones.contains("a"));
  EXPECT_FALSE(tombstones.contains("b"));
}

TEST(Tombstones, TellsItsListenerOfEveryChangeAfterIt) {
  Tombstones tombstones(10);
  std::string told;
  tombstones.listen([&](std::string_view id) {
    told.append(id).append(tombstones.contains(id) ? " gone, " : " back, ");
  });
  tombstones.add("a", Offset{0});
  tombstones.remove("never deleted", Offset{1});
  tombstones.remove("a", Offset{2});
  EXPECT_EQ(told, "a gone, a back, ");
}

TEST(Tombstones, StaysBoundedWhenOneVideoComesAndGoes) {
  Tombstones tombstones(2);
  tombstones.add("kept", Offset{0});
  for (int i = 0; i < 3; ++i) {
    tombstones.add("v", Offset{2 * i});
    tombstones.remove("v", Offset{2 * i + 1});
  }
  tombstones.add("last", Offset{9});
  EXPECT_TRUE(tombstones.contains("last"));
  EXPECT_FALSE(tombstones.contains("v"));
}

}  // namespace
}  // namespace potik::api
