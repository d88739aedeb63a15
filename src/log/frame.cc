#include "log/frame.h"

#include <cassert>
#include <cstddef>
#include <cstring>
#include <limits>

#include "base/hash.h"

namespace potik::log {
namespace {

struct Header {
  uint32_t magic = kFrameMagic;
  uint16_t version = kFrameVersion;
  uint16_t reserved = 0;
  uint64_t checksum = 0;
  // From here to the end of the frame the checksum holds.
  int64_t appended_at = 0;
  uint32_t count = 0;
  uint32_t body_bytes = 0;
};
static_assert(sizeof(Header) == kFrameHeaderBytes);
constexpr size_t kCheckedFrom = 16;
static_assert(offsetof(Header, appended_at) == kCheckedFrom);

struct RecordHead {
  RecordKind kind{};
  uint8_t flags = 0;
  uint16_t key_bytes = 0;
  uint32_t value_bytes = 0;
};
static_assert(sizeof(RecordHead) == kFrameRecordBytes);
static_assert(kKeyBytesMax <= std::numeric_limits<uint16_t>::max());
static_assert(kValueBytesMax <= std::numeric_limits<uint32_t>::max());

template <class T>
void append_struct(std::string& out, const T& value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

uint64_t checksum_of(std::string_view frame) { return hash64(frame.substr(kCheckedFrom)); }

}  // namespace

size_t frame_bytes(std::span<const RecordView> records) {
  size_t bytes = kFrameHeaderBytes + records.size() * kFrameRecordBytes;
  for (const RecordView& record : records) bytes += record.key.size() + record.value.size();
  return bytes;
}

void encode_frame(std::span<const RecordView> records, std::string& out) {
  assert(!records.empty());
  const size_t bytes = frame_bytes(records);
  assert(bytes - kFrameHeaderBytes <= std::numeric_limits<uint32_t>::max());
  Header header;
  header.appended_at = records.front().appended_at.value();
  header.count = static_cast<uint32_t>(records.size());
  header.body_bytes = static_cast<uint32_t>(bytes - kFrameHeaderBytes);
  out.clear();
  out.reserve(bytes);
  append_struct(out, header);
  for (const RecordView& record : records) {
    assert(record.key.size() <= kKeyBytesMax && record.value.size() <= kValueBytesMax);
    append_struct(out,
                  RecordHead{record.kind, record.flags, static_cast<uint16_t>(record.key.size()),
                             static_cast<uint32_t>(record.value.size())});
    out.append(record.key);
    out.append(record.value);
  }
  header.checksum = checksum_of(out);
  std::memcpy(out.data(), &header, sizeof header);
}

uint32_t frame_count(std::string_view frame) {
  if (frame.size() < kFrameHeaderBytes) return 0;
  Header header;
  std::memcpy(&header, frame.data(), sizeof header);
  return header.count;
}

Result<FrameReader, LogError> FrameReader::open(std::string_view frame) {
  if (frame.size() < kFrameHeaderBytes) return Error{LogError::corrupt};
  Header header;
  std::memcpy(&header, frame.data(), sizeof header);
  const std::string_view body = frame.substr(kFrameHeaderBytes);
  if (header.magic != kFrameMagic || header.version != kFrameVersion || header.reserved != 0 ||
      header.count == 0 || header.count > body.size() / kFrameRecordBytes ||
      header.body_bytes != body.size() || header.checksum != checksum_of(frame)) {
    return Error{LogError::corrupt};
  }
  return FrameReader(body, TimeMs(header.appended_at), header.count);
}

bool FrameReader::next(RecordView& record) {
  if (given_ == count_) return false;
  const std::string_view head_bytes = body_.raw(sizeof(RecordHead));
  if (!body_.ok()) return false;
  RecordHead head;
  std::memcpy(&head, head_bytes.data(), sizeof head);
  record.kind = head.kind;
  record.flags = head.flags;
  record.key = body_.raw(head.key_bytes);
  record.value = body_.raw(head.value_bytes);
  record.appended_at = appended_at_;
  if (!body_.ok() || static_cast<uint8_t>(head.kind) >= kRecordKinds) return false;
  if (head.key_bytes > kKeyBytesMax || head.value_bytes > kValueBytesMax) return false;
  ++given_;
  return true;
}

}  // namespace potik::log
