#include "adapters/kafka/kafka_event_log.h"

#include <utility>

#include "adapters/kafka/fetcher.h"
#include "adapters/kafka/producer.h"
#include "adapters/kafka/trim.h"

namespace potik::kafka {
namespace {

class KafkaEventLog final : public log::EventLog {
 public:
  KafkaEventLog(const EventLogOptions& options, const log::Layout& layout)
      : options_(options), topics_(options.topics, layout) {}

  [[nodiscard]] Status<std::string> connect() {
    auto producer = Producer::open(options_, topics_);
    if (!producer) return Error{producer.error()};
    producer_ = std::move(producer).value();
    auto fetcher = Fetcher::open(options_, topics_);
    if (!fetcher) return Error{fetcher.error()};
    fetcher_ = std::move(fetcher).value();
    return Ok{};
  }

  [[nodiscard]] Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    return producer_->append(appends);
  }

  [[nodiscard]] Status<log::LogError> read(Partition partition, Offset from, Offset until,
                                           size_t bytes_max, log::RecordBlock& out) const override {
    if (partition.value() >= topics_.size()) return Error{log::LogError::no_such_partition};
    return fetcher_->take(partition, from, until, bytes_max, out);
  }

  [[nodiscard]] std::vector<Offset> end() const override { return fetcher_->end(); }

  [[nodiscard]] Result<std::vector<Offset>, log::LogError> start() const override {
    std::vector<Offset> starts;
    for (uint16_t p = 0; p < topics_.size(); ++p) {
      const auto first = fetcher_->start(Partition(p));
      if (!first) return Error{first.error()};
      starts.push_back(*first);
    }
    return starts;
  }

  [[nodiscard]] Status<log::LogError> trim(Partition partition, Offset before) override {
    if (partition.value() >= topics_.size()) return Error{log::LogError::no_such_partition};
    return delete_records(options_.client, topics_.at(partition), before);
  }

 private:
  EventLogOptions options_;
  TopicMap topics_;
  std::unique_ptr<Producer> producer_;
  std::unique_ptr<Fetcher> fetcher_;
};

}  // namespace

Result<OpenedEventLog, std::string> open_event_log(const EventLogOptions& options) {
  auto client = make_client(RD_KAFKA_PRODUCER, options.client, {});
  if (!client) return Error{client.error()};
  const auto layout = look_up_layout(client->get(), options.client, options.topics);
  if (!layout) return Error{layout.error()};
  auto opened = std::make_unique<KafkaEventLog>(options, *layout);
  if (auto started = opened->connect(); !started) return Error{started.error()};
  return OpenedEventLog{std::move(opened), *layout};
}

}  // namespace potik::kafka
