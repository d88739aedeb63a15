#include "adapters/kafka/fetcher.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "adapters/kafka/message.h"
#include "base/failpoint.h"

namespace potik::kafka {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t kBatchMessages = 4'096;
constexpr int64_t kPatienceMs = 2'000;
constexpr int kWaitMs = 20;  // for messages; also how long a jump waits to be noticed

Settings settings_of(const EventLogOptions& options) {
  return {
      {"group.id", options.client.name + "-reader"},  // demanded, and not used
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "error"},
      {"isolation.level", "read_committed"},
      {"enable.partition.eof", "true"},
      {"check.crcs", "true"},
      // A broker that does not answer is given up as soon as by all else.
      {"socket.timeout.ms", std::to_string(std::max<int64_t>(options.client.timeout_ms, 1'000))},
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "50"},
      {"queued.min.messages", "100000"},
      {"queued.max.messages.kbytes", "32768"}};
}

Owned<rd_kafka_topic_partition_list_t> list_of(const Place& place, Offset from) {
  Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
      from.value();
  return list;
}

}  // namespace

Fetcher::Fetcher(const EventLogOptions& options, const TopicMap& topics, Owned<rd_kafka_t> client)
    : topics_(topics),
      options_(options.client),
      bytes_max_(options.fetch_bytes_max),
      client_(std::move(client)),
      lanes_(topics.size()) {}

Result<std::unique_ptr<Fetcher>, std::string> Fetcher::open(const EventLogOptions& options,
                                                            const TopicMap& topics) {
  auto client = make_client(RD_KAFKA_CONSUMER, options.client, settings_of(options));
  if (!client) return Error{client.error()};
  std::unique_ptr<Fetcher> fetcher(new Fetcher(options, topics, std::move(client).value()));
  if (auto assigned = fetcher->assign_at_ends(); !assigned) return Error{assigned.error()};
  fetcher->thread_ = std::thread([raw = fetcher.get()] { raw->loop(); });
  return fetcher;
}

// The caller has others to answer, and comes again.
int64_t Fetcher::patience_ms() const { return std::min(options_.timeout_ms, kPatienceMs); }

Fetcher::~Fetcher() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
  arrived_.notify_all();
  if (thread_.joinable()) thread_.join();
  rd_kafka_consumer_close(client_.get());
}

Status<std::string> Fetcher::assign_at_ends() {
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  const MutexLock lock(mutex_);
  const Owned<rd_kafka_topic_partition_list_t> list(
      rd_kafka_topic_partition_list_new(static_cast<int>(lanes_.size())));
  for (size_t i = 0; i < lanes_.size(); ++i) {
    const Place& place = topics_.at(Partition(static_cast<uint16_t>(i)));
    const auto marks = look_up_watermarks(client_.get(), options_, place);
    if (!marks)
      return Error{complaint(options_, "looking up the end of topic " + place.topic,
                             rd_kafka_err2str(marks.error()))};
    lanes_[i].end = marks->end;
    lanes_[i].fetched.restart(marks->end);
    rd_kafka_topic_partition_list_add(list.get(), place.topic.c_str(), place.partition)->offset =
        marks->end.value();
  }
  const rd_kafka_resp_err_t error = rd_kafka_assign(client_.get(), list.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return Error{complaint(options_, "assigning partitions", rd_kafka_err2str(error))};
  return Ok{};
}

void Fetcher::loop() {
  std::array<rd_kafka_message_t*, kBatchMessages> messages{};
  for (;;) {
    {
      const MutexLock lock(mutex_);
      // Not reading is how brokers are held off: the library's own queue is bounded too.
      const auto deadline = SteadyClock::now() + std::chrono::milliseconds(kWaitMs);
      while (!stopping_ && buffered_bytes_ >= bytes_max_ && room_.wait_until(mutex_, deadline)) {
      }
      if (stopping_) return;
    }
    obey();
    if (buffered_bytes_ >= bytes_max_) continue;
    const ssize_t count =
        rd_kafka_consume_batch_queue(queue_.get(), kWaitMs, messages.data(), messages.size());
    if (count > 0) receive(messages.data(), static_cast<size_t>(count));
  }
}

void Fetcher::obey() {
  for (size_t i = 0; i < topics_.size(); ++i) {
    std::optional<Offset> jump;
    bool overtaken = false;
    {
      const MutexLock lock(mutex_);
      jump = lanes_[i].jump;
      overtaken = lanes_[i].overtaken;
    }
    if (overtaken) look_up_end(i);
    if (jump) jump_to(i, *jump);
  }
}

// Nothing more comes from a place that is gone; were the end to stay, nobody would try to read and
// be told.
void Fetcher::look_up_end(size_t lane) {
  const auto marks = look_up_watermarks(client_.get(), options_,
                                        topics_.at(Partition(static_cast<uint16_t>(lane))));
  if (!marks) return;  // asked again in a moment
  const MutexLock lock(mutex_);
  lanes_[lane].overtaken = false;
  lanes_[lane].end = std::max(lanes_[lane].end, marks->end);
}

// Taken away and given back, which drops what the library has read ahead from the old place.
void Fetcher::jump_to(size_t lane, Offset from) {
  const auto list = list_of(topics_.at(Partition(static_cast<uint16_t>(lane))), from);
  Owned<rd_kafka_error_t> failed(rd_kafka_incremental_unassign(client_.get(), list.get()));
  failed.reset(rd_kafka_incremental_assign(client_.get(), list.get()));
  const MutexLock lock(mutex_);
  Lane& at = lanes_[lane];
  buffered_bytes_ -= at.fetched.bytes();
  at.fetched.restart(from);
  at.jump.reset();
  at.failure.reset();
  if (failed) at.failure = log::LogError::io;
  arrived_.notify_all();
}

void Fetcher::receive(rd_kafka_message_t** messages, size_t count) {
  failpoint::reach("kafka.fetch.received");
  {
    const MutexLock lock(mutex_);
    for (size_t i = 0; i < count; ++i) take_message(*messages[i]);
  }
  failpoint::reach("kafka.fetch.kept");
  arrived_.notify_all();
  for (size_t i = 0; i < count; ++i) rd_kafka_message_destroy(messages[i]);
}

void Fetcher::take_message(const rd_kafka_message_t& message) {
  const size_t index = message.rkt == nullptr
                           ? lanes_.size()
                           : topics_.index_of(rd_kafka_topic_name(message.rkt), message.partition);
  if (index == lanes_.size()) return;  // about the connection as a whole: the next call tells
  Lane& lane = lanes_[index];
  if (lane.jump) return;  // from the place that is being left
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    lane.fetched.skip_to(Offset(message.offset));
  } else if (message.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    lane.failure = meaning_of(message.err);
    lane.overtaken = lane.failure == log::LogError::trimmed;
    return;
  } else if (Offset(message.offset) >= lane.fetched.next()) {
    const size_t before = lane.fetched.bytes();
    lane.fetched.add(
        record_of(message, topics_.at(Partition(static_cast<uint16_t>(index))).stream));
    buffered_bytes_ += lane.fetched.bytes() - before;
  }
  lane.end = std::max(lane.end, lane.fetched.next());
}

