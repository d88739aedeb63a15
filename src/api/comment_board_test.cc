#include "api/comment_board.h"

#include <gtest/gtest.h>

namespace potik::api {
namespace {

Comment comment(const std::string& id, const std::string& text = "text") {
  return {id, author_name("ann"), text, TimeMs(1)};
}

std::vector<std::string> ids(const std::vector<Comment>& comments) {
  std::vector<std::string> ids;
  for (const Comment& each : comments) ids.push_back(each.comment_id);
  return ids;
}

using Ids = std::vector<std::string>;

TEST(CommentBoard, ListsAVideosCommentsNewestFirst) {
  CommentBoard board({});
  for (const char* id : {"c1", "c2", "c3"}) board.put("v1", comment(id));
  board.put("v2", comment("c4"));
  EXPECT_EQ(ids(board.list("v1", 10)), (Ids{"c3", "c2", "c1"}));
  EXPECT_EQ(ids(board.list("v1", 2)), (Ids{"c3", "c2"}));
  EXPECT_EQ(ids(board.list("v3", 10)), Ids{});
}

TEST(CommentBoard, KeepsACommentOnceHoweverOftenItComes) {
  CommentBoard board({});
  int told = 0;
  const auto token = board.subscribe("v1", [&](const Comment&, const auto&) { ++told; });
  board.put("v1", comment("c1"));
  board.put("v1", comment("c1", "again"));
  EXPECT_EQ(ids(board.list("v1", 10)), Ids{"c1"});
  EXPECT_EQ(told, 1);
  board.unsubscribe("v1", token);
}

TEST(CommentBoard, ForgetsWhatWasSaidLongestAgoOfAVideoAndOfAll) {
  CommentBoard board({.bytes_max = 3'000, .per_video_max = 2});
  for (const char* id : {"c1", "c2", "c3"}) board.put("v1", comment(id));
  EXPECT_EQ(ids(board.list("v1", 10)), (Ids{"c3", "c2"}));
  board.put("v2", comment("c4", std::string(2'500, 'x')));
  EXPECT_EQ(ids(board.list("v1", 10)), Ids{});
  EXPECT_EQ(ids(board.list("v2", 10)), Ids{"c4"});
  EXPECT_LE(board.bytes(), 3'000U);
  board.put("v2", comment("c5", std::string(4'000, 'x')));
  EXPECT_EQ(ids(board.list("v2", 10)), Ids{}) << "one that does not fit is not kept";
  EXPECT_EQ(board.bytes(), 0U);
}

TEST(CommentBoard, TellsThoseWhoListenToTheVideo) {
  CommentBoard board({.listeners_max = 2});
  Ids heard;
  const auto one =
      board.subscribe("v1", [&](const Comment& c, const auto&) { heard.push_back(c.comment_id); });
  const auto other =
      board.subscribe("v2", [&](const Comment& c, const auto&) { heard.push_back(c.comment_id); });
  EXPECT_EQ(board.subscribe("v1", [](const Comment&, const auto&) {}), 0U)
      << "all places are taken";
  board.put("v1", comment("c1"));
  board.put("v3", comment("c2"));
  board.unsubscribe("v1", one);
  board.put("v1", comment("c3"));
  EXPECT_EQ(heard, Ids{"c1"});
  EXPECT_NE(board.subscribe("v1", [](const Comment&, const auto&) {}), 0U);
  board.unsubscribe("v2", other);
}

TEST(CommentBoard, NamesAnAuthorTheSameEachTimeAndNotByTheId) {
  EXPECT_EQ(author_name("ann"), author_name("ann"));
  EXPECT_NE(author_name("ann"), author_name("bob"));
  EXPECT_EQ(author_name("ann").size(), 8U);
  EXPECT_EQ(author_name("ann").find_first_not_of("0123456789abcdef"), std::string::npos);
}

}  // namespace
}  // namespace potik::api
