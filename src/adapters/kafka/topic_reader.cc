#include "adapters/kafka/topic_reader.h"

#include <utility>

#include "adapters/kafka/fetcher.h"
#include "adapters/kafka/topics.h"
#include "adapters/kafka/watch.h"

namespace potik::kafka {
namespace {

constexpr Partition kOnly{0};

}  // namespace

// A log of which nothing is known but the one partition.
class TopicReader::Impl {
 public:
  explicit Impl(const std::string& topic) : topics({topic, "", ""}, log::Layout::of_events(1)) {}

  TopicMap topics;
  std::unique_ptr<Watch> watch;
  std::unique_ptr<Fetcher> fetcher;  // both use the topics
};

TopicReader::TopicReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TopicReader::~TopicReader() = default;

Result<std::unique_ptr<TopicReader>, std::string> TopicReader::open(
    const TopicReaderOptions& options) {
  auto client = make_client(RD_KAFKA_PRODUCER, options.client, {});
  if (!client) return Error{client.error()};
  const auto partitions = count_partitions(client->get(), options.client, options.topic);
  if (!partitions) return Error{partitions.error()};
  if (*partitions != 1)
    return Error{"topic " + options.topic + " has " + std::to_string(*partitions) +
                 " partitions, and what stands in it has one order. Delete it while nothing runs, "
                 "and make it by: potik topics create"};
  auto impl = std::make_unique<Impl>(options.topic);
  auto watch = Watch::open(options.client, impl->topics);
  if (!watch) return Error{watch.error()};
  impl->watch = std::move(watch).value();
  EventLogOptions reading;
  reading.client = options.client;
  reading.fetch_bytes_max = options.fetch_bytes_max;
  auto fetcher = Fetcher::open(reading, impl->topics);
  if (!fetcher) return Error{fetcher.error()};
  impl->fetcher = std::move(fetcher).value();
  return std::unique_ptr<TopicReader>(new TopicReader(std::move(impl)));
}

Status<log::LogError> TopicReader::read(Offset from, size_t bytes_max, log::RecordBlock& out) {
  return impl_->fetcher->take(kOnly, from, impl_->fetcher->end().front(), bytes_max, out);
}

Result<Offset, log::LogError> TopicReader::first() const { return impl_->fetcher->start(kOnly); }

Offset TopicReader::end() const { return impl_->fetcher->end().front(); }

Offset TopicReader::true_end() const { return impl_->watch->ends().front(); }

std::string TopicReader::trouble() const {
  std::string trouble = impl_->watch->trouble();
  return trouble.empty() ? impl_->watch->partitions_added() : trouble;
}

uint32_t TopicReader::brokers_down() const { return impl_->watch->brokers_down(); }

}  // namespace potik::kafka