Result<Offset, log::LogError> Fetcher::start(Partition partition) const {
  ClientOptions patient = options_;
  patient.timeout_ms = patience_ms();
  const auto marks = look_up_watermarks(client_.get(), patient, topics_.at(partition));
  if (!marks) return Error{meaning_of(marks.error())};
  return marks->first;
}

// The brokers would only say so after the fact, and a reader of an old place is rare.
Status<log::LogError> Fetcher::check_jump(Partition partition, Offset from) const {
  const auto low = start(partition);
  if (!low) return Error{low.error()};
  if (from < *low) return Error{log::LogError::trimmed};
  return Ok{};
}

Status<log::LogError> Fetcher::take(Partition partition, Offset from, Offset until,
                                    size_t bytes_max, log::RecordBlock& out) {
  bool jumps = false;
  {
    const MutexLock lock(mutex_);
    const Lane& lane = lanes_[partition.value()];
    if (from >= std::min(until, lane.end)) {
      out.clear();
      out.partition = partition;
      out.first = out.next = from;
      return Ok{};
    }
    jumps = from != lane.fetched.first() || lane.failure || lane.jump;
  }
  if (failpoint::fails("kafka.take.before")) return Error{log::LogError::io};
  if (jumps) {
    if (auto fits = check_jump(partition, from); !fits) return fits;
  }
  const auto deadline = SteadyClock::now() + std::chrono::milliseconds(patience_ms());
  const MutexLock lock(mutex_);
  Lane& lane = lanes_[partition.value()];
  if (jumps) {
    lane.jump = from;
    lane.failure.reset();
    room_.notify_all();
  }
  out.partition = partition;
  const Offset wanted = std::min(until, lane.end);
  for (;;) {
    if (stopping_) return Error{log::LogError::closed};
    if (lane.failure) return Error{*lane.failure};
    const bool there = lane.fetched.next() >= wanted || lane.fetched.bytes() >= bytes_max;
    if (!lane.jump && there) break;
    if (!arrived_.wait_until(mutex_, deadline)) return Error{log::LogError::io};
  }
  const size_t before = lane.fetched.bytes();
  lane.fetched.take(until, bytes_max, out);
  buffered_bytes_ -= before - lane.fetched.bytes();
  room_.notify_all();
  if (failpoint::fails("kafka.take.after")) return Error{log::LogError::io};
  return Ok{};
}

std::vector<Offset> Fetcher::end() const {
  const MutexLock lock(mutex_);
  std::vector<Offset> ends;
  for (const Lane& lane : lanes_) ends.push_back(lane.end);
  return ends;
}

}  // namespace potik::kafka
