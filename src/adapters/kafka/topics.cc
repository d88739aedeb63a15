#include "adapters/kafka/topics.h"

#include <chrono>
#include <thread>

namespace potik::kafka {
namespace {

constexpr int kPartitionsMax = 128;
constexpr std::chrono::milliseconds kSettlePause{20};

// What a topic says that was made, or whose broker was lost, a moment ago.
bool settles(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
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
                 " Is a broker running there? kafka.brokers names it."};
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

Result<Watermarks, rd_kafka_resp_err_t> look_up_watermarks(rd_kafka_t* client,
                                                           const ClientOptions& options,
                                                           const Place& place) {
  using SteadyClock = std::chrono::steady_clock;
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(options.timeout_ms);
  for (;;) {
    int64_t low = 0;
    int64_t high = 0;
    const rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(client, place.topic.c_str(), place.partition, &low, &high,
                                         static_cast<int>(options.timeout_ms));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Watermarks{Offset(low), Offset(high)};
    if (!settles(error) || SteadyClock::now() > deadline) return Error{error};
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
