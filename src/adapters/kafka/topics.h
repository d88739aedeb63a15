#pragma once
// Which partition of our log is which partition of which topic: first those of the events, with the
// same numbers as in Kafka, then those of the users, then those of the videos.

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/ids.h"
#include "log/layout.h"

namespace potik::kafka {

enum class Stream : uint8_t { events, users, videos };

// Plain values, fixed when the log is opened. Partitions added later are not read: Watch says so.
struct Place {
  Stream stream{};
  std::string topic;
  int32_t partition = 0;
};

class TopicMap {
 public:
  TopicMap(const TopicNames& names, const log::Layout& layout);
  [[nodiscard]] size_t size() const { return places_.size(); }
  [[nodiscard]] const Place& at(Partition partition) const { return places_[partition.value()]; }
  // Of a topic in this map; its size where it is none of them.
  [[nodiscard]] size_t index_of(const char* topic, int32_t partition) const;

 private:
  std::vector<Place> places_;
};

// How many partitions the topic has. The error says that it is missing and how to make it. Blocks
// up to the time-out.
[[nodiscard]] Result<uint16_t, std::string> count_partitions(rd_kafka_t* client,
                                                             const ClientOptions& options,
                                                             const std::string& name);

// Asks the brokers how many partitions the three topics have. The error says which topic is missing
// and how to make it. Blocks up to the time-out.
[[nodiscard]] Result<log::Layout, std::string> look_up_layout(rd_kafka_t* client,
                                                              const ClientOptions& options,
                                                              const TopicNames& names);

struct Watermarks {
  Offset first{};  // that the brokers still have
  Offset end{};    // of what is committed
};

// Asks the partition's leader, again while there is none yet. Blocks up to the time-out.
[[nodiscard]] Result<Watermarks, rd_kafka_resp_err_t> look_up_watermarks(
    rd_kafka_t* client, const ClientOptions& options, const Place& place);

}  // namespace potik::kafka
