// What a key group publishes of an epoch: its enriched events and its lists.

#include "cache/list_json.h"
#include "pipeline/core.h"
#include "pipeline/render.h"

namespace potik::pipeline {
namespace {

void render_events(const EpochBuffer& buffer, const model::VideoTable& videos,
                   KeyGroupOutput& out) {
  for (size_t i = 0; i < out.facts.size(); ++i) {
    const store::FactRow& fact = out.facts[i];
    const RowRef ref = out.items[out.fact_items[i]];
    const PartitionInput& partition = buffer.partitions[ref.partition];
    const uint32_t detail = partition.columns.detail[ref.row];
    const EnrichedEvent event{
        .fact = fact,
        .user_id = partition.columns.user_id[ref.row],
        .video_id = partition.columns.video_id[ref.row],
        .detail = detail == kNoDetail ? nullptr : &partition.details[detail],
        .profile = out.viewers[out.fact_items[i]]->value.profile,
        .metadata = fact.video == kNoVideo ? nullptr : videos.metadata(fact.video),
        .epoch = buffer.entry.epoch};
    out.rendered.add(log::OutputStream::enriched, event.user_id,
                     [&](std::string& text) { append_enriched(text, event); });
  }
}

}  // namespace

void Core::render(EpochBuffer& buffer, uint16_t index) const {
  KeyGroupOutput& out = buffer.groups[index];
  if (holds(buffer.enriched, EnrichedForm::json)) render_events(buffer, videos_, out);
  // A deleted user's list is withdrawn; one that the same epoch gave again comes behind.
  for (const RowRef ref : out.items) {
    const EventColumns& columns = buffer.partitions[ref.partition].columns;
    if (columns.kind[ref.row] != log::RecordKind::user_delete) continue;
    out.rendered.add(log::OutputStream::recommendations, columns.user_id[ref.row],
                     [](std::string&) {});
  }
  for (const auto& list : out.fresh_lists) {
    out.rendered.add(log::OutputStream::recommendations, list->user_id,
                     [&](std::string& text) { cache::append_list_record(text, *list); });
  }
}

}  // namespace potik::pipeline
