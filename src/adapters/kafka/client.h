#pragma once
// What every part of this adapter needs of librdkafka: settings, handles that free themselves, and
// what its errors mean to us. Threads: plain values and functions; the handles are thread-safe as
// the library says.

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kafka/options.h"
#include "base/result.h"
#include "log/event_log.h"

namespace potik::kafka {

struct Destroy {
  void operator()(rd_kafka_t* client) const { rd_kafka_destroy(client); }
  void operator()(rd_kafka_queue_t* queue) const { rd_kafka_queue_destroy(queue); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
  void operator()(rd_kafka_event_t* event) const { rd_kafka_event_destroy(event); }
  void operator()(rd_kafka_error_t* error) const { rd_kafka_error_destroy(error); }
  void operator()(rd_kafka_AdminOptions_t* options) const {
    rd_kafka_AdminOptions_destroy(options);
  }
  void operator()(rd_kafka_NewTopic_t* topic) const { rd_kafka_NewTopic_destroy(topic); }
  void operator()(rd_kafka_DeleteRecords_t* records) const {
    rd_kafka_DeleteRecords_destroy(records);
  }
  void operator()(rd_kafka_topic_partition_list_t* list) const {
    rd_kafka_topic_partition_list_destroy(list);
  }
  void operator()(const struct rd_kafka_metadata* metadata) const {
    rd_kafka_metadata_destroy(metadata);
  }
};
template <class T>
using Owned = std::unique_ptr<T, Destroy>;
using Settings = std::vector<std::pair<std::string, std::string>>;

// What the library calls back, on the thread that polls the client.
struct Callbacks {
  void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void* self) = nullptr;
  int (*statistics)(rd_kafka_t*, char* json, size_t size, void* self) = nullptr;
  void* self = nullptr;
};

// A client with the shared settings, `settings` on top of them and the operator's own on top of
// all. The error names the setting.
[[nodiscard]] Result<Owned<rd_kafka_t>, std::string> make_client(rd_kafka_type_t type,
                                                                 const ClientOptions& options,
                                                                 const Settings& settings,
                                                                 const Callbacks& callbacks = {});

// What an error of the library means to a caller of the log.
[[nodiscard]] log::LogError meaning_of(rd_kafka_resp_err_t error);

// "Kafka at BROKERS: DOING failed: THE LIBRARY'S WORDS."
[[nodiscard]] std::string complaint(const ClientOptions& options, std::string_view doing,
                                    std::string_view words);

}  // namespace potik::kafka
