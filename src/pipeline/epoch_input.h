#pragma once
// One partition's part of an epoch: its records, decoded once into columns whose strings are views
// into the frames.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/text_arena.h"
#include "event/decode.h"
#include "event/reference.h"
#include "log/event_log.h"
#include "model/video_table.h"
#include "store/rows.h"

namespace potik::pipeline {

inline constexpr uint32_t kNoDetail = 0xffffffffU;

// Rows keyed by user, in log order: events, and changes of profiles between them.
struct EventColumns {
  std::vector<log::RecordKind> kind;  // event, user_put, user_delete or user_unlearn
  std::vector<event::EventType> type;
  std::vector<uint8_t> history;
  std::vector<uint16_t> key_group;
  std::vector<Offset> offset;
  std::vector<TimeMs> appended_at;
  std::vector<TimeMs> occurred_at;
  std::vector<uint64_t> user_hash;
  std::vector<uint64_t> event_hash;
  std::vector<uint32_t> content_hash;
  std::vector<uint32_t> text_hash;
  std::vector<uint32_t> request_hash;  // 0: none
  std::vector<uint32_t> surface_hash;  // 0: none
  std::vector<VideoHandle> video;      // kNoVideo until interned, or where there is no room
  std::vector<int32_t> watch_ms;
  std::vector<int32_t> duration_ms;
  std::vector<int32_t> position;
  std::vector<std::string_view> event_id;
  std::vector<std::string_view> user_id;
  std::vector<std::string_view> video_id;
  // Index into details, into profiles for user_put, into unlearnings for user_unlearn; kNoDetail.
  std::vector<uint32_t> detail;
  [[nodiscard]] size_t size() const { return kind.size(); }
  void clear();
};

// 32 bits of a request id or a surface, to compare or to learn by; 0 stands for none.
[[nodiscard]] uint32_t short_hash(std::string_view text);

struct Detail {
  std::string_view comment_id, text, session_id, request_id, device, extra;
};

struct VideoChange {
  bool put = false;  // else delete
  TimeMs at{};
  Offset offset{};
  std::string_view bytes;  // of the record
  std::string_view video_id;
  event::VideoMetadata metadata;
};

struct UnknownVideo {
  uint32_t row = 0;
  uint64_t hash = 0;
};

struct RowRef {
  uint16_t partition = 0;
  uint32_t row = 0;
};

// Filled by one thread; memory is kept from epoch to epoch.
class PartitionInput {
 public:
  log::RecordBlock block;
  EventColumns columns;
  std::vector<Detail> details;
  std::vector<event::UserProfile> profiles;
  std::vector<event::Unlearning> unlearnings;
  size_t user_changes = 0;  // rows that put or delete
  std::vector<VideoChange> video_changes;
  std::vector<UnknownVideo> unknown_videos;
  std::vector<store::DeadLetterRow> dead_letters;  // in log order
  size_t refused_videos = 0;                       // of these, for want of room
  // Rows in order of key group, stable: those of group g are rows[starts[g] .. starts[g + 1]).
  std::vector<uint32_t> rows;
  std::vector<uint32_t> starts;

  // Decodes `block` against the videos known now. Everything in it ends as a row, a change or a
  // dead letter.
  void decode(const model::VideoTable& videos);
  // Makes a dead letter of a change that there was no room for.
  void refuse(const VideoChange& change);

 private:
  void clear();
  void take_event(const log::RecordView& record, const model::VideoTable& videos);
  void take_user_change(const log::RecordView& record);
  void take_unlearning(const log::RecordView& record);
  void take_video_change(const log::RecordView& record);
  void bury(const log::RecordView& record, const event::DecodeError& error);
  uint32_t add_row(const log::RecordView& record, std::string_view user_id);
  void sort_by_key_group();

  std::string_view extra_of(const event::EventView& event);

  event::Decoder decoder_;
  TextArena arena_;
  std::string extra_;
};

}  // namespace potik::pipeline
