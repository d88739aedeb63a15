#include "store/row_bytes.h"

#include <cstring>
#include <initializer_list>

namespace potik::store {
namespace {

// The numbers of a fact without padding, so that they are copied in one piece.
struct __attribute__((packed)) PackedFact {
  uint64_t user;
  int64_t offset, occurred_at;
  uint32_t id_bytes, video, user_version, video_version, user_events;
  int32_t watch_ms, position, duration_ms;
  float p_long_watch, p_like, p_comment, p_skip;
  uint16_t flags, partition;
  uint8_t type, verdict;
};

constexpr size_t kListVideoBytes = 9;  // handle, score, source

// A value that cannot be would end in a table of names, past its end.
bool get_flag(ByteReader& in) {
  const auto value = in.get<uint8_t>();
  if (value > 1) in.fail();
  return value == 1;
}

template <class T>
void get_number(ByteReader& in, T& number) {
  number = T(in.get<typename T::rep>());
}

void get_texts(ByteReader& in, std::initializer_list<std::string*> texts) {
  for (std::string* text : texts) *text = in.text();
}

void get_texts(ByteReader& in, std::initializer_list<std::string_view*> texts) {
  for (std::string_view* text : texts) *text = in.text();
}

}  // namespace

void put(ByteWriter& out, const FactRow& row) {
  const PackedFact packed{row.user.value(),
                          row.offset.value(),
                          row.occurred_at.value(),
                          static_cast<uint32_t>(row.event_id.size()),
                          row.video.value(),
                          row.user_version,
                          row.video_version,
                          row.user_events,
                          row.watch_ms,
                          row.position,
                          row.duration_ms,
                          row.p_long_watch,
                          row.p_like,
                          row.p_comment,
                          row.p_skip,
                          row.flags,
                          row.partition.value(),
                          static_cast<uint8_t>(row.type),
                          row.verdict};
  out.raw({reinterpret_cast<const char*>(&packed), sizeof(packed)});
  out.raw(row.event_id);
}

void put(ByteWriter& out, const DetailRow& row) {
  out.put(row.partition.value());
  out.put(row.offset.value());
  for (const auto text :
       {row.comment_id, row.text, row.session_id, row.request_id, row.device, row.extra})
    out.text(text);
}

void put(ByteWriter& out, const UserRow& row) {
  out.put(row.user.value());
  out.put(row.version);
  out.put(row.deleted);
  out.put(row.valid_from.value());
  for (const std::string* text :
       {&row.user_id, &row.segment, &row.country, &row.language, &row.json})
    out.text(*text);
}

void put(ByteWriter& out, const VideoRow& row) {
  out.put(row.video.value());
  out.put(row.version);
  out.put(row.deleted);
  out.put(row.valid_from.value());
  out.put(row.duration_ms);
  out.put(row.published_at.value());
  for (const std::string* text :
       {&row.video_id, &row.author_id, &row.title, &row.language, &row.tags, &row.json}) {
    out.text(*text);
  }
}

void put(ByteWriter& out, const DeadLetterRow& row) {
  out.put(row.partition.value());
  out.put(row.offset.value());
  out.put(row.appended_at.value());
  out.text(row.reason);
  out.text(row.field);
  out.text(row.bytes);
}

void put(ByteWriter& out, const ListRow& row) {
  out.put(row.user.value());
  out.put(row.receipt_partition.value());
  out.put(row.receipt_offset.value());
  out.put(static_cast<uint32_t>(row.videos.size()));
  for (size_t i = 0; i < row.videos.size(); ++i) {
    out.put(row.videos[i].value());
    out.put(row.scores[i]);
    out.put(row.sources[i]);
  }
}

void put(ByteWriter& out, const AlertRow& row) {
  for (const std::string* text : {&row.alert_id, &row.kind, &row.subject, &row.state, &row.json})
    out.text(*text);
  out.put(row.started_at.value());
  out.put(row.at.value());
  out.put(row.observed);
  out.put(row.baseline);
  out.put(row.threshold);
}

void get(ByteReader& in, FactRow& row) {
  PackedFact packed{};
  const std::string_view bytes = in.raw(sizeof(packed));
  if (!in.ok()) return;
  std::memcpy(&packed, bytes.data(), sizeof(packed));
  if (packed.type >= event::kEventTypes) in.fail();
  row.event_id = in.raw(packed.id_bytes);
  row.user = UserHandle(packed.user);
  row.video = VideoHandle(packed.video);
  row.user_version = packed.user_version;
  row.video_version = packed.video_version;
  row.type = static_cast<event::EventType>(packed.type);
  row.verdict = packed.verdict;
  row.flags = packed.flags;
  row.partition = Partition(packed.partition);
  row.offset = Offset(packed.offset);
  row.occurred_at = TimeMs(packed.occurred_at);
  row.watch_ms = packed.watch_ms;
  row.position = packed.position;
  row.duration_ms = packed.duration_ms;
  row.user_events = packed.user_events;
  row.p_long_watch = packed.p_long_watch;
  row.p_like = packed.p_like;
  row.p_comment = packed.p_comment;
  row.p_skip = packed.p_skip;
}

void get(ByteReader& in, DetailRow& row) {
  get_number(in, row.partition);
  get_number(in, row.offset);
  get_texts(
      in, {&row.comment_id, &row.text, &row.session_id, &row.request_id, &row.device, &row.extra});
}

void get(ByteReader& in, UserRow& row) {
  get_number(in, row.user);
  row.version = in.get<uint32_t>();
  row.deleted = get_flag(in);
  get_number(in, row.valid_from);
  get_texts(in, {&row.user_id, &row.segment, &row.country, &row.language, &row.json});
}

void get(ByteReader& in, VideoRow& row) {
  get_number(in, row.video);
  row.version = in.get<uint32_t>();
  row.deleted = get_flag(in);
  get_number(in, row.valid_from);
  row.duration_ms = in.get<int32_t>();
  get_number(in, row.published_at);
  get_texts(in, {&row.video_id, &row.author_id, &row.title, &row.language, &row.tags, &row.json});
}

void get(ByteReader& in, DeadLetterRow& row) {
  get_number(in, row.partition);
  get_number(in, row.offset);
  get_number(in, row.appended_at);
  get_texts(in, {&row.reason, &row.field, &row.bytes});
}

void get(ByteReader& in, ListRow& row) {
  get_number(in, row.user);
  get_number(in, row.receipt_partition);
  get_number(in, row.receipt_offset);
  const size_t count = in.get<uint32_t>();
  if (count > in.left() / kListVideoBytes) return in.fail();
  row.videos.resize(count);
  row.scores.resize(count);
  row.sources.resize(count);
  for (size_t i = 0; i < count; ++i) {
    get_number(in, row.videos[i]);
    row.scores[i] = in.get<float>();
    row.sources[i] = in.get<uint8_t>();
    if (row.sources[i] >= kListSourceNames.size()) in.fail();
  }
}

void get(ByteReader& in, AlertRow& row) {
  get_texts(in, {&row.alert_id, &row.kind, &row.subject, &row.state, &row.json});
  get_number(in, row.started_at);
  get_number(in, row.at);
  row.observed = in.get<double>();
  row.baseline = in.get<double>();
  row.threshold = in.get<double>();
}

}  // namespace potik::store
