#include "pipeline/epoch_input.h"

#include <algorithm>
#include <utility>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/key_group.h"

namespace potik::pipeline {
namespace {

// What makes two events with one id the same: what the act was, not the bytes, so that a proxy that
// re-encodes an event does not look like an attacker, nor one that adds how it came: session_id,
// device, surface and unknown fields are left out. docs/formats/event.md names the fields.
uint32_t hash_content(const event::EventView& event, uint64_t user_hash, uint64_t video_hash,
                      uint32_t text_hash) {
  const auto hash_of = [](std::string_view text) { return text.empty() ? 0 : hash64(text); };
  uint64_t hash = mix64(user_hash ^ mix64(video_hash));
  hash = mix64(hash ^ static_cast<uint64_t>(event.type));
  hash = mix64(hash ^ static_cast<uint64_t>(event.occurred_at.value()));
  hash = mix64(hash ^ static_cast<uint32_t>(event.watch_ms));
  hash = mix64(hash ^ static_cast<uint32_t>(event.duration_ms));
  hash = mix64(hash ^ static_cast<uint32_t>(event.position));
  hash = mix64(hash ^ hash_of(event.comment_id));
  hash = mix64(hash ^ hash_of(event.request_id));
  return static_cast<uint32_t>(mix64(hash ^ text_hash) >> 32U);
}

bool has_detail(const event::EventView& event) {
  return !(event.comment_id.empty() && event.session_id.empty() && event.request_id.empty() &&
           event.device.empty() && event.surface.empty() && event.extra.empty());
}

}  // namespace

uint32_t short_hash(std::string_view text) {
  if (text.empty()) return 0;
  const auto hash = static_cast<uint32_t>(hash64(text));
  return hash == 0 ? 1 : hash;
}

void EventColumns::clear() {
  kind.clear(), type.clear(), history.clear(), key_group.clear(), offset.clear(),
      appended_at.clear();
  occurred_at.clear(), user_hash.clear(), event_hash.clear(), content_hash.clear(),
      text_hash.clear(), request_hash.clear(), surface_hash.clear();
  video.clear(), watch_ms.clear(), duration_ms.clear(), position.clear();
  event_id.clear(), user_id.clear(), video_id.clear(), detail.clear();
}

void PartitionInput::clear() {
  columns.clear();
  details.clear();
  profiles.clear();
  unlearnings.clear();
  user_changes = 0;
  video_changes.clear();
  unknown_videos.clear();
  dead_letters.clear();
  refused_videos = 0;
  decoder_.reset();
  arena_.reset();
}

void PartitionInput::decode(const model::VideoTable& videos) {
  clear();
  for (const log::RecordView& record : block.records) {
    switch (record.kind) {
      case log::RecordKind::event:
        take_event(record, videos);
        break;
      case log::RecordKind::user_put:
      case log::RecordKind::user_delete:
        take_user_change(record);
        break;
      case log::RecordKind::user_unlearn:
        take_unlearning(record);
        break;
      case log::RecordKind::video_put:
      case log::RecordKind::video_delete:
        take_video_change(record);
        break;
    }
  }
  sort_by_key_group();
}

uint32_t PartitionInput::add_row(const log::RecordView& record, std::string_view user_id) {
  const auto row = static_cast<uint32_t>(columns.size());
  columns.kind.push_back(record.kind);
  columns.history.push_back(record.flags & log::kFlagHistory);
  columns.key_group.push_back(key_group_of(user_id).value());
  columns.offset.push_back(record.offset);
  columns.appended_at.push_back(record.appended_at);
  columns.user_id.push_back(user_id);
  columns.user_hash.push_back(hash64(user_id));
  columns.detail.push_back(kNoDetail);
  columns.type.emplace_back();
  columns.occurred_at.push_back(record.appended_at);
  columns.event_hash.push_back(0);
  columns.content_hash.push_back(0);
  columns.text_hash.push_back(0);
  columns.request_hash.push_back(0);
  columns.surface_hash.push_back(0);
  columns.video.emplace_back();
  columns.watch_ms.push_back(event::kAbsent);
  columns.duration_ms.push_back(event::kAbsent);
  columns.position.push_back(event::kAbsent);
  columns.event_id.emplace_back();
  columns.video_id.emplace_back();
  return row;
}

void PartitionInput::take_event(const log::RecordView& record, const model::VideoTable& videos) {
  const auto decoded = decoder_.decode(record.value, record.appended_at);
  if (!decoded) return bury(record, decoded.error());
  const event::EventView& event = *decoded;
  const uint32_t row = add_row(record, event.user_id);
  const uint64_t video_hash = hash64(event.video_id);
  const uint32_t text_hash = event.text.empty() ? 0 : static_cast<uint32_t>(hash64(event.text));
  columns.type[row] = event.type;
  columns.occurred_at[row] = event.occurred_at;
  columns.event_hash[row] = hash64(event.event_id);
  columns.content_hash[row] = hash_content(event, columns.user_hash[row], video_hash, text_hash);
  columns.text_hash[row] = text_hash;
  columns.request_hash[row] = short_hash(event.request_id);
  columns.surface_hash[row] = short_hash(event.surface);
  columns.watch_ms[row] = event.watch_ms;
  columns.duration_ms[row] = event.duration_ms;
  columns.position[row] = event.position;
  columns.event_id[row] = event.event_id;
  columns.video_id[row] = event.video_id;
  columns.video[row] = videos.find(event.video_id, video_hash);
  if (columns.video[row] == kNoVideo) unknown_videos.push_back({row, video_hash});
  if (has_detail(event)) {
    columns.detail[row] = static_cast<uint32_t>(details.size());
    details.push_back({event.comment_id, event.text, event.session_id, event.request_id,
                       event.device, extra_of(event)});
  }
}

// The surface has no column in the store: there it is the first of the unknown fields.
std::string_view PartitionInput::extra_of(const event::EventView& event) {
  if (event.surface.empty()) return event.extra;
  extra_ = "{\"surface\":";
  append_json_string(extra_, event.surface);
  if (event.extra.size() > 2) {
    extra_ += ',';
    extra_ += event.extra.substr(1);
  } else {
    extra_ += '}';
  }
  return arena_.store(extra_);
}

void PartitionInput::take_user_change(const log::RecordView& record) {
  if (record.kind == log::RecordKind::user_delete) {
    add_row(record, record.key);
    ++user_changes;
    return;
  }
  auto profile = event::decode_user(record.value, record.key);
  if (!profile) return bury(record, profile.error());
  const uint32_t row = add_row(record, record.key);
  columns.detail[row] = static_cast<uint32_t>(profiles.size());
  profiles.push_back(std::move(profile).value());
  ++user_changes;
}

void PartitionInput::take_unlearning(const log::RecordView& record) {
  if (record.key.empty()) return bury(record, {event::DeadReason::missing_field, "user_id"});
  auto unlearning = event::decode_unlearning(record.value, record.key);
  if (!unlearning) return bury(record, unlearning.error());
  const uint32_t row = add_row(record, record.key);
  columns.detail[row] = static_cast<uint32_t>(unlearnings.size());
  unlearnings.push_back(std::move(unlearning).value());
}

void PartitionInput::take_video_change(const log::RecordView& record) {
  VideoChange change;
  change.put = record.kind == log::RecordKind::video_put;
  change.at = record.appended_at;
  change.offset = record.offset;
  change.bytes = record.value;
  change.video_id = record.key;
  if (change.put) {
    auto metadata = event::decode_video(record.value, record.key);
    if (!metadata) return bury(record, metadata.error());
    change.metadata = std::move(metadata).value();
  }
  video_changes.push_back(std::move(change));
}

void PartitionInput::bury(const log::RecordView& record, const event::DecodeError& error) {
  dead_letters.push_back({block.partition, record.offset, record.appended_at,
                          event::code(error.reason), error.field, record.value});
}

void PartitionInput::refuse(const VideoChange& change) {
  const auto later = [&](const store::DeadLetterRow& row) { return row.offset > change.offset; };
  dead_letters.insert(std::ranges::find_if(dead_letters, later),
                      {block.partition, change.offset, change.at,
                       event::code(event::DeadReason::no_room), "video_id", change.bytes});
  ++refused_videos;
}

void PartitionInput::sort_by_key_group() {
  starts.assign(kKeyGroups + 1, 0);
  for (const uint16_t group : columns.key_group) ++starts[group + 1U];
  for (size_t group = 0; group < kKeyGroups; ++group) starts[group + 1] += starts[group];
  rows.resize(columns.size());
  std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
  for (uint32_t row = 0; row < columns.size(); ++row) rows[next[columns.key_group[row]]++] = row;
}

}  // namespace potik::pipeline
