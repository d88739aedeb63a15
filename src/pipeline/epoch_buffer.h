#pragma once
// EpochBuffer: everything one epoch reads, computes and hands to the sinks. Recycled when the sinks
// have committed; until then its frames stay, because rows are views into them.

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/key_group.h"
#include "cache/recommendation.h"
#include "detect/signal.h"
#include "model/forecasts.h"
#include "model/ranker.h"
#include "model/video_table.h"
#include "monitor/alert.h"
#include "pipeline/epoch_input.h"
#include "pipeline/journal.h"
#include "pipeline/recent_likes.h"
#include "pipeline/rendered.h"
#include "pipeline/viewer.h"
#include "state/keyed_table.h"
#include "store/rows.h"

namespace potik::pipeline {

using ViewerTable = state::KeyedTable<Viewer>;

// Videos that an act pairs with that is not learned in full.
inline constexpr size_t kFewInputs = 4;
// Acts of earlier epochs that one epoch takes back by itself, of the viewers of one key group. What
// is beyond waits for the viewer's next act. What a person asks for is taken back at once.
inline constexpr size_t kTakenMax = 128;

// One act for the video pass, with what is needed to revise its row. What it pairs with stands in
// the core, which needs it no longer when the epoch has run.
struct PendingAct {
  model::Act act;      // `recent` is set from recent_begin and recent_count before use
  uint32_t index = 0;  // in the acts (or in what is taken back) of its key group of viewers
  uint32_t row = 0;    // in KeyGroupOutput::facts
  uint32_t item = 0;   // in KeyGroupOutput::viewers
  uint32_t text_hash = 0;
  uint32_t recent_begin = 0;
  uint16_t recent_count = 0;
  uint16_t video_key_group = 0;
  bool history = false;
  bool in_full = false;  // is learned from with all that the viewer had met
  bool kept = false;     // the viewer's list has it as counted
  float promised = 0;    // chance of a positive, predicted where the video is under introduction
  UserHandle user{};
  std::string_view user_id;  // of the viewer, and of the video; not of what is taken back
  std::string_view video_id;
};

struct PendingExample {
  model::Example example;
  uint32_t row = 0;
  ViewerTable::Entry* viewer = nullptr;
  VideoHandle video{};
  uint8_t origin = model::kElsewhere;  // how the video came before the viewer
};

// What the viewer pass of one key group gives, in its log order.
struct KeyGroupOutput {
  std::vector<RowRef> items;                 // this group's rows over all partitions
  std::vector<ViewerTable::Entry*> viewers;  // beside items
  std::vector<store::FactRow> facts;
  std::vector<uint32_t> fact_items;  // beside facts: which of items; only where it is published
  std::vector<store::DetailRow> details;
  std::vector<store::UserRow> users;
  std::vector<PendingAct> acts;
  std::vector<PendingAct> taken;      // back, of earlier epochs; they have no row
  std::vector<UserHandle> forgotten;  // whose acts were taken back
  std::vector<PendingExample> examples;
  std::vector<detect::Signal> signals;
  std::vector<ViewerTable::Entry*> to_refresh;  // each once, in order of first act
  std::vector<store::ListRow> lists;
  std::vector<std::shared_ptr<const cache::RecommendationList>> fresh_lists;
  std::vector<TimeMs> fresh_since;  // beside fresh_lists: when the act behind each was accepted
  std::vector<std::string> no_longer_served;
  RenderedPart rendered;
  uint64_t duplicates = 0;
  uint64_t suspicious = 0;
  TimeMs newest_at{};
  void clear();
};

// What the model does for the acts on one key group of videos, in the order of the steps.
struct VideoStep {
  enum class Kind : uint8_t {
    count,
    take_back,         // a like of this epoch that was counted before
    take_back_earlier  // a like of an earlier one
  };
  Kind kind{};
  uint16_t group = 0;  // of the viewer
  uint32_t index = 0;  // in KeyGroupOutput::acts; of an earlier one in VideoGroupOutput::taken
};

// What the video pass of one key group gives.
struct VideoGroupOutput {
  std::vector<VideoStep> steps;
  std::vector<detect::Signal> signals;
  std::vector<RecentLike> taken;  // back, of earlier epochs
  void clear() { steps.clear(), signals.clear(), taken.clear(); }
};

// Whether an act is counted and learned from. Without quarantine only what a person had taken back
// is not.
[[nodiscard]] inline bool counts(const store::FactRow& fact, bool quarantine) {
  return fact.verdict == 0 || !(quarantine || (fact.verdict & store::kQuarantined) != 0);
}

struct EpochCounts {
  uint64_t records = 0;
  uint64_t events = 0;  // accepted + duplicates + dead letters among events
  uint64_t accepted = 0;
  uint64_t duplicates = 0;
  uint64_t dead_letters = 0;
  uint64_t suspicious = 0;
  uint64_t taken_back = 0;  // acts of earlier epochs
  uint64_t user_unknown = 0;
  uint64_t video_unknown = 0;
  uint64_t videos_refused = 0;     // metadata for which there was no room; among the dead letters
  uint64_t events_over_limit = 0;  // accepted, on videos for which there was no room
  uint64_t lists = 0;
  uint64_t alerts = 0;
};

struct EpochBuffer {
  EpochEntry entry;
  bool publish = false;                        // set before the epoch runs: `rendered` is wanted
  EnrichedForm enriched = EnrichedForm::json;  // likewise: in which form
  std::vector<PartitionInput> partitions;
  std::array<KeyGroupOutput, kKeyGroups> groups;
  std::array<VideoGroupOutput, kKeyGroups> video_groups;
  std::vector<monitor::Alert> alerts;
  store::RowBlock rows;
  std::unique_ptr<Rendered> rendered;
  EpochCounts counts;
  Digest outputs;
  // Frames, columns and rows, as allocated; not what `rendered` holds. Some microseconds.
  [[nodiscard]] size_t memory_bytes() const;
};

}  // namespace potik::pipeline
