#include "adapters/kafka/watch.h"

#include <gtest/gtest.h>

#include "base/eventually_for_tests.h"

namespace potik::kafka {
namespace {

std::string broker(const std::string& node, const std::string& source, const std::string& state) {
  return "\"b:1/" + node + "\":{\"name\":\"b:1/" + node + "\",\"nodeid\":" + node +
         ",\"nodename\":\"b:1\",\"source\":\"" + source + "\",\"state\":\"" + state +
         "\",\"stateage\":5}";
}

TEST(KafkaWatch, CountsTheBrokersThatAreToBeConnectedAndAreNot) {
  const std::string statistics =
      "{\"name\":\"x\",\"brokers\":{" + broker("-1", "configured", "DOWN") + "," +
      broker("1", "learned", "UP") + "," + broker("2", "learned", "INIT") + "," +
      broker("3", "learned", "DOWN") + "," + broker("4", "configured", "TRY_CONNECT") + "," +
      broker("5", "logical", "DOWN") + "},\"topics\":{},\"cgrp\":{\"nodeid\":7,\"state\":\"up\"}}";
  EXPECT_EQ(count_brokers_down(statistics), 2U);
  EXPECT_EQ(count_brokers_down("{}"), 0U);
}

TEST(KafkaWatch, SaysThatNoBrokerAnswers) {
  ClientOptions options;
  options.brokers = "127.0.0.1:1";
  options.timeout_ms = 200;
  const TopicMap topics({}, {.events = 1});
  const auto watch = Watch::open(options, topics);
  ASSERT_TRUE(watch.ok());
  EXPECT_TRUE(eventually([&] { return !(*watch)->trouble().empty(); }));
  EXPECT_NE((*watch)->trouble().find("127.0.0.1:1"), std::string::npos) << (*watch)->trouble();
}

}  // namespace
}  // namespace potik::kafka
