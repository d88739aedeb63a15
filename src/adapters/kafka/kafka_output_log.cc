#include "adapters/kafka/kafka_output_log.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>
#include <utility>

#include "adapters/kafka/client.h"
#include "adapters/kafka/read_mark.h"
#include "base/failpoint.h"

namespace potik::kafka {
namespace {

using log::OutputError;
using log::OutputFailure;
using log::OutputRecord;
using log::OutputStream;

constexpr int kPollMs = 20;
// What brokers take to miss one that died (9 s unless set otherwise) and to choose who leads then.
constexpr int64_t kFailoverMs = 30'000;
constexpr const char* kNoteHeader = "potik-note";
constexpr const char* kFailpoint = "A failpoint says so.";
// On a dead letter that was cut: how many bytes came.
constexpr const char* kCutHeader = "potik-cut";

const std::string& topic_of(const OutputTopicNames& names, OutputStream stream) {
  switch (stream) {
    case OutputStream::enriched:
      return names.enriched;
    case OutputStream::recommendations:
      return names.recommendations;
    case OutputStream::alerts:
      return names.alerts;
    case OutputStream::dead_letters:
      return names.dead_letters;
    case OutputStream::rows:
      break;
  }
  return names.rows;
}

// To tell our own mark from one of another process: not part of any result.
std::string random_name() {
  std::random_device random;
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%08x%08x", random(), random());
  return text.data();
}

class KafkaOutputLog final : public log::OutputLog {
 public:
  explicit KafkaOutputLog(const OutputLogOptions& options) : options_(options) {}

  [[nodiscard]] Status<std::string> start();
  [[nodiscard]] Status<OutputFailure> append(Epoch last,
                                             std::span<const OutputRecord> records) override;
  [[nodiscard]] Epoch progress() const override { return mark_.epoch; }
  [[nodiscard]] std::string_view name() const override { return options_.client.name; }

 private:
  using Failure = Owned<rd_kafka_error_t>;
  // Each is empty, or says what failed.
  [[nodiscard]] std::string publish(Epoch last, std::span<const OutputRecord> records);
  [[nodiscard]] std::string send(rd_kafka_topic_t* topic, const OutputRecord& record);
  [[nodiscard]] std::string send_all(Epoch last, std::span<const OutputRecord> records);
  [[nodiscard]] std::string flush();
  [[nodiscard]] std::string failed(std::string_view doing, const Failure& failure) const {
    return complaint(options_.client, doing, rd_kafka_error_string(failure.get()));
  }
  [[nodiscard]] Failure begin(rd_kafka_t* client) const;
  [[nodiscard]] Status<OutputFailure> reopen();
  void give_up();
  [[nodiscard]] int timeout_ms() const { return static_cast<int>(options_.client.timeout_ms); }

