#pragma once
// The tail of the stream: a sample of the events that became visible lately, each with the times of
// its stages. What the operations page shows and traces.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/json_writer.h"

namespace potik::api {

// When an event passed each stage, as wall time.
struct EventStages {
  TimeMs appended{};   // taken by the gateway, or by the cluster
  TimeMs opened{};     // an epoch with it began
  TimeMs computed{};   // scored, learned from, its viewer's list made
  TimeMs published{};  // that list visible
};

struct TailEvent {
  std::string event_id;
  std::string_view type;  // static storage
  std::string user_id;
  std::string video_id;
  Partition partition{};
  Offset offset{};
  TimeMs occurred_at{};
  bool suspicious = false;
  uint8_t verdict = 0;  // bits of store::Verdict
  Epoch epoch{};
  std::optional<float> p_long_watch;  // predicted before it was learned; none where not scored
  EventStages stages;
};

struct TailBatch {
  uint64_t seen = 0;  // events since the last batch, of which these are a sample
  std::vector<TailEvent> events;
};

// Thread-safe.
class EventTail {
 public:
  virtual ~EventTail() = default;
  // What has been kept since the last call, and makes room for more: as long as nobody asks, next
  // to nothing is done.
  [[nodiscard]] virtual TailBatch take() = 0;
  // Of an event processed lately; nothing for older ones, and for those of before this process.
  struct Passed {
    Epoch epoch{};
    EventStages stages;  // without `appended`
  };
  [[nodiscard]] virtual std::optional<Passed> passed(Partition partition, Offset offset) const = 0;
};

// {"seen":n,"events":[...]} of docs/formats/openapi.json.
void append_tail(std::string& out, const TailBatch& batch);
// Its parts, as objects.
void append_tail_event(JsonWriter& json, const TailEvent& event);
void append_stages(JsonWriter& json, const EventStages& stages);

}  // namespace potik::api
