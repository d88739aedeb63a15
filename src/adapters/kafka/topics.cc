#include "adapters/kafka/topics.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace potik::kafka {
namespace {

constexpr int kPartitionsMax = 128;
constexpr std::chrono::milliseconds kSettlePause{20};

// Of one question: the leader may have died a moment ago, and the brokers not know it yet.
constexpr std::chrono::milliseconds kAttempt{2'000};
using SteadyClock = std::chrono::steady_clock;

// What a topic says that was made, or whose broker was lost, a moment ago.
bool settles(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
         error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         error == RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

// Within an attempt, and no longer than until `deadline`.
int remaining_ms(SteadyClock::time_point deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now());
  return static_cast<int>(std::clamp(left, std::chrono::milliseconds(1), kAttempt).count());
}

Result<Offset, rd_kafka_resp_err_t> ask_offset(rd_kafka_t* client, const Place& place,
                                               int64_t which, SteadyClock::time_point deadline) {
  const Owned<rd_kafka_topic_partition_list_t> asked(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_t* const one =
      rd_kafka_topic_partition_list_add(asked.get(), place.topic.c_str(), place.partition);
  one->offset = which;
  const rd_kafka_resp_err_t error =
      rd_kafka_offsets_for_times(client, asked.get(), remaining_ms(deadline));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Error{error};
  if (one->err != RD_KAFKA_RESP_ERR_NO_ERROR) return Error{one->err};
  return Offset(one->offset);
}

// Who leads is otherwise asked again minutes later, or when a broker has refused.
void learn_leader(rd_kafka_t* client, const std::string& name, SteadyClock::time_point deadline) {
  const Owned<rd_kafka_topic_t> topic(rd_kafka_topic_new(client, name.c_str(), nullptr));
  const struct rd_kafka_metadata* raw = nullptr;
  rd_kafka_metadata(client, 0, topic.get(), &raw, remaining_ms(deadline));
  const std::unique_ptr<const struct rd_kafka_metadata, Destroy> freed(raw);
}

}  // namespace

Result<uint16_t, std::string> count_partitions(rd_kafka_t* client, const ClientOptions& options,
                                               const std::string& name) {
  const Owned<rd_kafka_topic_t> topic(rd_kafka_topic_new(client, name.c_str(), nullptr));
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client, 0, topic.get(), &raw, static_cast<int>(options.timeout_ms));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return Error{complaint(options, "looking up topic " + name, rd_kafka_err2str(error)) +
                 ". Is a broker running there? kafka.brokers names it."};
  }
  const std::unique_ptr<const struct rd_kafka_metadata, Destroy> metadata(raw);
  if (metadata->topic_cnt != 1 || metadata->topics[0].partition_cnt == 0)
    return Error{"Kafka at " + options.brokers + " has no topic " + name +
                 ". Make the topics by: potik topics create"};
  const int count = metadata->topics[0].partition_cnt;
  if (count > kPartitionsMax)
    return Error{"topic " + name + " has " + std::to_string(count) + " partitions; at most " +
                 std::to_string(kPartitionsMax) + " can be read, one a key group"};
  return static_cast<uint16_t>(count);
}

// Not rd_kafka_query_watermark_offsets: that has no time-out once it has sent its question to a
// broker that does not answer.
Result<Watermarks, rd_kafka_resp_err_t> look_up_watermarks(rd_kafka_t* client,
                                                           const ClientOptions& options,
                                                           const Place& place) {
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(options.timeout_ms);
  for (;;) {
    const auto low = ask_offset(client, place, RD_KAFKA_OFFSET_BEGINNING, deadline);
    const auto high = low ? ask_offset(client, place, RD_KAFKA_OFFSET_END, deadline) : low;
    if (high) return Watermarks{*low, *high};
    if (!settles(high.error()) || SteadyClock::now() > deadline) return Error{high.error()};
    learn_leader(client, place.topic, deadline);
    std::this_thread::sleep_for(kSettlePause);
  }
}

TopicMap::TopicMap(const TopicNames& names, const log::Layout& layout) {
  const auto add = [this](Stream stream, const std::string& topic, uint16_t count) {
    for (int32_t partition = 0; partition < count; ++partition)
      places_.push_back({stream, topic, partition});
  };
  add(Stream::events, names.events, layout.events);
  add(Stream::users, names.users, layout.users);
  add(Stream::videos, names.videos, layout.videos);
}

size_t TopicMap::index_of(const char* topic, int32_t partition) const {
  for (size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].partition == partition && places_[i].topic == topic) return i;
  }
  return places_.size();
}

Result<log::Layout, std::string> look_up_layout(rd_kafka_t* client, const ClientOptions& options,
                                                const TopicNames& names) {
  log::Layout layout;
  for (const auto& [name, count] :
       {std::pair(&names.events, &layout.events), std::pair(&names.users, &layout.users),
        std::pair(&names.videos, &layout.videos)}) {
    const auto found = count_partitions(client, options, *name);
    if (!found) return Error{found.error()};
    *count = *found;
  }
  return layout;
}

}  // namespace potik::kafka