  OutputLogOptions options_;
  Owned<rd_kafka_t> client_;  // null: to be made again before the next append
  std::array<Owned<rd_kafka_topic_t>, log::kOutputStreams> topics_;
  Owned<rd_kafka_topic_t> marks_;
  const std::string writer_ = random_name();  // of this process, in its marks
  Mark mark_;
  bool started_ = false;
  bool fenced_ = false;  // for good
};

// Ends what the last producer of this id left open. While a broker that holds a part of it is away
// the brokers refuse, until another one leads there: a process that starts waits for that, one that
// runs is asked again by whoever appends.
KafkaOutputLog::Failure KafkaOutputLog::begin(rd_kafka_t* client) const {
  const int64_t patience_ms = options_.transaction_timeout_ms + kFailoverMs;
  for (int64_t waited_ms = timeout_ms();; waited_ms += timeout_ms()) {
    Failure failure(rd_kafka_init_transactions(client, timeout_ms()));
    const bool again = failure && rd_kafka_error_is_retriable(failure.get()) != 0;
    if (!again || started_ || waited_ms >= patience_ms) return failure;
  }
}

// Only when a new producer under the same transactional id has begun is the mark what it will stay.
Status<std::string> KafkaOutputLog::start() {
  marks_.reset();
  for (auto& topic : topics_) topic.reset();
  client_.reset();
  if (failpoint::fails("kafka.open.before")) return Error{std::string(kFailpoint)};
  auto client =
      make_client(RD_KAFKA_PRODUCER, options_.client,
                  {{"transactional.id", options_.client.name + "-results"},
                   {"transaction.timeout.ms", std::to_string(options_.transaction_timeout_ms)},
                   {"partitioner", "murmur2_random"},  // as Kafka's own clients, so that keys meet
                   {"compression.codec", "lz4"},
                   {"message.max.bytes", std::to_string(kMessageBytesMax)},
                   {"linger.ms", "5"},
                   {"batch.num.messages", "100000"},
                   {"queue.buffering.max.messages", "1000000"},
                   {"queue.buffering.max.kbytes", "1048576"}});
  if (!client) return Error{client.error()};
  if (const Failure failure = begin(client->get()))
    return Error{failed("beginning to publish under the name " + options_.client.name, failure)};
  if (failpoint::fails("kafka.open.after")) return Error{std::string(kFailpoint)};
  auto mark = read_mark(options_.client, options_.topics.progress, options_.client.name);
  if (!mark) return Error{mark.error()};
  // Ours moved on without us: two processes publish, and each would take the other's place in turn.
  fenced_ = started_ && mark->writer != writer_ && mark->epoch != mark_.epoch;
  started_ = true;
  mark_ = std::move(mark).value();
  client_ = std::move(client).value();
  for (size_t i = 0; i < topics_.size(); ++i) {
    const std::string& name = topic_of(options_.topics, static_cast<OutputStream>(i));
    if (name.empty()) continue;
    topics_[i].reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  }
  marks_.reset(rd_kafka_topic_new(client_.get(), options_.topics.progress.c_str(), nullptr));
  return Ok{};
}

// After an error that ended the producer: brokers that were away, or a pause beyond the
// transaction's time-out, which looks the same as a second process.
Status<OutputFailure> KafkaOutputLog::reopen() {
  if (client_) return Ok{};
  if (auto started = start(); !started)
    return Error{OutputFailure{OutputError::io, started.error()}};
  if (fenced_) return Error{OutputFailure{OutputError::fenced, {}}};
  return Ok{};
}

Owned<rd_kafka_headers_t> headers_of(const OutputRecord& record, size_t kept) {
  Owned<rd_kafka_headers_t> headers;
  if (record.note.empty()) return headers;
  headers.reset(rd_kafka_headers_new(2));
  rd_kafka_header_add(headers.get(), kNoteHeader, -1, record.note.data(),
                      static_cast<ssize_t>(record.note.size()));
  if (kept == record.value.size()) return headers;
  const std::string size = std::to_string(record.value.size());
  rd_kafka_header_add(headers.get(), kCutHeader, -1, size.data(),
                      static_cast<ssize_t>(size.size()));
  return headers;
}

std::string KafkaOutputLog::send(rd_kafka_topic_t* topic, const OutputRecord& record) {
  // Whatever came in must be told of, also where a foreign record is larger than a topic may hold.
  const bool letter = record.stream == OutputStream::dead_letters;
  const size_t size =
      letter ? std::min(record.value.size(), kDeadLetterBytesMax) : record.value.size();
  Owned<rd_kafka_headers_t> headers = headers_of(record, size);
  rd_kafka_headers_t* const raw = headers.get();
  // No value at all, which is not an empty one, takes a list away.
  const bool gone = size == 0 && record.stream == OutputStream::recommendations;
  char* const bytes = gone ? nullptr : const_cast<char*>(record.value.data());
  const char* const key = record.key.empty() ? nullptr : record.key.data();
  for (;;) {
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(bytes, size),
        RD_KAFKA_V_KEY(key, record.key.size()), RD_KAFKA_V_HEADERS(raw), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(client_.get(), kPollMs);
      continue;
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      static_cast<void>(headers.release());
      return {};
    }
    return complaint(options_.client,
                     std::string("sending a record of ") + std::to_string(size) +
                         " bytes to topic " + rd_kafka_topic_name(topic),
                     rd_kafka_err2str(error));
  }
}

std::string KafkaOutputLog::send_all(Epoch last, std::span<const OutputRecord> records) {
  const bool torn = failpoint::tears("kafka.send.torn");
  for (const OutputRecord& record : torn ? records.first(records.size() / 2) : records) {
    std::string wrong = send(topics_[static_cast<size_t>(record.stream)].get(), record);
    if (!wrong.empty()) return wrong;
  }
  if (torn) {
    rd_kafka_flush(client_.get(), timeout_ms());
    failpoint::die();
  }
  if (failpoint::fails("kafka.mark.before")) return kFailpoint;
  const std::string mark = text_of({last, writer_});
  return send(marks_.get(), {{}, options_.client.name, mark, {}});
}

// Before the commit: twice as quick as leaving it to that.
std::string KafkaOutputLog::flush() {
  if (failpoint::fails("kafka.flush.before")) return kFailpoint;
  const auto flushed = rd_kafka_flush(client_.get(), timeout_ms());
  if (flushed != RD_KAFKA_RESP_ERR_NO_ERROR)
    return complaint(options_.client, "sending results", rd_kafka_err2str(flushed));
  return failpoint::fails("kafka.flush.after") ? kFailpoint : "";
}

std::string KafkaOutputLog::publish(Epoch last, std::span<const OutputRecord> records) {
  if (failpoint::fails("kafka.begin.before")) return kFailpoint;
  if (const Failure failure{rd_kafka_begin_transaction(client_.get())})
    return failed("beginning a transaction", failure);
  if (failpoint::fails("kafka.begin.after")) return kFailpoint;
  if (std::string wrong = send_all(last, records); !wrong.empty()) return wrong;
  if (std::string wrong = flush(); !wrong.empty()) return wrong;
  if (failpoint::fails("kafka.commit.before")) return kFailpoint;
  if (const Failure failure{rd_kafka_commit_transaction(client_.get(), timeout_ms())})
    return failed("committing a transaction", failure);
  return failpoint::fails("kafka.commit.after") ? kFailpoint : "";
}

// Whether the transaction went through or not is decided by the brokers: the next producer finds
// the mark as it then is.
void KafkaOutputLog::give_up() {
  const Failure ignored{rd_kafka_abort_transaction(client_.get(), timeout_ms())};
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  marks_.reset();
  for (auto& topic : topics_) topic.reset();
  client_.reset();
}

Status<OutputFailure> KafkaOutputLog::append(Epoch last, std::span<const OutputRecord> records) {
  if (fenced_) return Error{OutputFailure{OutputError::fenced, {}}};
  if (last <= mark_.epoch && !failpoint::planted("plant.emit_twice"))
    return Error{OutputFailure{OutputError::refused, {}}};
  if (auto opened = reopen(); !opened) return opened;
  if (last <= mark_.epoch && !failpoint::planted("plant.emit_twice"))
    return Ok{};  // the transaction whose answer was lost had gone through
  if (std::string wrong = publish(last, records); !wrong.empty()) {
    give_up();
    return Error{OutputFailure{OutputError::io, std::move(wrong)}};
  }
  mark_ = {last, writer_};
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<log::OutputLog>, std::string> open_output_log(
    const OutputLogOptions& options) {
  auto opened = std::make_unique<KafkaOutputLog>(options);
  if (auto started = opened->start(); !started) return Error{started.error()};
  return std::unique_ptr<log::OutputLog>(std::move(opened));
}

}  // namespace potik::kafka
