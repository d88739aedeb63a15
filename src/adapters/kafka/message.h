#pragma once
// A Kafka message as a record of our log. The topic says what it is about, a message without a
// value (a tombstone) deletes, the message's own time is when it was taken, and the header
// "potik-history" marks imported history. Among events the header "potik-unlearn" marks a request
// to take back what the user of the key has taught. All other headers are ignored, and so is the
// key of an event: whoever wrote it, the user id inside counts. Threads: pure functions.

#include "adapters/kafka/client.h"
#include "adapters/kafka/topics.h"
#include "log/event_log.h"

namespace potik::kafka {

inline constexpr const char* kHistoryHeader = "potik-history";
inline constexpr const char* kUnlearnHeader = "potik-unlearn";

// Kind, flags, time and offset of the record; key and value point into the message. A deletion
// whose key is no id (empty or too long) is given as a change without a document, which ends as a
// dead letter.
[[nodiscard]] log::RecordView record_of(const rd_kafka_message_t& message, Stream stream);

}  // namespace potik::kafka
