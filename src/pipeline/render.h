#pragma once
// From the rows of an epoch to the records that are published (docs/formats/topics.md): the wide
// enriched event as JSON, the list, the alert, the dead letter; or all rows as they are. Pure
// functions; about 1 us a record.

#include <string>

#include "enrich/profile.h"
#include "model/video_table.h"
#include "monitor/alert.h"
#include "pipeline/epoch_input.h"
#include "pipeline/rendered.h"
#include "store/row_piece.h"
#include "store/rows.h"

namespace potik::pipeline {

// Everything that one enriched event is made of. `metadata` may be null.
struct EnrichedEvent {
  const store::FactRow& fact;
  std::string_view user_id;
  std::string_view video_id;
  const Detail* detail = nullptr;
  const enrich::Profile& profile;
  const event::VideoMetadata* metadata = nullptr;
  Epoch epoch{};
};

// Appends one JSON object on one line. Members are named as the columns of the view `events`; what
// would be NULL there is left out.
void append_enriched(std::string& out, const EnrichedEvent& event);

void render_alert(const monitor::Alert& alert, RenderedPart& part);
void render_dead_letter(const store::DeadLetterRow& letter, RenderedPart& part);
// In pieces (docs/formats/rows.md). Where there are none, nothing of a writer that owns every key
// group; one of several does not know of the others' rows, which wait for its own.
void render_rows(const store::RowBlock& rows, store::KeyGroupRange writer, RenderedPart& part);

}  // namespace potik::pipeline
