#include "adapters/kafka/list_reader.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"
#include "base/failpoint.h"
#include "cache/list_json.h"

namespace potik::kafka {
namespace {

constexpr size_t kBatchMessages = 1'024;
constexpr int kWaitMs = 50;  // for messages; also how long a stop waits to be noticed
constexpr auto kCountEvery = std::chrono::seconds(2);
// Of a broker that does not answer; there is nothing to read then.
constexpr int64_t kCountTimeoutMs = 1'000;

Settings settings_of(const ClientOptions& options) {
  return {{"group.id", options.name + "-lists"},  // demanded, and not used
          {"enable.auto.commit", "false"},        {"enable.auto.offset.store", "false"},
          {"auto.offset.reset", "earliest"},  // a topic that was made anew is read anew
          {"isolation.level", "read_committed"},  {"enable.partition.eof", "true"},
          {"fetch.wait.max.ms", "100"},           {"fetch.error.backoff.ms", "50"},
          {"queued.max.messages.kbytes", "16384"}};
}

std::string_view text_of(const void* bytes, size_t size) {
  return {static_cast<const char*>(bytes), size};
}

}  // namespace

class ListReader::Impl {
 public:
  Impl(const ClientOptions& options, const std::string& topic, cache::RecommendationCache& cache,
       cache::ListFeed& feed)
      : options_(options), topic_(topic), cache_(cache), feed_(feed) {}
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] Status<std::string> start();
  [[nodiscard]] size_t partitions_filled() const { return partitions_filled_.load(); }
  [[nodiscard]] size_t partitions() const { return partitions_.load(); }
  [[nodiscard]] const ListReaderMetrics& metrics() const { return metrics_; }

 private:
  void loop();
  [[nodiscard]] Owned<rd_kafka_topic_partition_list_t> beginnings(size_t first, size_t count) const;
  void follow_added();
  void take(const rd_kafka_message_t& message);

  ClientOptions options_;
  std::string topic_;
  cache::RecommendationCache& cache_;
  cache::ListFeed& feed_;
  ListReaderMetrics metrics_;
  std::vector<uint8_t> at_end_;  // by partition; the thread's own
  std::atomic<size_t> partitions_{0};
  std::atomic<size_t> partitions_filled_{0};
  std::atomic<bool> stopping_{false};
  Owned<rd_kafka_t> client_;
  Owned<rd_kafka_queue_t> queue_;
  std::thread thread_;  // last: it uses all of the above
};

Status<std::string> ListReader::Impl::start() {
  auto client = make_client(RD_KAFKA_CONSUMER, options_, settings_of(options_));
  if (!client) return Error{client.error()};
  client_ = std::move(client).value();
  const auto partitions = count_partitions(client_.get(), options_, topic_);
  if (!partitions) return Error{partitions.error()};
  const auto list = beginnings(0, *partitions);
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options_, "assigning partitions", rd_kafka_err2str(error))};
  at_end_.resize(*partitions);
  partitions_ = *partitions;
  thread_ = std::thread([this] { loop(); });
  return Ok{};
}

ListReader::Impl::~Impl() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
  if (client_) rd_kafka_consumer_close(client_.get());
}

Owned<rd_kafka_topic_partition_list_t> ListReader::Impl::beginnings(size_t first,
                                                                    size_t count) const {
  Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(count)));
  for (size_t p = first; p < first + count; ++p)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), static_cast<int32_t>(p))->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  return list;
}

// A publisher finds partitions that are added by itself, and puts the lists of some users there
// from then on.
void ListReader::Impl::follow_added() {
  ClientOptions brief = options_;
  brief.timeout_ms = std::min(brief.timeout_ms, kCountTimeoutMs);
  const auto found = count_partitions(client_.get(), brief, topic_);
  if (!found || *found <= at_end_.size()) return;
  const auto list = beginnings(at_end_.size(), *found - at_end_.size());
  const Owned<rd_kafka_error_t> failed(rd_kafka_incremental_assign(client_.get(), list.get()));
  if (failed) return;  // tried again
  at_end_.resize(*found);
  partitions_ = *found;
}

void ListReader::Impl::loop() {
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

void ListReader::Impl::take(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    const auto partition = static_cast<size_t>(message.partition);
    if (partition < at_end_.size() && at_end_[partition] == 0) {
      at_end_[partition] = 1;
      ++partitions_filled_;
    }
    return;
  }
  if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) return;  // the library goes on by itself
  const std::string_view key = text_of(message.key, message.key_len);
  if (message.payload == nullptr) {
    metrics_.withdrawn.add();
    cache_.erase(key);
    return;
  }
  auto list = cache::read_list_record(text_of(message.payload, message.len));
  if (!list || list->user_id != key) return metrics_.unreadable.add();
  metrics_.lists.add();
  // Shared, because the cache and those who listen hold it independently.
  const auto shared = std::make_shared<const cache::RecommendationList>(std::move(*list));
  failpoint::reach("kafka.lists.before");
  cache_.put(shared);
  failpoint::reach("kafka.lists.after");
  feed_.publish(shared);
}

ListReader::ListReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ListReader::~ListReader() = default;

size_t ListReader::partitions_filled() const { return impl_->partitions_filled(); }
size_t ListReader::partitions() const { return impl_->partitions(); }
const ListReaderMetrics& ListReader::metrics() const { return impl_->metrics(); }

Result<std::unique_ptr<ListReader>, std::string> ListReader::open(const ClientOptions& options,
                                                                  const std::string& topic,
                                                                  cache::RecommendationCache& cache,
                                                                  cache::ListFeed& feed) {
  auto impl = std::make_unique<Impl>(options, topic, cache, feed);
  if (auto started = impl->start(); !started) return Error{started.error()};
  return std::unique_ptr<ListReader>(new ListReader(std::move(impl)));
}

}  // namespace potik::kafka
