#include "cache/list_feed.h"

#include <gtest/gtest.h>

namespace potik::cache {
namespace {

std::shared_ptr<const RecommendationList> list_of(std::string user_id) {
  auto list = std::make_shared<RecommendationList>();
  list->user_id = std::move(user_id);
  return list;
}

TEST(ListFeed, TellsEveryListenerOfTheUserAndNoOther) {
  ListFeed feed(10);
  int first = 0;
  int second = 0;
  int other = 0;
  ASSERT_NE(feed.subscribe("u1", [&](const auto&) { ++first; }), 0U);
  ASSERT_NE(feed.subscribe("u1", [&](const auto&) { ++second; }), 0U);
  ASSERT_NE(feed.subscribe("u2", [&](const auto&) { ++other; }), 0U);
  feed.publish(list_of("u1"));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(second, 1);
  EXPECT_EQ(other, 0);
}

TEST(ListFeed, IsSilentAfterUnsubscribing) {
  ListFeed feed(10);
  int calls = 0;
  const ListFeed::Token token = feed.subscribe("u1", [&](const auto&) { ++calls; });
  feed.unsubscribe("u1", token);
  feed.unsubscribe("u1", token);
  feed.publish(list_of("u1"));
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(feed.listeners(), 0U);
}

TEST(ListFeed, RefusesListenersBeyondItsLimitUntilOneLeaves) {
  ListFeed feed(2);
  const ListFeed::Token first = feed.subscribe("u1", [](const auto&) {});
  ASSERT_NE(first, 0U);
  ASSERT_NE(feed.subscribe("u2", [](const auto&) {}), 0U);
  EXPECT_EQ(feed.subscribe("u3", [](const auto&) {}), 0U);
  feed.unsubscribe("u1", first);
  EXPECT_NE(feed.subscribe("u3", [](const auto&) {}), 0U);
}

TEST(ListFeed, NamesThoseWhoAreListenedToOnce) {
  ListFeed feed(10);
  const ListFeed::Token token = feed.subscribe("u1", [](const auto&) {});
  ASSERT_NE(feed.subscribe("u1", [](const auto&) {}), 0U);
  const ListFeed::Token other = feed.subscribe("u2", [](const auto&) {});
  EXPECT_EQ(feed.users().size(), 2U);
  feed.unsubscribe("u1", token);
  feed.unsubscribe("u2", other);
  EXPECT_EQ(feed.users(), std::vector<std::string>{"u1"});
  EXPECT_TRUE(feed.is_listened_to("u1"));
  EXPECT_FALSE(feed.is_listened_to("u2"));
}

TEST(ListFeed, DoesNotCountAListenerOfAnotherUserAsGone) {
  ListFeed feed(2);
  const ListFeed::Token token = feed.subscribe("u1", [](const auto&) {});
  feed.unsubscribe("u2", token);
  EXPECT_EQ(feed.listeners(), 1U);
}

}  // namespace
}  // namespace potik::cache
