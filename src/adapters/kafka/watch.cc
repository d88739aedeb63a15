#include "adapters/kafka/watch.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace potik::kafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kEvery = std::chrono::seconds(1);
// Shorter than writes may take: an outage is to be known before their time-outs tell.
constexpr int64_t kLookTimeoutMs = 2'000;

// The text value of `name` behind `from`.
std::string_view text_behind(std::string_view json, size_t from, std::string_view name) {
  const size_t at = json.find(name, from);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = json.substr(at + name.size());
  return rest.substr(0, rest.find('"'));
}

std::string words_about(const struct rd_kafka_metadata_topic& topic, int counted) {
  return "topic " + std::string(topic.topic) + " has " + std::to_string(topic.partition_cnt) +
         " partitions now, and this process counted " + std::to_string(counted) +
         " when it started: what stands in the others is not read. Let nobody write, stop, and "
         "start with a new data directory and another kafka.name; everything is then computed "
         "again from the topics.";
}

}  // namespace

uint32_t count_brokers_down(std::string_view statistics) {
  constexpr std::string_view kNode = "\"nodeid\":";
  const size_t begin = statistics.find("\"brokers\":{");
  if (begin == std::string_view::npos) return 0;
  std::string_view brokers = statistics.substr(begin);
  brokers = brokers.substr(0, brokers.find("\"topics\":{"));
  uint32_t down = 0;
  for (size_t at = brokers.find(kNode); at != std::string_view::npos;
       at = brokers.find(kNode, at + 1)) {
    if (brokers.substr(at + kNode.size()).starts_with('-')) continue;  // an address to begin with
    if (text_behind(brokers, at, "\"source\":\"") == "logical") continue;
    const std::string_view state = text_behind(brokers, at, "\"state\":\"");
    if (state != "UP" && state != "UPDATE" && state != "INIT") ++down;
  }
  return down;
}

Watch::Watch(const ClientOptions& options, const TopicMap& topics)
    : topics_(topics), options_(options), ends_(topics.size()) {
  options_.timeout_ms = std::min(options_.timeout_ms, kLookTimeoutMs);
  for (uint16_t p = 0; p < topics_.size(); ++p) ++counted_[topics_.at(Partition(p)).topic];
}

Result<std::unique_ptr<Watch>, std::string> Watch::open(const ClientOptions& options,
                                                        const TopicMap& topics) {
  std::unique_ptr<Watch> watch(new Watch(options, topics));
  Callbacks callbacks;
  callbacks.statistics = &Watch::take_statistics;
  callbacks.self = watch.get();
  auto client = make_client(RD_KAFKA_CONSUMER, options,
                            {{"group.id", options.name + "-watch"},  // demanded, and not used
                             {"isolation.level", "read_uncommitted"},
                             // A broker that does not answer is given up as soon as by a look-up.
                             {"socket.timeout.ms", std::to_string(kLookTimeoutMs)},
                             {"statistics.interval.ms", "1000"}},
                            callbacks);
  if (!client) return Error{client.error()};
  watch->client_ = std::move(client).value();
  for (const auto& [topic, count] : watch->counted_)
    watch->asked_about_.emplace_back(
        rd_kafka_topic_new(watch->client_.get(), topic.c_str(), nullptr));
  watch->thread_ = std::thread([raw = watch.get()] { raw->loop(); });
  return watch;
}

Watch::~Watch() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Watch::loop() {
  for (;;) {
    look();
    rd_kafka_poll(client_.get(), 0);  // serves the statistics
    const auto next = SteadyClock::now() + kEvery;
    const MutexLock lock(mutex_);
    while (!stopping_ && wake_.wait_until(mutex_, next)) {
    }
    if (stopping_) return;
  }
}

// What partitions_added() says. The error says that no broker answers.
Result<std::string, std::string> Watch::ask_for_partitions() const {
  const struct rd_kafka_metadata* raw = nullptr;
  const rd_kafka_resp_err_t error =
      rd_kafka_metadata(client_.get(), 0, nullptr, &raw, static_cast<int>(options_.timeout_ms));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options_, "asking for its brokers", rd_kafka_err2str(error))};
  const Owned<const struct rd_kafka_metadata> metadata(raw);
  for (int t = 0; t < metadata->topic_cnt; ++t) {
    const struct rd_kafka_metadata_topic& topic = metadata->topics[t];
    const auto counted = counted_.find(topic.topic);
    if (counted != counted_.end() && topic.partition_cnt > counted->second)
      return words_about(topic, counted->second);
  }
  return std::string();
}

void Watch::look() {
  std::vector<Offset> ends;
  auto added = ask_for_partitions();
  std::string trouble = added ? std::string() : added.error();
  for (uint16_t p = 0; p < topics_.size() && trouble.empty(); ++p) {
    const Place& place = topics_.at(Partition(p));
    const auto marks = look_up_watermarks(client_.get(), options_, place);
    if (marks) {
      ends.push_back(marks->end);
    } else {
      trouble = complaint(options_, "asking for the end of topic " + place.topic,
                          rd_kafka_err2str(marks.error()));
    }
  }
  const MutexLock lock(mutex_);
  trouble_ = std::move(trouble);
  if (added) added_ = std::move(added).value();
  if (ends.size() == ends_.size()) ends_ = std::move(ends);
}

int Watch::take_statistics(rd_kafka_t* /*client*/, char* json, size_t size, void* self) {
  static_cast<Watch*>(self)->brokers_down_ = count_brokers_down({json, size});
  return 0;  // the library frees the text
}

std::string Watch::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

std::string Watch::partitions_added() const {
  const MutexLock lock(mutex_);
  return added_;
}

std::vector<Offset> Watch::ends() const {
  const MutexLock lock(mutex_);
  return ends_;
}

}  // namespace potik::kafka
