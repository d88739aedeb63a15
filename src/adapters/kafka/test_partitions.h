#pragma once
// Adding partitions to a topic of a test.

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "adapters/kafka/client.h"

namespace potik::kafka {

// Until the topic has `count` of them.
inline void add_partitions(const ClientOptions& options, const std::string& topic, size_t count) {
  const auto client = make_client(RD_KAFKA_PRODUCER, options, {});
  ASSERT_TRUE(client.ok()) << client.error();
  std::array<char, 512> words{};
  rd_kafka_NewPartitions_t* order =
      rd_kafka_NewPartitions_new(topic.c_str(), count, words.data(), words.size());
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client->get()));
  rd_kafka_CreatePartitions(client->get(), &order, 1, nullptr, queue.get());
  rd_kafka_NewPartitions_destroy(order);
  const Owned<rd_kafka_event_t> event(rd_kafka_queue_poll(queue.get(), 30'000));
  ASSERT_NE(event, nullptr);
  ASSERT_EQ(rd_kafka_event_error(event.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
}

}  // namespace potik::kafka
