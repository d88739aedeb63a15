#include "adapters/kafka/message.h"

#include <algorithm>

namespace potik::kafka {
namespace {

std::string_view view_of(const void* bytes, size_t size) {
  return bytes == nullptr ? std::string_view()
                          : std::string_view(static_cast<const char*>(bytes), size);
}

bool has_header(const rd_kafka_message_t& message, const char* name) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return false;
  const void* value = nullptr;
  size_t size = 0;
  return rd_kafka_header_get_last(headers, name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
}

log::RecordKind kind_of(const rd_kafka_message_t& message, Stream stream) {
  if (stream == Stream::events)
    return has_header(message, kUnlearnHeader) ? log::RecordKind::user_unlearn
                                               : log::RecordKind::event;
  const bool is_id = message.key_len > 0 && message.key_len <= log::kKeyBytesMax;
  const bool deletes = message.payload == nullptr && is_id;
  if (stream == Stream::users)
    return deletes ? log::RecordKind::user_delete : log::RecordKind::user_put;
  return deletes ? log::RecordKind::video_delete : log::RecordKind::video_put;
}

}  // namespace

log::RecordView record_of(const rd_kafka_message_t& message, Stream stream) {
  log::RecordView record;
  record.kind = kind_of(message, stream);
  record.flags = has_header(message, kHistoryHeader) ? log::kFlagHistory : 0;
  rd_kafka_timestamp_type_t type{};
  record.appended_at = TimeMs(std::max<int64_t>(0, rd_kafka_message_timestamp(&message, &type)));
  record.offset = Offset(message.offset);
  record.value = view_of(message.payload, message.len);
  record.key = view_of(message.key, message.key_len);
  if (record.key.size() > log::kKeyBytesMax) {
    // Of an event nobody asks. Of a change one byte too many is left, so that it is refused and not
    // taken for another's.
    record.key =
        record.key.substr(0, record.kind == log::RecordKind::event ? 0 : log::kKeyBytesMax + 1);
  }
  return record;
}

}  // namespace potik::kafka
