#include "adapters/kafka/admin.h"

#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "adapters/kafka/client.h"

namespace potik::kafka {
namespace {

constexpr size_t kWordsMax = 512;

Result<Owned<rd_kafka_NewTopic_t>, std::string> order_of(const TopicSpec& spec) {
  std::array<char, kWordsMax> words{};
  Owned<rd_kafka_NewTopic_t> order(rd_kafka_NewTopic_new(
      spec.name.c_str(), spec.partitions, spec.replicas, words.data(), words.size()));
  if (!order) return Error{"topic " + spec.name + ": " + words.data()};
  for (const auto& [name, value] : spec.settings)
    rd_kafka_NewTopic_set_config(order.get(), name.c_str(), value.c_str());
  return order;
}

Result<Created, std::string> outcome_of(const ClientOptions& options,
                                        const rd_kafka_topic_result_t* result) {
  const rd_kafka_resp_err_t error = rd_kafka_topic_result_error(result);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Created::made;
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return Created::was_there;
  const char* words = rd_kafka_topic_result_error_string(result);
  return Error{complaint(options, std::string("making topic ") + rd_kafka_topic_result_name(result),
                         words != nullptr ? words : rd_kafka_err2str(error))};
}

Owned<rd_kafka_AdminOptions_t> waiting(rd_kafka_t* client, rd_kafka_admin_op_t what,
                                       const ClientOptions& options) {
  std::array<char, kWordsMax> words{};
  Owned<rd_kafka_AdminOptions_t> made(rd_kafka_AdminOptions_new(client, what));
  rd_kafka_AdminOptions_set_request_timeout(made.get(), static_cast<int>(options.timeout_ms),
                                            words.data(), words.size());
  if (what == RD_KAFKA_ADMIN_OP_CREATETOPICS)
    rd_kafka_AdminOptions_set_operation_timeout(made.get(), static_cast<int>(options.timeout_ms),
                                                words.data(), words.size());
  return made;
}

void fill_partitions(const struct rd_kafka_metadata_topic& from, TopicState& state) {
  state.partitions = from.partition_cnt;
  for (int p = 0; p < from.partition_cnt; ++p) {
    state.replicas = from.partitions[p].replica_cnt;
    if (from.partitions[p].leader < 0) ++state.leaderless;
  }
}

using SettingMap = std::map<std::string, std::string>;

Result<SettingMap, std::string> look_up_settings(rd_kafka_t* client, const ClientOptions& options,
                                                 rd_kafka_ResourceType_t type,
                                                 const std::string& name) {
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(type, name.c_str());
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client));
  const auto admin = waiting(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, options);
  rd_kafka_DescribeConfigs(client, &resource, 1, admin.get(), queue.get());
  const Owned<rd_kafka_event_t> event(
      rd_kafka_queue_poll(queue.get(), static_cast<int>(options.timeout_ms)));
  rd_kafka_ConfigResource_destroy(resource);
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(
        options, std::string("describing ") + rd_kafka_ResourceType_name(type) + " " + name,
        event ? rd_kafka_event_error_string(event.get()) : "no answer")};
  SettingMap settings;
  size_t resources = 0;
  const auto* const* found = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &resources);
  for (size_t r = 0; r < resources; ++r) {
    if (rd_kafka_ConfigResource_error(found[r]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      const char* words = rd_kafka_ConfigResource_error_string(found[r]);
      return Error{complaint(options, "describing " + name, words != nullptr ? words : "refused")};
    }
    size_t entries = 0;
    const auto* const* configs = rd_kafka_ConfigResource_configs(found[r], &entries);
    for (size_t e = 0; e < entries; ++e) {
      const char* value = rd_kafka_ConfigEntry_value(configs[e]);
      settings[rd_kafka_ConfigEntry_name(configs[e])] = value != nullptr ? value : "";
    }
  }
  return settings;
}

