#include "adapters/redis/connection.h"

#include <gtest/gtest.h>
#include <signal.h>

#include "adapters/redis/server_for_tests.h"

namespace potik::redis {
namespace {

TEST(RedisConnection, AnswersInTheOrderOfItsCommands) {
  POTIK_SKIP_WITHOUT_REDIS();
  ServerForTests server;
  ASSERT_TRUE(server.start());
  auto connection = Connection::open(server.options());
  ASSERT_TRUE(connection.ok()) << connection.error();
  (*connection)->append({"SET", "a", std::string_view("x\0y", 3)});
  (*connection)->append({"GET", "a"});
  (*connection)->append({"GET", "b"});
  (*connection)->append({"STRLEN", "a"});
  (*connection)->append({"HGET", "a", "f"});
  EXPECT_EQ((*connection)->reply()->text(), "OK");
  EXPECT_EQ((*connection)->reply()->text(), std::string_view("x\0y", 3));
  EXPECT_TRUE((*connection)->reply()->is_nil());
  EXPECT_EQ((*connection)->reply()->integer(), 3);
  EXPECT_TRUE((*connection)->reply()->is_error());
  EXPECT_FALSE((*connection)->run_id().empty());
}

TEST(RedisConnection, SaysWhoAsksAndChoosesTheDatabase) {
  POTIK_SKIP_WITHOUT_REDIS();
  ServerForTests server;
  ASSERT_TRUE(server.start({"--requirepass", "p@ss"}));
  Options options = server.options();
  const auto stranger = Connection::open(options);
  ASSERT_FALSE(stranger.ok());
  EXPECT_NE(stranger.error().find("NOAUTH"), std::string::npos) << stranger.error();
  options.server.password = "wrong";
  EXPECT_FALSE(Connection::open(options).ok());
  const auto url = parse_url("unix://default:p%40ss@" + options.server.socket + "?db=3");
  ASSERT_TRUE(url.ok());
  options.server = *url;
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection.ok()) << connection.error();
  ASSERT_TRUE((*connection)->ask({"SET", "a", "1"}).ok());
  options.server.database = 0;
  auto other = Connection::open(options);
  ASSERT_TRUE(other.ok());
  EXPECT_TRUE((*other)->ask({"GET", "a"})->is_nil());
}

TEST(RedisConnection, SaysThatNobodyListens) {
  Options options;
  options.server.socket = "/no/such.sock";
  const auto connection = Connection::open(options);
  ASSERT_FALSE(connection.ok());
  EXPECT_NE(connection.error().find("/no/such.sock"), std::string::npos);
}

TEST(RedisConnection, DoesNotWaitForAServerThatHangs) {
  POTIK_SKIP_WITHOUT_REDIS();
  ServerForTests server;
  ASSERT_TRUE(server.start());
  Options options = server.options();
  options.timeout_ms = 100;
  auto connection = Connection::open(options);
  ASSERT_TRUE(connection.ok());
  server.signal(SIGSTOP);
  const auto late = (*connection)->ask({"PING"});
  ASSERT_FALSE(late.ok());
  EXPECT_NE(late.error().find("no answer in time"), std::string::npos) << late.error();
  EXPECT_FALSE((*connection)->reply().has_value()) << "it stays broken";
  EXPECT_FALSE(Connection::open(options).ok());
}

}  // namespace
}  // namespace potik::redis
