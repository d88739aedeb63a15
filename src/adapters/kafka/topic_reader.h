#pragma once
// TopicReader: reads a topic of one partition in its order, committed records only, and keeps an
// eye on the brokers meanwhile. Where to read is the caller's own knowledge; no group takes part.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "adapters/kafka/options.h"
#include "base/ids.h"
#include "base/result.h"
#include "log/event_log.h"

namespace potik::kafka {

struct TopicReaderOptions {
  ClientOptions client;
  std::string topic;
  uint64_t fetch_bytes_max = 128U << 20U;  // read ahead and not yet taken
};

// read() by one thread; the rest from any.
class TopicReader {
 public:
  // Blocks up to the time-out, several times. The error is a sentence that says what to do: no
  // broker answers, the topic is missing, or has more partitions than one.
  [[nodiscard]] static Result<std::unique_ptr<TopicReader>, std::string> open(
      const TopicReaderOptions& options);
  ~TopicReader();
  TopicReader(const TopicReader&) = delete;
  TopicReader& operator=(const TopicReader&) = delete;

  // The records from `from` on as far as they are there, about `bytes_max` of them and at least
  // one; out.next says where to go on, and is `from` where there are none yet. Blocks for two
  // seconds at most. Errors: io (no broker answers), trimmed (they are gone), closed.
  [[nodiscard]] Status<log::LogError> read(Offset from, size_t bytes_max, log::RecordBlock& out);
  // The first offset that the brokers still have, asked for now. Blocks. Errors: io.
  [[nodiscard]] Result<Offset, log::LogError> first() const;
  // How far it can be read, as far as is known; never falling.
  [[nodiscard]] Offset end() const;
  // Where the next record goes, as of a second ago, those of open transactions included.
  [[nodiscard]] Offset true_end() const;
  // Why it cannot be read at the moment, as of a second ago; empty when all is well.
  [[nodiscard]] std::string trouble() const;
  [[nodiscard]] uint32_t brokers_down() const;

 private:
  class Impl;  // no header of the library here
  explicit TopicReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::kafka
