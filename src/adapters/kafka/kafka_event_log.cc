#include "adapters/kafka/kafka_event_log.h"

#include <utility>

#include "adapters/kafka/fetcher.h"
#include "adapters/kafka/producer.h"
#include "adapters/kafka/trim.h"
#include "adapters/kafka/watch.h"

namespace potik::kafka {
namespace {

class KafkaLogWriter final : public log::LogWriter, public ClusterView {
 public:
  KafkaLogWriter(const EventLogOptions& options, const log::Layout& layout)
      : options_(options), topics_(options.topics, layout) {}

  [[nodiscard]] Status<std::string> connect() {
    auto producer = Producer::open(options_, topics_);
    if (!producer) return Error{producer.error()};
    producer_ = std::move(producer).value();
    auto watch = Watch::open(options_.client, topics_);
    if (!watch) return Error{watch.error()};
    watch_ = std::move(watch).value();
    return Ok{};
  }

  [[nodiscard]] const TopicMap& topics() const { return topics_; }

  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    return producer_->append(appends);
  }

  // Not of partitions that were added: what is written here goes to those that were counted, and is
  // read. Another gateway, started since, would write to all.
  [[nodiscard]] std::string trouble() const override { return watch_->trouble(); }
  [[nodiscard]] std::string partitions_added() const { return watch_->partitions_added(); }
  [[nodiscard]] std::vector<Offset> true_ends() const override { return watch_->ends(); }
  [[nodiscard]] uint32_t brokers_down() const override { return watch_->brokers_down(); }
  [[nodiscard]] uint64_t buffered_bytes() const override { return 0; }
  [[nodiscard]] const monitor::LatencyHistogram& produce_seconds() const override {
    return producer_->seconds();
  }

 private:
  EventLogOptions options_;
  TopicMap topics_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Watch> watch_;
};

class KafkaEventLog final : public log::EventLog, public ClusterView {
 public:
  KafkaEventLog(const EventLogOptions& options, const log::Layout& layout)
      : options_(options), writer_(options, layout) {}

  [[nodiscard]] Status<std::string> connect() {
    if (auto connected = writer_.connect(); !connected) return connected;
    auto fetcher = Fetcher::open(options_, writer_.topics());
    if (!fetcher) return Error{fetcher.error()};
    fetcher_ = std::move(fetcher).value();
    return Ok{};
  }

  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    return writer_.append(appends);
  }

  [[nodiscard]] Status<log::LogError> read(Partition partition, Offset from, Offset until,
                                           size_t bytes_max, log::RecordBlock& out) const override {
    if (!has(partition)) return Error{log::LogError::no_such_partition};
    return fetcher_->take(partition, from, until, bytes_max, out);
  }

  [[nodiscard]] std::vector<Offset> end() const override { return fetcher_->end(); }

  [[nodiscard]] Result<std::vector<Offset>, log::LogError> start() const override {
    std::vector<Offset> starts;
    for (uint16_t p = 0; p < writer_.topics().size(); ++p) {
      const auto first = fetcher_->start(Partition(p));
      if (!first) return Error{first.error()};
      starts.push_back(*first);
    }
    return starts;
  }

  [[nodiscard]] Status<log::LogError> trim(Partition partition, Offset before) override {
    if (!has(partition)) return Error{log::LogError::no_such_partition};
    return delete_records(options_.client, writer_.topics().at(partition), before);
  }

  [[nodiscard]] std::string trouble() const override {
    std::string trouble = writer_.trouble();
    return trouble.empty() ? writer_.partitions_added() : trouble;
  }
  [[nodiscard]] std::vector<Offset> true_ends() const override { return writer_.true_ends(); }
  [[nodiscard]] uint32_t brokers_down() const override { return writer_.brokers_down(); }
  [[nodiscard]] uint64_t buffered_bytes() const override { return fetcher_->buffered_bytes(); }
  [[nodiscard]] const monitor::LatencyHistogram& produce_seconds() const override {
    return writer_.produce_seconds();
  }

 private:
  [[nodiscard]] bool has(Partition partition) const {
    return partition.value() < writer_.topics().size();
  }

  EventLogOptions options_;
  KafkaLogWriter writer_;
  std::unique_ptr<Fetcher> fetcher_;  // goes first: it uses the writer's topics
};

// Looks up the layout, makes a Log of it and connects that.
template <class Log, class Opened>
Result<Opened, std::string> open(const EventLogOptions& options) {
  auto client = make_client(RD_KAFKA_PRODUCER, options.client, {});
  if (!client) return Error{client.error()};
  const auto layout = look_up_layout(client->get(), options.client, options.topics);
  if (!layout) return Error{layout.error()};
  auto opened = std::make_unique<Log>(options, *layout);
  if (auto connected = opened->connect(); !connected) return Error{connected.error()};
  const ClusterView* const cluster = opened.get();
  return Opened{std::move(opened), *layout, cluster};
}

}  // namespace

Result<OpenedEventLog, std::string> open_event_log(const EventLogOptions& options) {
  return open<KafkaEventLog, OpenedEventLog>(options);
}

Result<OpenedLogWriter, std::string> open_log_writer(const EventLogOptions& options) {
  return open<KafkaLogWriter, OpenedLogWriter>(options);
}

}  // namespace potik::kafka
