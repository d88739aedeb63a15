#include "adapters/kafka/read_mark.h"

#include <chrono>
#include <optional>

#include "adapters/kafka/client.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::kafka {
namespace {

constexpr int kPollMs = 100;

struct MessageDestroy {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using OwnedMessage = std::unique_ptr<rd_kafka_message_t, MessageDestroy>;

std::optional<Mark> mark_in(const rd_kafka_message_t& message) {
  const std::string_view text(static_cast<const char*>(message.payload), message.len);
  const auto json = event::JsonObject::parse(text);
  const auto epoch = json ? json->integer("epoch") : std::nullopt;
  if (!epoch || *epoch < 0) return std::nullopt;
  return Mark{Epoch(static_cast<uint64_t>(*epoch)), json->text("writer").value_or("")};
}

bool is_named(const rd_kafka_message_t& message, const std::string& name) {
  return std::string_view(static_cast<const char*>(message.key), message.key_len) == name;
}

}  // namespace

std::string text_of(const Mark& mark) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("epoch", mark.epoch.value()).field("writer", mark.writer).end_object();
  return text;
}

Result<Mark, std::string> read_mark(const ClientOptions& options, const std::string& topic,
                                    const std::string& name) {
  auto client = make_client(RD_KAFKA_CONSUMER, options,
                            {{"group.id", options.name + "-marks"},
                             {"enable.auto.commit", "false"},
                             {"auto.offset.reset", "earliest"},
                             {"isolation.level", "read_committed"},
                             {"enable.partition.eof", "true"}});
  if (!client) return Error{client.error()};
  rd_kafka_poll_set_consumer(client->get());
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), 0)->offset =
      RD_KAFKA_OFFSET_BEGINNING;
  if (const auto error = rd_kafka_assign(client->get(), list.get());
      error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options, "reading topic " + topic, rd_kafka_err2str(error))};
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options.timeout_ms);
  Mark mark;
  while (std::chrono::steady_clock::now() < deadline) {
    const OwnedMessage message(rd_kafka_consumer_poll(client->get(), kPollMs));
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return mark;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR)
      return Error{complaint(options, "reading topic " + topic, rd_kafka_err2str(message->err))};
    if (!is_named(*message, name)) continue;
    auto found = mark_in(*message);
    if (!found)
      return Error{"topic " + topic + " holds a mark of " + name + " that cannot be read, at " +
                   "offset " + std::to_string(message->offset) +
                   "; somebody else writes there. Give this publisher another kafka.name."};
    mark = std::move(*found);
  }
  return Error{complaint(options, "reading topic " + topic, "no answer in time")};
}

}  // namespace potik::kafka
