// Traffic into topics of Kafka, all at once or at a pace, and when lists show what was sent.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "adapters/kafka/client.h"
#include "base/time_text.h"
#include "flink/measures.h"

namespace potik::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kFlushMs = 60'000;
constexpr int64_t kDrainMs = 20'000;  // for lists of what was sent last

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

kafka::Owned<rd_kafka_t> client(rd_kafka_type_t type, const std::string& brokers,
                                const kafka::Settings& settings) {
  kafka::ClientOptions options;
  options.brokers = brokers;
  options.name = "flink-traffic";
  auto made = kafka::make_client(type, options, settings);
  if (!made) fail(made.error());
  return std::move(*made);
}

class Producer {
 public:
  Producer(const std::string& brokers, const std::string& prefix, int linger_ms)
      : client_(client(RD_KAFKA_PRODUCER, brokers,
                       {{"linger.ms", std::to_string(linger_ms)},
                        {"acks", "all"},
                        {"queue.buffering.max.messages", "1000000"},
                        {"compression.type", "lz4"}})),
        topics_{prefix + "events", prefix + "users", prefix + "videos"} {}

  void send(const Prepared& record) {
    const std::string& topic = topics_.at(static_cast<size_t>(record.stream));
    for (;;) {
      const auto error = rd_kafka_producev(
          client_.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(record.partition),
          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_TIMESTAMP(record.at.value()),
          RD_KAFKA_V_KEY(record.key.data(), record.key.size()),
          RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
          RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL) fail(rd_kafka_err2str(error));
      rd_kafka_poll(client_.get(), 10);
    }
    rd_kafka_poll(client_.get(), 0);
  }

  void flush() {
    if (rd_kafka_flush(client_.get(), kFlushMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
      fail("the records were not acknowledged in time");
  }

 private:
  kafka::Owned<rd_kafka_t> client_;
  std::vector<std::string> topics_;
};

// What was sent of each user and is in no list yet, and how long the others took.
class Pending {
 public:
  void sent(const std::string& user, int64_t at_ms, bool counts) {
    const std::scoped_lock lock(mutex_);
    by_user_[user].push_back({at_ms, counts});
    ++waiting_;
  }

  // A list that reflects the user's acts up to this time.
  void seen(const std::string& user, int64_t reflects_ms, int64_t at_ms) {
    const std::scoped_lock lock(mutex_);
    ++lists_;
    auto& sent = by_user_[user];
    while (!sent.empty() && sent.front().at_ms <= reflects_ms) {
      if (sent.front().counts) took_ms_.push_back(at_ms - sent.front().at_ms);
      sent.pop_front();
      --waiting_;
    }
  }

  [[nodiscard]] size_t waiting() {
    const std::scoped_lock lock(mutex_);
    return waiting_;
  }

  void print(double rate) {
    const std::scoped_lock lock(mutex_);
    std::ranges::sort(took_ms_);
    const auto at = [&](double share) {
      if (took_ms_.empty()) return -1LL;
      const auto last = static_cast<double>(took_ms_.size() - 1);
      return static_cast<long long>(took_ms_[static_cast<size_t>(share * last)]);
    };
    std::printf(R"({"rate":%.0f,"seen":%zu,"unseen":%zu,"lists":%zu,)"
                R"("p50_ms":%lld,"p90_ms":%lld,"p99_ms":%lld,"max_ms":%lld})"
                "\n",
                rate, took_ms_.size(), waiting_, lists_, at(0.5), at(0.9), at(0.99), at(1));
  }

 private:
  struct Sent {
    int64_t at_ms = 0;
    bool counts = false;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, std::deque<Sent>> by_user_;
  std::vector<int64_t> took_ms_;
  size_t waiting_ = 0, lists_ = 0;
};

// The time in a list's receipt, which is near its beginning.
std::optional<TimeMs> reflected(std::string_view list) {
  constexpr std::string_view kName = "\"occurred_at\":\"";
  const size_t at = list.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = list.substr(at + kName.size());
  return parse_rfc3339(rest.substr(0, rest.find('"')));
}

// Reads lists from the topic's end on, as any reader of committed records.
class ListReader {
 public:
  ListReader(const std::string& brokers, const std::string& topic, Pending& pending)
      : client_(client(RD_KAFKA_CONSUMER, brokers,
                       {{"group.id", "flink-traffic"},
                        {"isolation.level", "read_committed"},
                        {"fetch.wait.max.ms", "10"}})),
        pending_(pending) {
    rd_kafka_poll_set_consumer(client_.get());
    const kafka::Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(8));
    for (int32_t p = 0; p < partitions(topic); ++p)
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), p)->offset = RD_KAFKA_OFFSET_END;
    rd_kafka_assign(client_.get(), list.get());
  }

  void read(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      rd_kafka_message_t* const message = rd_kafka_consumer_poll(client_.get(), 50);
      if (message == nullptr) continue;
      if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) take(*message);
      rd_kafka_message_destroy(message);
    }
  }

 private:
  [[nodiscard]] int32_t partitions(const std::string& topic) const {
    const struct rd_kafka_metadata* found = nullptr;
    const kafka::Owned<rd_kafka_topic_t> handle(
        rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
    if (rd_kafka_metadata(client_.get(), 0, handle.get(), &found, kFlushMs) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
      fail("topic " + topic + " cannot be looked up");
    const kafka::Owned<const struct rd_kafka_metadata> metadata(found);
    return metadata->topics[0].partition_cnt;
  }

  void take(const rd_kafka_message_t& message) {
    const std::string_view list(static_cast<const char*>(message.payload), message.len);
    if (const auto at = reflected(list))
      pending_.seen({static_cast<const char*>(message.key), message.key_len}, at->value(),
                    now_ms());
  }

  kafka::Owned<rd_kafka_t> client_;
  Pending& pending_;
};

}  // namespace

void produce(const Settings& settings, const std::string& brokers, const std::string& prefix) {
  Producer producer(brokers, prefix, 20);
  Preparation preparation(settings.traffic, settings.layout);
  for (const Prepared& record : preparation.catalogue()) producer.send(record);
  producer.flush();
  std::vector<Prepared> next;
  for (size_t i = 0; i < settings.events; ++i) {
    next.clear();
    preparation.event(next);
    producer.send(next.front());
  }
  producer.flush();
}

void measure_live(const Settings& settings, const std::string& brokers, const std::string& prefix,
                  const std::string& results) {
  Pending pending;
  ListReader reader(brokers, results + "recommendations", pending);
  std::jthread reading([&](const std::stop_token& stop) { reader.read(stop); });
  Producer producer(brokers, prefix, 2);
  Settings live = settings;
  live.traffic.start = TimeMs(now_ms());
  Preparation preparation(live.traffic, live.layout);
  const size_t events = settings.rate * settings.seconds;
  const size_t warm = events / 3;  // everything is slow at first
  const auto start = SteadyClock::now();
  std::vector<Prepared> next;
  for (size_t i = 0; i < events; ++i) {
    next.clear();
    preparation.event(next);
    std::this_thread::sleep_until(start + std::chrono::microseconds(i * 1'000'000 / settings.rate));
    pending.sent(next.front().key, next.front().at.value(), i >= warm);
    producer.send(next.front());
  }
  const double took = std::chrono::duration<double>(SteadyClock::now() - start).count();
  producer.flush();
  for (const int64_t end = now_ms() + kDrainMs; pending.waiting() > 0 && now_ms() < end;)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  reading.request_stop();
  reading.join();
  pending.print(static_cast<double>(events) / took);
}

}  // namespace potik::bench
