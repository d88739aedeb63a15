#include "api/tombstones.h"

#include <gtest/gtest.h>

#include <string>

namespace potik::api {
namespace {

std::string numbered(int number) { return std::string("v").append(std::to_string(number)); }

TEST(Tombstones, HoldsADeletedVideoUntilItIsPutAgain) {
  Tombstones tombstones(10);
  EXPECT_FALSE(tombstones.contains("v"));
  tombstones.add("v");
  EXPECT_TRUE(tombstones.contains("v"));
  EXPECT_FALSE(tombstones.contains("w"));
  tombstones.remove("v");
  EXPECT_FALSE(tombstones.contains("v"));
}

TEST(Tombstones, ForgetsTheOldestBeyondItsBound) {
  Tombstones tombstones(3);
  for (int i = 0; i < 5; ++i) tombstones.add(numbered(i));
  EXPECT_FALSE(tombstones.contains("v0"));
  EXPECT_FALSE(tombstones.contains("v1"));
  for (int i = 2; i < 5; ++i) EXPECT_TRUE(tombstones.contains(numbered(i)));
}

TEST(Tombstones, CountsAVideoDeletedAgainAsNew) {
  Tombstones tombstones(2);
  tombstones.add("a");
  tombstones.add("b");
  tombstones.add("a");
  tombstones.add("c");
  EXPECT_TRUE(tombstones.contains("a"));
  EXPECT_FALSE(tombstones.contains("b"));
}

TEST(Tombstones, TellsItsListenerOfEveryChangeAfterIt) {
  Tombstones tombstones(10);
  std::string told;
  tombstones.listen([&](std::string_view id) {
    told.append(id).append(tombstones.contains(id) ? " gone, " : " back, ");
  });
  tombstones.add("a");
  tombstones.remove("never deleted");
  tombstones.remove("a");
  EXPECT_EQ(told, "a gone, a back, ");
}

TEST(Tombstones, StaysBoundedWhenOneVideoComesAndGoes) {
  Tombstones tombstones(2);
  tombstones.add("kept");
  for (int i = 0; i < 3; ++i) {
    tombstones.add("v");
    tombstones.remove("v");
  }
  tombstones.add("last");
  EXPECT_TRUE(tombstones.contains("last"));
  EXPECT_FALSE(tombstones.contains("v"));
}

}  // namespace
}  // namespace potik::api
