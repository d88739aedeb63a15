#include "pipeline/row_digest.h"

#include <string>

#include "base/bytes.h"

namespace potik::pipeline {
namespace {

// The numbers of a fact without padding, so that it is hashed in one piece.
struct __attribute__((packed)) PackedFact {
  uint64_t user;
  int64_t offset, occurred_at;
  uint32_t id_bytes, video, user_version, video_version, user_events;
  int32_t watch_ms, position, duration_ms;
  float p_long_watch, p_like, p_comment, p_skip;
  uint16_t flags, partition;
  uint8_t type, verdict;
};

void put(ByteWriter& out, const store::FactRow& row) {
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

void put(ByteWriter& out, const store::DetailRow& row) {
  out.put(row.partition.value());
  out.put(row.offset.value());
  for (const auto text :
       {row.comment_id, row.text, row.session_id, row.request_id, row.device, row.extra})
    out.text(text);
}

void put(ByteWriter& out, const store::UserRow& row) {
  out.put(row.user.value());
  out.put(row.version);
  out.put(row.deleted);
  out.put(row.valid_from.value());
  for (const std::string* text :
       {&row.user_id, &row.segment, &row.country, &row.language, &row.json})
    out.text(*text);
}

void put(ByteWriter& out, const store::VideoRow& row) {
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

void put(ByteWriter& out, const store::DeadLetterRow& row) {
  out.put(row.partition.value());
  out.put(row.offset.value());
  out.put(row.appended_at.value());
  out.text(row.reason);
  out.text(row.field);
  out.text(row.bytes);
}

void put(ByteWriter& out, const store::ListRow& row) {
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

void put(ByteWriter& out, const store::AlertRow& row) {
  for (const std::string* text : {&row.alert_id, &row.kind, &row.subject, &row.state, &row.json})
    out.text(*text);
  out.put(row.started_at.value());
  out.put(row.at.value());
  out.put(row.observed);
  out.put(row.baseline);
  out.put(row.threshold);
}

// Hashes in pieces, so that a large epoch needs no large buffer.
class Chain {
 public:
  Chain() { bytes_.reserve(2 * kPieceBytes); }
  template <class Rows>
  void add(const Rows& rows) {
    ByteWriter out(bytes_);
    out.put(static_cast<uint64_t>(rows.size()));
    for (const auto& row : rows) {
      put(out, row);
      if (bytes_.size() >= kPieceBytes) fold();
    }
    fold();
  }
  [[nodiscard]] Digest digest() const { return digest_; }

 private:
  static constexpr size_t kPieceBytes = 64 * 1024;
  void fold() {
    digest_ = combine(digest_, digest128(bytes_));
    bytes_.clear();
  }
  std::string bytes_;
  Digest digest_;
};

}  // namespace

Digest digest_rows(const store::RowBlock& rows) {
  Chain chain;
  chain.add(rows.facts);
  chain.add(rows.details);
  chain.add(rows.users);
  chain.add(rows.videos);
  chain.add(rows.dead_letters);
  chain.add(rows.lists);
  chain.add(rows.alerts);
  return chain.digest();
}

}  // namespace potik::pipeline
