#pragma once
// Topics of a test on the broker that POTIK_TEST_KAFKA names, under names of the test's own.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "adapters/kafka/admin.h"
#include "adapters/kafka/options.h"
#include "log/layout.h"

namespace potik::kafka {

inline ClientOptions client_for_tests() {
  ClientOptions client;
  const char* brokers = std::getenv("POTIK_TEST_KAFKA");
  client.brokers = brokers != nullptr ? brokers : "127.0.0.1:1";
  return client;
}

// Names for the next test of this process.
inline TopicNames names_for_tests() {
  static int count = 0;
  const char* prefix = std::getenv("POTIK_TEST_KAFKA_PREFIX");
  const std::string stem = (prefix != nullptr ? prefix : "t.") + std::to_string(getpid()) + "." +
                           std::to_string(++count) + ".";
  return {stem + "events", stem + "users", stem + "videos"};
}

// Old times are kept, and the largest record has room.
inline void make_topics(const ClientOptions& client, const TopicNames& names,
                        const log::Layout& layout) {
  const auto spec = [](const std::string& name, uint16_t partitions) {
    return TopicSpec{
        name, partitions, 1, {{"retention.ms", "-1"}, {"max.message.bytes", "2097152"}}};
  };
  const auto made =
      create_topics(client, {spec(names.events, layout.events), spec(names.users, layout.users),
                             spec(names.videos, layout.videos)});
  ASSERT_TRUE(made.ok()) << made.error();
}

// Of an output log whose topics are made.
inline OutputLogOptions output_log_for_tests(uint16_t partitions_of_lists = 1) {
  OutputLogOptions options;
  options.client = client_for_tests();
  const std::string stem = names_for_tests().events;
  options.client.name = stem;
  OutputTopicNames& names = options.topics;
  names = {stem + ".enriched", stem + ".lists", stem + ".alerts",
           stem + ".dead",     stem + ".rows",  stem + ".progress"};
  std::vector<TopicSpec> specs;
  for (const std::string& name : {names.enriched, names.alerts, names.dead_letters, names.rows})
    specs.push_back({name, 1, 1, {{"max.message.bytes", "2097152"}}});
  specs.push_back({names.recommendations, partitions_of_lists, 1, {}});
  specs.push_back({names.progress, 1, 1, {{"cleanup.policy", "compact"}}});
  const auto made = create_topics(options.client, specs);
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error());
  return options;
}

}  // namespace potik::kafka
