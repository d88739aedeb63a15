#include "adapters/duckdb/table_rows.h"

namespace potik::duckdb {

using store::AlertRow;
using store::DeadLetterRow;
using store::DetailRow;
using store::FactRow;
using store::ListRow;
using store::RowBlock;
using store::UserRow;
using store::VideoRow;

void fill(TableChunk& chunk, const RowBlock& block, std::span<const FactRow> rows) {
  chunk.begin(rows.size());
  chunk.uuids_or_texts(rows, [](const FactRow& r) { return r.event_id; });
  chunk.numbers<uint64_t>(rows, [](const FactRow& r) { return r.user.value(); });
  chunk.numbers<uint32_t>(rows, [](const FactRow& r) { return r.video.value(); });
  chunk.numbers<uint32_t>(rows, [](const FactRow& r) { return r.user_version; });
  chunk.numbers<uint32_t>(rows, [](const FactRow& r) { return r.video_version; });
  chunk.numbers<uint8_t>(rows, [](const FactRow& r) { return r.type; });
  chunk.numbers<uint8_t>(rows, [](const FactRow& r) { return r.verdict; });
  chunk.numbers<uint16_t>(rows, [](const FactRow& r) { return r.flags; });
  chunk.numbers<uint16_t>(rows, [](const FactRow& r) { return r.partition.value(); });
  chunk.numbers<int64_t>(rows, [](const FactRow& r) { return r.offset.value(); });
  chunk.numbers<int64_t>(rows, [](const FactRow& r) { return r.occurred_at.value(); });
  chunk.numbers<int32_t>(rows, [](const FactRow& r) { return r.watch_ms; });
  chunk.numbers<int32_t>(rows, [](const FactRow& r) { return r.position; });
  chunk.numbers<int32_t>(rows, [](const FactRow& r) { return r.duration_ms; });
  chunk.numbers<uint32_t>(rows, [](const FactRow& r) { return r.user_events; });
  chunk.numbers<float>(rows, [](const FactRow& r) { return r.p_long_watch; });
  chunk.numbers<float>(rows, [](const FactRow& r) { return r.p_like; });
  chunk.numbers<float>(rows, [](const FactRow& r) { return r.p_comment; });
  chunk.numbers<float>(rows, [](const FactRow& r) { return r.p_skip; });
  chunk.constant<uint64_t>(block.model_version.value());
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const DetailRow> rows) {
  chunk.begin(rows.size());
  chunk.numbers<uint16_t>(rows, [](const DetailRow& r) { return r.partition.value(); });
  chunk.numbers<int64_t>(rows, [](const DetailRow& r) { return r.offset.value(); });
  chunk.texts(rows, [](const DetailRow& r) { return r.comment_id; });
  chunk.texts(rows, [](const DetailRow& r) { return r.text; });
  chunk.texts(rows, [](const DetailRow& r) { return r.session_id; });
  chunk.texts(rows, [](const DetailRow& r) { return r.request_id; });
  chunk.texts(rows, [](const DetailRow& r) { return r.device; });
  chunk.texts(rows, [](const DetailRow& r) { return r.extra; });
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const UserRow> rows) {
  using View = std::string_view;
  chunk.begin(rows.size());
  chunk.numbers<uint64_t>(rows, [](const UserRow& r) { return r.user.value(); });
  chunk.numbers<uint32_t>(rows, [](const UserRow& r) { return r.version; });
  chunk.numbers<bool>(rows, [](const UserRow& r) { return r.deleted; });
  chunk.numbers<int64_t>(rows, [](const UserRow& r) { return r.valid_from.value(); });
  chunk.texts(rows, [](const UserRow& r) { return View(r.user_id); });
  chunk.texts(rows, [](const UserRow& r) { return View(r.segment); });
  chunk.texts(rows, [](const UserRow& r) { return View(r.country); });
  chunk.texts(rows, [](const UserRow& r) { return View(r.language); });
  chunk.texts(rows, [](const UserRow& r) { return View(r.json); });
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const VideoRow> rows) {
  using View = std::string_view;
  chunk.begin(rows.size());
  chunk.numbers<uint32_t>(rows, [](const VideoRow& r) { return r.video.value(); });
  chunk.numbers<uint32_t>(rows, [](const VideoRow& r) { return r.version; });
  chunk.numbers<bool>(rows, [](const VideoRow& r) { return r.deleted; });
  chunk.numbers<int64_t>(rows, [](const VideoRow& r) { return r.valid_from.value(); });
  chunk.numbers<int32_t>(rows, [](const VideoRow& r) { return r.duration_ms; });
  chunk.numbers<int64_t>(rows, [](const VideoRow& r) { return r.published_at.value(); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.video_id); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.author_id); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.title); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.language); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.tags); });
  chunk.texts(rows, [](const VideoRow& r) { return View(r.json); });
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const DeadLetterRow> rows) {
  chunk.begin(rows.size());
  chunk.numbers<uint16_t>(rows, [](const DeadLetterRow& r) { return r.partition.value(); });
  chunk.numbers<int64_t>(rows, [](const DeadLetterRow& r) { return r.offset.value(); });
  chunk.numbers<int64_t>(rows, [](const DeadLetterRow& r) { return r.appended_at.value(); });
  chunk.texts(rows, [](const DeadLetterRow& r) { return r.reason; });
  chunk.texts(rows, [](const DeadLetterRow& r) { return r.field; });
  chunk.texts(rows, [](const DeadLetterRow& r) { return r.bytes; });
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const ListRow> rows) {
  static_assert(sizeof(VideoHandle) == sizeof(uint32_t), "handles are copied as they are");
  chunk.begin(rows.size());
  chunk.numbers<uint64_t>(rows, [](const ListRow& r) { return r.user.value(); });
  chunk.numbers<uint16_t>(rows, [](const ListRow& r) { return r.receipt_partition.value(); });
  chunk.numbers<int64_t>(rows, [](const ListRow& r) { return r.receipt_offset.value(); });
  chunk.constant<int64_t>(block.time.value());
  chunk.lists<uint32_t>(rows, [](const ListRow& r) -> const auto& { return r.videos; });
  chunk.lists<float>(rows, [](const ListRow& r) -> const auto& { return r.scores; });
  chunk.lists<uint8_t>(rows, [](const ListRow& r) -> const auto& { return r.sources; });
  chunk.constant<uint64_t>(block.model_version.value());
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

void fill(TableChunk& chunk, const RowBlock& block, std::span<const AlertRow> rows) {
  using View = std::string_view;
  chunk.begin(rows.size());
  chunk.texts(rows, [](const AlertRow& r) { return View(r.alert_id); });
  chunk.texts(rows, [](const AlertRow& r) { return View(r.kind); });
  chunk.texts(rows, [](const AlertRow& r) { return View(r.subject); });
  chunk.texts(rows, [](const AlertRow& r) { return View(r.state); });
  chunk.numbers<int64_t>(rows, [](const AlertRow& r) { return r.started_at.value(); });
  chunk.numbers<int64_t>(rows, [](const AlertRow& r) { return r.at.value(); });
  chunk.numbers<double>(rows, [](const AlertRow& r) { return r.observed; });
  chunk.numbers<double>(rows, [](const AlertRow& r) { return r.baseline; });
  chunk.numbers<double>(rows, [](const AlertRow& r) { return r.threshold; });
  chunk.texts(rows, [](const AlertRow& r) { return View(r.json); });
  chunk.constant<uint64_t>(block.epoch.value());
  chunk.end();
}

}  // namespace potik::duckdb
