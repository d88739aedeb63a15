#include "adapters/kafka/client.h"

#include <array>

namespace potik::kafka {
namespace {

using WordBuffer = std::array<char, 512>;

[[nodiscard]] Status<std::string> set_all(rd_kafka_conf_t* conf, const Settings& settings) {
  WordBuffer words{};
  for (const auto& [name, value] : settings) {
    if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), words.data(), words.size()) !=
        RD_KAFKA_CONF_OK) {
      return Error{"the Kafka setting " + name + " = \"" + value + "\": " + words.data()};
    }
  }
  return Ok{};
}

// The library would write to stderr by itself; what fails is told by the calls that fail.
void say_nothing(const rd_kafka_t*, int, const char*, const char*) {}

}  // namespace

Result<Owned<rd_kafka_t>, std::string> make_client(rd_kafka_type_t type,
                                                   const ClientOptions& options,
                                                   const Settings& settings,
                                                   const Callbacks& callbacks) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  const Settings shared{{"bootstrap.servers", options.brokers},
                        {"client.id", options.name},
                        {"allow.auto.create.topics", "false"},
                        {"reconnect.backoff.ms", "50"},
                        {"reconnect.backoff.max.ms", "1000"},
                        {"socket.keepalive.enable", "true"},
                        {"topic.metadata.refresh.interval.ms", "30000"},
                        {"log.connection.close", "false"}};
  for (const Settings* each : {&shared, &settings, &options.properties}) {
    if (auto done = set_all(conf.get(), *each); !done) return Error{done.error()};
  }
  rd_kafka_conf_set_log_cb(conf.get(), say_nothing);
  if (callbacks.delivered != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), callbacks.delivered);
  if (callbacks.statistics != nullptr) rd_kafka_conf_set_stats_cb(conf.get(), callbacks.statistics);
  rd_kafka_conf_set_opaque(conf.get(), callbacks.self);
  WordBuffer words{};
  Owned<rd_kafka_t> client(rd_kafka_new(type, conf.get(), words.data(), words.size()));
  if (!client) return Error{std::string("a Kafka client cannot be made: ") + words.data()};
  static_cast<void>(conf.release());  // the client's now
  return client;
}

log::LogError meaning_of(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      return log::LogError::trimmed;
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
      return log::LogError::no_such_partition;
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return log::LogError::corrupt;
    default:
      return log::LogError::io;
  }
}

std::string complaint(const ClientOptions& options, std::string_view doing,
                      std::string_view words) {
  std::string text = "Kafka at " + options.brokers + ": ";
  text.append(doing).append(" failed: ").append(words);
  return text;
}

}  // namespace potik::kafka
