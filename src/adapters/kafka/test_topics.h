#pragma once
// Topics of a test on the broker that POTIK_TEST_KAFKA names, under names of the test's own.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "adapters/kafka/admin.h"
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

}  // namespace potik::kafka