// A topic is there for its users when every partition has a leader.
bool await_leaders(rd_kafka_t* client, const ClientOptions& options,
                   const std::vector<TopicSpec>& specs) {
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options.timeout_ms);
  for (const TopicSpec& spec : specs) {
    const Owned<rd_kafka_topic_t> topic(rd_kafka_topic_new(client, spec.name.c_str(), nullptr));
    for (;;) {
      const struct rd_kafka_metadata* raw = nullptr;
      TopicState state;
      if (rd_kafka_metadata(client, 0, topic.get(), &raw, static_cast<int>(options.timeout_ms)) ==
          RD_KAFKA_RESP_ERR_NO_ERROR) {
        const std::unique_ptr<const struct rd_kafka_metadata, Destroy> metadata(raw);
        fill_partitions(metadata->topics[0], state);
      }
      if (state.partitions > 0 && state.leaderless == 0) break;
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  return true;
}

}  // namespace

Result<std::vector<Created>, std::string> create_topics(const ClientOptions& options,
                                                        const std::vector<TopicSpec>& specs) {
  auto client = make_client(RD_KAFKA_PRODUCER, options, {});
  if (!client) return Error{client.error()};
  std::vector<Owned<rd_kafka_NewTopic_t>> orders;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const TopicSpec& spec : specs) {
    auto order = order_of(spec);
    if (!order) return Error{order.error()};
    orders.push_back(std::move(order).value());
    raw.push_back(orders.back().get());
  }
  const Owned<rd_kafka_queue_t> queue(rd_kafka_queue_new(client->get()));
  const auto admin = waiting(client->get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, options);
  rd_kafka_CreateTopics(client->get(), raw.data(), raw.size(), admin.get(), queue.get());
  const Owned<rd_kafka_event_t> event(
      rd_kafka_queue_poll(queue.get(), static_cast<int>(2 * options.timeout_ms)));
  if (!event || rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options, "making topics",
                           event ? rd_kafka_event_error_string(event.get()) : "no answer")};
  size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  std::vector<Created> created;
  for (size_t i = 0; i < count; ++i) {
    const auto outcome = outcome_of(options, results[i]);
    if (!outcome) return Error{outcome.error()};
    created.push_back(*outcome);
  }
  if (!await_leaders(client->get(), options, specs))
    return Error{complaint(options, "making topics", "they have no leaders yet")};
  return created;
}

Result<std::vector<TopicState>, std::string> describe_topics(
    const ClientOptions& options, const std::vector<std::string>& names) {
  auto client = make_client(RD_KAFKA_PRODUCER, options, {});
  if (!client) return Error{client.error()};
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client->get(), 1, nullptr, &raw, static_cast<int>(options.timeout_ms));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options, "asking for its topics", rd_kafka_err2str(error))};
  const std::unique_ptr<const struct rd_kafka_metadata, Destroy> metadata(raw);
  std::vector<TopicState> states(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    for (int t = 0; t < metadata->topic_cnt; ++t) {
      if (names[i] == metadata->topics[t].topic) fill_partitions(metadata->topics[t], states[i]);
    }
    if (states[i].partitions == 0) continue;
    auto settings = look_up_settings(client->get(), options, RD_KAFKA_RESOURCE_TOPIC, names[i]);
    if (!settings) return Error{settings.error()};
    states[i].settings = std::move(settings).value();
  }
  return states;
}

Result<ClusterState, std::string> describe_cluster(const ClientOptions& options) {
  auto client = make_client(RD_KAFKA_PRODUCER, options, {});
  if (!client) return Error{client.error()};
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client->get(), 0, nullptr, &raw, static_cast<int>(options.timeout_ms));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options, "asking for its brokers", rd_kafka_err2str(error))};
  const std::unique_ptr<const struct rd_kafka_metadata, Destroy> metadata(raw);
  ClusterState state;
  state.brokers = metadata->broker_cnt;
  if (state.brokers == 0)
    return Error{complaint(options, "asking for its brokers", "there is none")};
  auto settings = look_up_settings(client->get(), options, RD_KAFKA_RESOURCE_BROKER,
                                   std::to_string(metadata->brokers[0].id));
  if (!settings) return Error{settings.error()};
  state.settings = std::move(settings).value();
  return state;
}

}  // namespace potik::kafka
