#include "adapters/kafka/topic_follower.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"

namespace potik::kafka {
namespace {

constexpr size_t kBatchMessages = 1'024;
constexpr int kWaitMs = 50;  // for messages; also how long a stop waits to be noticed
constexpr auto kCountEvery = std::chrono::seconds(2);
// Of a broker that does not answer; there is nothing to read then.
constexpr int64_t kCountTimeoutMs = 1'000;

Settings settings_of(const ClientOptions& options) {
  return {{"group.id", options.name + "-follower"},  // demanded, and not used
          {"enable.auto.commit", "false"},
          {"enable.auto.offset.store", "false"},
          {"auto.offset.reset", "earliest"},  // a topic that was made anew is read anew
          {"isolation.level", "read_committed"},
          {"enable.partition.eof", "true"},
          {"fetch.wait.max.ms", "100"},
          {"fetch.error.backoff.ms", "50"},
          {"queued.max.messages.kbytes", "16384"}};
}

std::string_view text_of(const void* bytes, size_t size) {
  return {static_cast<const char*>(bytes), size};
}

}  // namespace

class TopicFollower::Impl {
 public:
  Impl(FollowerOptions options, Listener listener)
      : options_(std::move(options)), listener_(std::move(listener)) {}
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] Status<std::string> start();
  [[nodiscard]] size_t partitions_filled() const { return partitions_filled_.load(); }
  [[nodiscard]] size_t partitions() const { return partitions_.load(); }

 private:
  void loop();
  [[nodiscard]] Owned<rd_kafka_topic_partition_list_t> places(size_t first, size_t count,
                                                              int64_t offset) const;
  void follow_added();
  void take(const rd_kafka_message_t& message);
  void reached_end(size_t partition);

  FollowerOptions options_;
  Listener listener_;
  std::vector<uint8_t> at_end_;  // by partition; the thread's own
  bool told_filled_ = false;     // likewise
  std::atomic<size_t> partitions_{0};
  std::atomic<size_t> partitions_filled_{0};
  std::atomic<bool> stopping_{false};
  Owned<rd_kafka_t> client_;
  Owned<rd_kafka_queue_t> queue_;
  std::thread thread_;  // last: it uses all of the above
};

Status<std::string> TopicFollower::Impl::start() {
  const ClientOptions& client_options = options_.client;
  auto client = make_client(RD_KAFKA_CONSUMER, client_options, settings_of(client_options));
  if (!client) return Error{client.error()};
  client_ = std::move(client).value();
  const auto partitions = count_partitions(client_.get(), client_options, options_.topic);
  if (!partitions) return Error{partitions.error()};
  const int64_t begin =
      options_.newest > 0 ? RD_KAFKA_OFFSET_TAIL(options_.newest) : RD_KAFKA_OFFSET_BEGINNING;
  const auto list = places(0, *partitions, begin);
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(client_options, "assigning partitions", rd_kafka_err2str(error))};
  at_end_.resize(*partitions);
  partitions_ = *partitions;
  thread_ = std::thread([this] { loop(); });
  return Ok{};
}

TopicFollower::Impl::~Impl() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (client_) rd_kafka_consumer_close(client_.get());
}

Owned<rd_kafka_topic_partition_list_t> TopicFollower::Impl::places(size_t first, size_t count,
                                                                   int64_t offset) const {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(count)));
  for (size_t p = first; p < first + count; ++p)
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), static_cast<int32_t>(p))
        ->offset = offset;
  return list;
}

// Who writes finds partitions that are added by itself, and puts some keys there from then on.
void TopicFollower::Impl::follow_added() {
  ClientOptions brief = options_.client;
  brief.timeout_ms = std::min(brief.timeout_ms, kCountTimeoutMs);
  const auto found = count_partitions(client_.get(), brief, options_.topic);
  if (!found || *found <= at_end_.size()) return;
  const auto list = places(at_end_.size(), *found - at_end_.size(), RD_KAFKA_OFFSET_BEGINNING);
  const Owned<rd_kafka_error_t> failed(rd_kafka_incremental_assign(client_.get(), list.get()));
  if (failed) return;  // tried again
  at_end_.resize(*found);
  partitions_ = *found;
}

void TopicFollower::Impl::loop() {
  std::array<rd_kafka_message_t*, kBatchMessages> messages{};
  auto next_count = std::chrono::steady_clock::now() + kCountEvery;
  while (!stopping_) {
    if (const auto now = std::chrono::steady_clock::now(); now >= next_count) {
      follow_added();
      next_count = now + kCountEvery;
    }
    const ssize_t count =
        rd_kafka_consume_batch_queue(queue_.get(), kWaitMs, messages.data(), messages.size());
    for (ssize_t i = 0; i < count; ++i) {
      take(*messages[static_cast<size_t>(i)]);
      rd_kafka_message_destroy(messages[static_cast<size_t>(i)]);
    }
  }
}

void TopicFollower::Impl::reached_end(size_t partition) {
  if (partition >= at_end_.size() || at_end_[partition] != 0) return;
  at_end_[partition] = 1;
  const size_t filled = ++partitions_filled_;
  if (told_filled_ || filled != at_end_.size()) return;
  told_filled_ = true;
  if (listener_.filled) listener_.filled();
}

void TopicFollower::Impl::take(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
    return reached_end(static_cast<size_t>(message.partition));
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return;  // the library goes on by itself
  FollowedRecord record{static_cast<uint16_t>(message.partition), Offset(message.offset),
                        text_of(message.key, message.key_len), std::nullopt};
  if (message.payload != nullptr) record.value = text_of(message.payload, message.len);
  listener_.take(record);
}

TopicFollower::TopicFollower(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicFollower::~TopicFollower() = default;

size_t TopicFollower::partitions_filled() const { return impl_->partitions_filled(); }
size_t TopicFollower::partitions() const { return impl_->partitions(); }

Result<std::unique_ptr<TopicFollower>, std::string> TopicFollower::open(FollowerOptions options,
                                                                        Listener listener) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(listener));
  if (auto started = impl->start(); !started) return Error{started.error()};
  return std::unique_ptr<TopicFollower>(new TopicFollower(std::move(impl)));
}

}  // namespace potik::kafka
