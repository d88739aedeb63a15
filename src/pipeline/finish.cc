// The serial end of an epoch: lists of the popular, alerts, and the outputs put together in
// key-group order with a digest over all of them.

#include <algorithm>

#include "cache/list_json.h"
#include "pipeline/core.h"
#include "pipeline/render.h"
#include "pipeline/row_digest.h"

namespace potik::pipeline {
namespace {

template <class T>
void move_all(std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

store::AlertRow row_of(const monitor::Alert& alert) {
  return {alert.id,         alert.kind,
          alert.subject,    alert.state == monitor::AlertState::firing ? "firing" : "resolved",
          alert.started_at, alert.at,
          alert.observed,   alert.baseline,
          alert.threshold,  alert.json()};
}

void count(EpochBuffer& buffer) {
  EpochCounts& counts = buffer.counts;
  counts = EpochCounts{};
  for (const PartitionInput& partition : buffer.partitions) {
    counts.records += partition.block.records.size();
    counts.videos_refused += partition.refused_videos;
    for (const log::RecordView& record : partition.block.records)
      counts.events += record.kind == log::RecordKind::event;
  }
  for (const KeyGroupOutput& group : buffer.groups) {
    counts.duplicates += group.duplicates;
    counts.taken_back += group.taken.size();
  }
  for (const VideoGroupOutput& group : buffer.video_groups) counts.taken_back += group.taken.size();
  for (const store::FactRow& fact : buffer.rows.facts) {
    counts.suspicious += (fact.flags & store::kSuspicious) != 0;
    counts.user_unknown += (fact.flags & store::kUserUnknown) != 0;
    counts.video_unknown += (fact.flags & store::kVideoUnknown) != 0;
    counts.events_over_limit += (fact.flags & store::kVideoOverLimit) != 0;
  }
  counts.dead_letters = buffer.rows.dead_letters.size();
  counts.accepted = buffer.rows.facts.size();
  counts.lists = buffer.rows.lists.size();
  counts.alerts = buffer.rows.alerts.size();
}

// The list of an unknown user goes out with the first epoch of each such interval of the epochs'
// own times, so that a repeated epoch publishes the same.
constexpr int64_t kUnknownUserListMs = 5'000;

bool begins_interval(TimeMs before, TimeMs now) {
  return before.value() / kUnknownUserListMs != now.value() / kUnknownUserListMs;
}

// Whoever writes rows owns a contiguous range.
store::KeyGroupRange range_of(const KeyGroupSet& owned) {
  const auto first = std::ranges::find(owned, uint8_t{1});
  const auto last = std::find(owned.rbegin(), owned.rend(), uint8_t{1});
  return {.first = static_cast<uint16_t>(first - owned.begin()),
          .last = static_cast<uint16_t>(owned.rend() - last - 1)};
}

}  // namespace

// In key-group order, then what belongs to no key group.
std::unique_ptr<Rendered> Core::gather_rendered(EpochBuffer& buffer, const KeyGroupSet& owned) {
  auto rendered = std::make_unique<Rendered>();
  rendered->epoch = buffer.entry.epoch;
  for (KeyGroupOutput& group : buffer.groups) {
    if (group.rendered.size() != 0) rendered->parts.push_back(std::move(group.rendered));
    group.rendered.clear();
  }
  RenderedPart rest;
  if (tells_) {
    for (const monitor::Alert& alert : buffer.alerts) render_alert(alert, rest);
  }
  for (const store::DeadLetterRow& letter : buffer.rows.dead_letters)
    render_dead_letter(letter, rest);
  if (holds(buffer.enriched, EnrichedForm::blocks)) render_rows(buffer.rows, range_of(owned), rest);
  if (tells_ && begins_interval(time_before_, time_)) {
    const auto list =
        recommend(cache::kUnknownUserKey, nullptr, options_.list_length, scratch_.front());
    rest.add(log::OutputStream::recommendations, list->user_id,
             [&](std::string& text) { cache::append_list_record(text, *list); });
  }
  if (rest.size() != 0) rendered->parts.push_back(std::move(rest));
  return rendered;
}

void Core::finish(EpochBuffer& buffer, const KeyGroupSet& owned) {
  std::vector<detect::Signal> signals;
  count_introduced(buffer);
  store::RowBlock& rows = buffer.rows;
  rows.epoch = buffer.entry.epoch;
  rows.time = buffer.entry.time;
  rows.model_version = Epoch(buffer.entry.epoch.value() - 1);
  for (PartitionInput& partition : buffer.partitions)
    move_all(partition.dead_letters, rows.dead_letters);
  for (size_t index = 0; index < kKeyGroups; ++index) {
    KeyGroupOutput& group = buffer.groups[index];
    move_all(group.signals, signals);
    newest_event_ = std::max(newest_event_, group.newest_at);
    if (owned[index] == 0) continue;
    move_all(group.facts, rows.facts);
    move_all(group.details, rows.details);
    move_all(group.users, rows.users);
    move_all(group.lists, rows.lists);
  }
  for (VideoGroupOutput& group : buffer.video_groups) move_all(group.signals, signals);
  videos_.finish_epoch(newest_event_);
  introductions_.finish_epoch(videos_, time_);
  alerts_.fold(signals, newest_event_, buffer.alerts);
  if (tells_) {
    for (const monitor::Alert& alert : buffer.alerts) rows.alerts.push_back(row_of(alert));
  }
  count(buffer);
  if (buffer.publish) buffer.rendered = gather_rendered(buffer, owned);
  buffer.outputs = digest_rows(rows);
}

}  // namespace potik::pipeline
