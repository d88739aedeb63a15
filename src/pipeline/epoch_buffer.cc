#include "pipeline/epoch_buffer.h"

namespace potik::pipeline {
namespace {

template <class... Vectors>
size_t allocated(const Vectors&... vectors) {
  return (... + (vectors.capacity() * sizeof(typename Vectors::value_type)));
}

size_t allocated(const EventColumns& c) {
  return allocated(c.kind, c.type, c.history, c.key_group, c.offset, c.appended_at, c.occurred_at,
                   c.user_hash, c.event_hash, c.content_hash, c.text_hash, c.request_hash,
                   c.surface_hash, c.video, c.watch_ms, c.duration_ms, c.position, c.event_id,
                   c.user_id, c.video_id, c.detail);
}

size_t allocated(const PartitionInput& input) {
  size_t sum = allocated(input.block.records, input.details, input.profiles, input.unlearnings,
                         input.video_changes, input.unknown_videos, input.dead_letters, input.rows,
                         input.starts);
  for (const auto& bytes : input.block.bytes) sum += bytes.capacity();
  return sum + allocated(input.columns);
}

size_t allocated(const KeyGroupOutput& g) {
  return allocated(g.items, g.viewers, g.facts, g.fact_items, g.details, g.users, g.acts, g.taken,
                   g.forgotten, g.examples, g.signals, g.to_refresh, g.lists, g.fresh_lists,
                   g.fresh_since);
}

}  // namespace

void KeyGroupOutput::clear() {
  items.clear(), viewers.clear(), facts.clear(), details.clear(), users.clear(), acts.clear(),
      examples.clear(), signals.clear(), to_refresh.clear(), lists.clear(), fresh_lists.clear();
  taken.clear(), forgotten.clear();
  fresh_since.clear();
  no_longer_served.clear();
  fact_items.clear();
  rendered.clear();
  duplicates = suspicious = 0;
  newest_at = TimeMs{};
}

size_t EpochBuffer::memory_bytes() const {
  size_t sum =
      sizeof(EpochBuffer) + allocated(alerts, rows.facts, rows.details, rows.users, rows.videos,
                                      rows.dead_letters, rows.lists, rows.alerts);
  for (const store::ListRow& list : rows.lists)
    sum += allocated(list.videos, list.scores, list.sources);
  for (const PartitionInput& partition : partitions) sum += allocated(partition);
  for (const KeyGroupOutput& group : groups) sum += allocated(group);
  for (const VideoGroupOutput& group : video_groups)
    sum += allocated(group.steps, group.signals, group.taken);
  return sum;
}

}  // namespace potik::pipeline
