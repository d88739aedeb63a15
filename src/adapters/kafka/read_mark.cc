#include "adapters/kafka/read_mark.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"
#include "base/failpoint.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::kafka {
namespace {

constexpr int kPollMs = 100;
// Offsets from the end, markers of transactions included; more where no mark is among them.
constexpr int64_t kTailRecords = 1'000;
constexpr int64_t kTailGrowth = 16;

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

// The topic is one partition, compacted when brokers come round to it: the newest mark is near
// its end, unless others write there much more often.
class MarkReader {
 public:
  MarkReader(const ClientOptions& options, const std::string& topic, const std::string& name)
      : options_(options), topic_(topic), name_(name) {}

  Result<Mark, std::string> read() {
    const auto ends = ask_ends();
    if (!ends) return Error{ends.error()};
    const auto low = static_cast<int64_t>(ends->first.value());
    const auto high = static_cast<int64_t>(ends->end.value());
    for (int64_t back = kTailRecords;; back *= kTailGrowth) {
      const int64_t from = std::max(low, high - back);
      auto found = newest_between(from, high);
      if (!found) return Error{found.error()};
      if (found.value() || from == low) return std::move(found).value().value_or(Mark{});
    }
  }

 private:
  using Found = Result<std::optional<Mark>, std::string>;

  Error<std::string> failed(std::string_view words) const {
    return Error{complaint(options_, "reading topic " + topic_, words)};
  }

  Result<Owned<rd_kafka_t>, std::string> consumer(const char* isolation) const {
    return make_client(RD_KAFKA_CONSUMER, options_,
                       {{"group.id", options_.name + "-marks"},
                        {"enable.auto.commit", "false"},
                        {"auto.offset.reset", "earliest"},
                        {"isolation.level", isolation},
                        {"enable.partition.eof", "true"}});
  }

  // Up to the end that writers see, not readers of what is committed: an open transaction of
  // another publisher holds those back, and a mark of ours may lie behind it.
  Result<Watermarks, std::string> ask_ends() const {
    const auto client = consumer("read_uncommitted");
    if (!client) return Error{client.error()};
    const auto partitions = count_partitions(client->get(), options_, topic_);
    if (!partitions) return Error{partitions.error()};
    if (*partitions != 1)
      return Error{"topic " + topic_ + " has " + std::to_string(*partitions) +
                   " partitions, and a mark must stand in one. Delete it while nothing runs, and "
                   "make it by: potik topics create"};
    const auto ends = look_up_watermarks(client->get(), options_, {.topic = topic_});
    if (!ends) return failed(rd_kafka_err2str(ends.error()));
    return *ends;
  }

  Found newest_between(int64_t from, int64_t end) const {
    const auto client = consumer("read_committed");
    if (!client) return Error{client.error()};
    rd_kafka_poll_set_consumer(client->get());
    const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), 0)->offset = from;
    if (const auto error = rd_kafka_assign(client->get(), list.get());
        error != RD_KAFKA_RESP_ERR_NO_ERROR)
      return failed(rd_kafka_err2str(error));
    std::optional<Mark> newest;
    const auto patience = std::chrono::milliseconds(options_.timeout_ms);
    auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const OwnedMessage message(rd_kafka_consumer_poll(client->get(), kPollMs));
      if (!message) continue;
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        if (message->offset >= end) return newest;
        continue;
      }
      if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return failed(rd_kafka_err2str(message->err));
      deadline = std::chrono::steady_clock::now() + patience;
      if (is_named(*message, name_)) {
        auto mark = mark_in(*message);
        if (!mark) return Error{unreadable(message->offset)};
        newest = std::move(mark);
      }
      if (message->offset + 1 >= end) return newest;
    }
    return failed("no answer in time, or the transaction of another publisher stays open there");
  }

  std::string unreadable(int64_t offset) const {
    return "topic " + topic_ + " holds a mark of " + name_ + " that cannot be read, at offset " +
           std::to_string(offset) +
           "; somebody else writes there. Give this publisher another kafka.name.";
  }

  const ClientOptions& options_;
  const std::string& topic_;
  const std::string& name_;
};

}  // namespace

std::string text_of(const Mark& mark) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().field("epoch", mark.epoch.value()).field("writer", mark.writer).end_object();
  return text;
}

Result<Mark, std::string> read_mark(const ClientOptions& options, const std::string& topic,
                                    const std::string& name) {
  if (failpoint::fails("kafka.mark.read.before"))
    return Error{complaint(options, "reading topic " + topic, "a failpoint")};
  auto mark = MarkReader(options, topic, name).read();
  if (mark && failpoint::fails("kafka.mark.read.after"))
    return Error{complaint(options, "reading topic " + topic, "a failpoint")};
  return mark;
}

}  // namespace potik::kafka
