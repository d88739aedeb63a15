#include "host/frame_io.h"

#include <cstring>

#include "base/key_group.h"
#include "base/stored_numbers.h"

namespace potik::host {
namespace {

void put_texts(ByteWriter& out, const std::vector<std::string_view>& texts) {
  out.put(static_cast<uint32_t>(texts.size()));
  for (const std::string_view text : texts) out.text(text);
}

void take_texts(ByteReader& in, std::vector<std::string_view>& texts) {
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) texts.push_back(in.text());
}

void take_records(ByteReader& in, std::vector<log::RecordView>& records) {
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) records.push_back(take_record(in));
}

}  // namespace

std::optional<FrameHead> take_head(ByteReader& in) {
  const auto version = in.get<uint8_t>();
  FrameHead head;
  head.kind = in.get<FrameKind>();
  head.key_group = in.get<uint16_t>();
  head.slice = in.get<int64_t>();
  if (!in.ok() || version != kFrameVersion || head.slice < 0) return std::nullopt;
  if (head.kind < FrameKind::records || head.kind > FrameKind::result) return std::nullopt;
  if (head.key_group >= kKeyGroups && head.key_group != kAllKeyGroups) return std::nullopt;
  return head;
}

ByteWriter& FrameWriter::begin(const FrameHead& head) {
  start_ = out_.size();
  writer_.put(uint32_t{0});
  writer_.put(kFrameVersion);
  writer_.put(head.kind);
  writer_.put(head.key_group);
  writer_.put(head.slice);
  return writer_;
}

void FrameWriter::end() {
  const auto size = static_cast<uint32_t>(out_.size() - start_ - sizeof(uint32_t));
  std::memcpy(out_.data() + start_, &size, sizeof(size));
}

std::optional<std::string_view> next_frame(ByteReader& in) {
  if (in.left() == 0) return std::nullopt;
  const std::string_view frame = in.text();
  if (!in.ok()) return std::nullopt;
  return frame;
}

void put_record(ByteWriter& out, const log::RecordView& record) {
  out.put(record.kind);
  out.put(record.flags);
  out.put(record.appended_at.value());
  out.put(record.offset.value());
  out.text(record.key);
  out.text(record.value);
}

log::RecordView take_record(ByteReader& in) {
  log::RecordView record;
  const auto kind = in.get<uint8_t>();
  if (kind >= log::kRecordKinds) in.fail();
  record.kind = static_cast<log::RecordKind>(kind);
  record.flags = in.get<uint8_t>();
  record.appended_at = TimeMs(get_ms(in));
  record.offset = Offset(in.get<int64_t>());
  record.key = in.text();
  record.value = in.text();
  if (record.offset < Offset(0)) in.fail();
  return record;
}

bool read_records(ByteReader& in, RecordsFrame& frame) {
  frame.partition = Partition(in.get<uint16_t>());
  take_records(in, frame.records);
  return in.done();
}

void put_catalogue(ByteWriter& out, const CatalogueFrame& frame) {
  out.put(frame.partition.value());
  out.put(frame.records);
  out.put(frame.newest.value());
  put_texts(out, frame.videos);
  put_texts(out, frame.segments);
  out.put(static_cast<uint32_t>(frame.changes.size()));
  for (const log::RecordView& change : frame.changes) put_record(out, change);
}

bool read_catalogue(ByteReader& in, CatalogueFrame& frame) {
  frame.partition = Partition(in.get<uint16_t>());
  frame.records = in.get<uint64_t>();
  frame.newest = TimeMs(get_ms(in));
  take_texts(in, frame.videos);
  take_texts(in, frame.segments);
  take_records(in, frame.changes);
  return in.done();
}

void put_sender(ByteWriter& out, const SenderHead& head) {
  out.put(head.epoch.value());
  out.put(head.time.value());
  out.put(head.videos);
  out.put(head.first);
  out.put(head.last);
  out.put(head.sender);
}

bool read_sender(ByteReader& in, SenderHead& head) {
  head.epoch = Epoch(in.get<uint64_t>());
  head.time = TimeMs(get_ms(in));
  head.videos = in.get<uint32_t>();
  head.first = in.get<uint16_t>();
  head.last = in.get<uint16_t>();
  head.sender = in.get<uint64_t>();
  return in.ok() && head.first <= head.last && head.last < kKeyGroups;
}

}  // namespace potik::host
