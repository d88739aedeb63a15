#include "adapters/kafka/kafka_output_log.h"

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
using log::OutputRecord;
using log::OutputStream;

constexpr int kPollMs = 20;
constexpr const char* kNoteHeader = "potik-note";

const std::string& topic_of(const OutputTopicNames& names, OutputStream stream) {
  switch (stream) {
    case OutputStream::enriched:
      return names.enriched;
    case OutputStream::recommendations:
      return names.recommendations;
    case OutputStream::alerts:
      return names.alerts;
    case OutputStream::dead_letters:
      break;
  }
  return names.dead_letters;
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
  [[nodiscard]] Status<OutputError> append(Epoch last,
                                           std::span<const OutputRecord> records) override;
  [[nodiscard]] Epoch progress() const override { return mark_.epoch; }

 private:
  using Failure = Owned<rd_kafka_error_t>;
  [[nodiscard]] Status<OutputError> reopen();
  [[nodiscard]] bool send(rd_kafka_topic_t* topic, std::string_view key, std::string_view value,
                          std::string_view note);
  [[nodiscard]] bool send_all(Epoch last, std::span<const OutputRecord> records);
  [[nodiscard]] bool flush();
  [[nodiscard]] Status<OutputError> give_up();
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

// A new producer under the same transactional id ends what the last one left open; only then is the
// mark what it will stay.
Status<std::string> KafkaOutputLog::start() {
  marks_.reset();
  for (auto& topic : topics_) topic.reset();
  client_.reset();
  auto client =
      make_client(RD_KAFKA_PRODUCER, options_.client,
                  {{"transactional.id", options_.client.name + "-results"},
                   {"transaction.timeout.ms", std::to_string(options_.transaction_timeout_ms)},
                   {"partitioner", "murmur2_random"},  // as Kafka's own clients, so that keys meet
                   {"compression.codec", "lz4"},
                   {"linger.ms", "5"},
                   {"batch.num.messages", "100000"},
                   {"queue.buffering.max.messages", "1000000"},
                   {"queue.buffering.max.kbytes", "1048576"}});
  if (!client) return Error{client.error()};
  if (const Failure failed{rd_kafka_init_transactions(client->get(), timeout_ms())})
    return Error{complaint(options_.client,
                           "beginning to publish under the name " + options_.client.name,
                           rd_kafka_error_string(failed.get()))};
  auto mark = read_mark(options_.client, options_.topics.progress, options_.client.name);
  if (!mark) return Error{mark.error()};
  // Ours moved on without us: two processes publish, and each would take the other's place in turn.
  fenced_ = started_ && mark->writer != writer_ && mark->epoch != mark_.epoch;
  started_ = true;
  mark_ = std::move(mark).value();
  client_ = std::move(client).value();
  for (size_t i = 0; i < topics_.size(); ++i) {
    const std::string& name = topic_of(options_.topics, static_cast<OutputStream>(i));
    topics_[i].reset(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  }
  marks_.reset(rd_kafka_topic_new(client_.get(), options_.topics.progress.c_str(), nullptr));
  return Ok{};
}

// After an error that ended the producer: brokers that were away, or a pause beyond the
// transaction's time-out, which looks the same as a second process.
Status<OutputError> KafkaOutputLog::reopen() {
  if (client_) return Ok{};
  if (!start()) return Error{OutputError::io};
  if (fenced_) return Error{OutputError::fenced};
  return Ok{};
}

bool KafkaOutputLog::send(rd_kafka_topic_t* topic, std::string_view key, std::string_view value,
                          std::string_view note) {
  Owned<rd_kafka_headers_t> headers;
  if (!note.empty()) {
    headers.reset(rd_kafka_headers_new(1));
    rd_kafka_header_add(headers.get(), kNoteHeader, -1, note.data(),
                        static_cast<ssize_t>(note.size()));
  }
  rd_kafka_headers_t* const raw = headers.get();
  char* const bytes = const_cast<char*>(value.data());
  const char* const key_bytes = key.empty() ? nullptr : key.data();
  for (;;) {
    const rd_kafka_resp_err_t error = rd_kafka_producev(
        client_.get(), RD_KAFKA_V_RKT(topic), RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE(bytes, value.size()),
        RD_KAFKA_V_KEY(key_bytes, key.size()), RD_KAFKA_V_HEADERS(raw), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(client_.get(), kPollMs);
      continue;
    }
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
    return error == RD_KAFKA_RESP_ERR_NO_ERROR;
  }
}

bool KafkaOutputLog::send_all(Epoch last, std::span<const OutputRecord> records) {
  const bool torn = failpoint::tears("kafka.send.torn");
  for (const OutputRecord& record : torn ? records.first(records.size() / 2) : records) {
    rd_kafka_topic_t* topic = topics_[static_cast<size_t>(record.stream)].get();
    const bool gone = record.value.empty() && record.stream == OutputStream::recommendations;
    if (!send(topic, record.key, gone ? std::string_view() : record.value, record.note))
      return false;
  }
  if (torn) {
    rd_kafka_flush(client_.get(), timeout_ms());
    failpoint::die();
  }
  if (failpoint::fails("kafka.mark.before")) return false;
  return send(marks_.get(), options_.client.name, text_of({last, writer_}), {});
}

// Before the commit: twice as quick as leaving it to that.
bool KafkaOutputLog::flush() {
  if (failpoint::fails("kafka.flush.before")) return false;
  const auto flushed = rd_kafka_flush(client_.get(), timeout_ms());
  return flushed == RD_KAFKA_RESP_ERR_NO_ERROR && !failpoint::fails("kafka.flush.after");
}

// Whether the transaction went through or not is decided by the brokers: the next producer finds
// the mark as it then is.
Status<OutputError> KafkaOutputLog::give_up() {
  const Failure ignored{rd_kafka_abort_transaction(client_.get(), timeout_ms())};
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  marks_.reset();
  for (auto& topic : topics_) topic.reset();
  client_.reset();
  return Error{OutputError::io};
}

Status<OutputError> KafkaOutputLog::append(Epoch last, std::span<const OutputRecord> records) {
  if (fenced_) return Error{OutputError::fenced};
  if (last <= mark_.epoch) return Error{OutputError::refused};
  if (auto opened = reopen(); !opened) return opened;
  if (last <= mark_.epoch) return Ok{};  // the transaction whose answer was lost had gone through
  if (failpoint::fails("kafka.begin.before")) return give_up();
  if (const Failure failed{rd_kafka_begin_transaction(client_.get())}) return give_up();
  if (failpoint::fails("kafka.begin.after")) return give_up();
  if (!send_all(last, records) || !flush()) return give_up();
  if (failpoint::fails("kafka.commit.before")) return give_up();
  if (const Failure failed{rd_kafka_commit_transaction(client_.get(), timeout_ms())})
    return give_up();
  if (failpoint::fails("kafka.commit.after")) return give_up();
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
