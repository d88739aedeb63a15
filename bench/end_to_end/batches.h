#pragma once
// Traffic as benches append it to a log: batches of JSON bytes, dealt to partitions beforehand so
// that this is not measured.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "end_to_end/traffic.h"
#include "event/decode.h"
#include "log/event_log.h"
#include "log/layout.h"

namespace potik::bench {

struct Batch {
  std::string bytes;
  struct Piece {
    uint16_t partition = 0;
    size_t at = 0, size = 0;
  };
  std::vector<Piece> pieces;
};

inline std::vector<Batch> make_batches(size_t events, const TrafficOptions& options,
                                       const log::Layout& layout) {
  constexpr size_t kBatch = 8'192;
  Traffic traffic(options);
  std::vector<Batch> batches;
  for (size_t i = 0; i < events; ++i) {
    if (i % kBatch == 0) batches.emplace_back();
    Batch& batch = batches.back();
    const size_t at = batch.bytes.size();
    const std::string user = traffic.next(batch.bytes);
    const Partition partition = layout.of(log::RecordKind::event, user);
    batch.pieces.push_back({partition.value(), at, batch.bytes.size() - at});
  }
  for (Batch& batch : batches) batch.bytes.append(event::kDecodePadding, '\0');
  return batches;
}

inline void append_or_end(log::EventLog& log, const std::vector<log::PartitionAppend>& appends) {
  if (log.append(appends)) return;
  std::fprintf(stderr, "the log cannot be written\n");
  std::exit(1);
}

inline void append(log::EventLog& log, const Batch& batch, TimeMs now) {
  std::vector<std::vector<log::RecordView>> lanes(log.end().size());
  for (const Batch::Piece& piece : batch.pieces) {
    log::RecordView record;
    record.appended_at = now;
    record.value = std::string_view(batch.bytes).substr(piece.at, piece.size);
    lanes[piece.partition].push_back(record);
  }
  std::vector<log::PartitionAppend> appends;
  for (uint16_t p = 0; p < lanes.size(); ++p) {
    if (!lanes[p].empty()) appends.push_back({Partition(p), lanes[p]});
  }
  append_or_end(log, appends);
}

inline void append_videos(log::EventLog& log, const log::Layout& layout,
                          const TrafficOptions& options) {
  const Traffic traffic(options);
  std::vector<std::string> ids, texts;
  for (uint32_t i = 0; i < options.videos; ++i) {
    ids.push_back(Traffic::video(i));
    texts.push_back(traffic.video_json(i));
  }
  std::vector<log::RecordView> records;
  for (size_t i = 0; i < ids.size(); ++i) {
    log::RecordView& record = records.emplace_back();
    record.kind = log::RecordKind::video_put;
    record.appended_at = options.start;
    record.key = ids[i];
    record.value = texts[i];
  }
  append_or_end(log, {{layout.of(log::RecordKind::video_put, ids[0]), records}});
}

}  // namespace potik::bench
