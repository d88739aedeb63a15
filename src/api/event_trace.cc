#include "api/event_trace.h"

#include <algorithm>
#include <charconv>

#include "api/background.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/query_json.h"
#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::api {
namespace {

constexpr size_t kWaitingMax = 16;
constexpr std::string_view kBusy = "As many traces as the server takes wait already. Ask again.";
constexpr std::string_view kNoPlace =
    "Send the event's place in the log: /v1/events/PARTITION/OFFSET, two whole numbers.";

struct Place {
  Partition partition{};
  Offset offset{};
};

template <class Number>
std::optional<Number> number_of(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::optional<Place> place_of(const Request& request) {
  const auto partition = number_of<uint16_t>(request.ids[0]);
  const auto offset = number_of<int64_t>(request.ids[1]);
  if (!partition || !offset || *offset < 0) return std::nullopt;
  return Place{Partition(*partition), Offset(*offset)};
}

std::string where(const Place& place) {
  return "partition = " + std::to_string(place.partition.value()) +
         " AND \"offset\" = " + std::to_string(place.offset.value());
}

// The row of the view `events`, whole.
std::string enriched_query(const Place& place) {
  return "SELECT * FROM events WHERE " + where(place) + " LIMIT 1";
}

// The viewer's last list computed before the event's epoch, and the first one since.
std::string lists_query(const Place& place) {
  return "WITH f AS (SELECT user_handle, epoch FROM facts WHERE " + where(place) +
         " LIMIT 1), "
         "b AS (SELECT 'before' AS side, r.* FROM recommendations r JOIN f ON r.user_handle = "
         "f.user_handle AND r.epoch < f.epoch ORDER BY r.epoch DESC LIMIT 1), "
         "a AS (SELECT 'after' AS side, r.* FROM recommendations r JOIN f ON r.user_handle = "
         "f.user_handle AND r.epoch >= f.epoch ORDER BY r.epoch LIMIT 1), "
         "l AS (SELECT * FROM b UNION ALL SELECT * FROM a), "
         "i AS (SELECT side, epoch, unnest(range(1, len(videos) + 1)) AS rank, unnest(videos) AS "
         "video_handle, unnest(scores) AS score, unnest(sources) AS source FROM l) "
         "SELECT i.side, i.epoch, v.video_id, i.source, i.score FROM i JOIN videos v ON "
         "v.video_handle = i.video_handle AND v.version = 0 ORDER BY i.side, i.rank";
}

// The first row's columns, all of them or those that tell of predictions, as members of an object.
void append_row(JsonWriter& json, const store::QueryTable& table, bool predictions) {
  json.begin_object();
  for (size_t column = 0; column < table.columns.size(); ++column) {
    const std::string& name = table.columns[column].name;
    if (predictions && !name.starts_with("p_") && name != "model_version") continue;
    json.key(name);
    append_cell(json, table.columns[column], table.rows.front()[column]);
  }
  json.end_object();
}

std::string cell_named(const store::QueryTable& table, std::string_view name) {
  for (size_t column = 0; column < table.columns.size(); ++column) {
    if (table.columns[column].name == name) return table.rows.front()[column].value_or("");
  }
  return {};
}

uint8_t verdict_of(std::string_view names) {
  uint8_t verdict = 0;
  for (size_t bit = 0; bit < store::kVerdictNames.size(); ++bit) {
    if (names.find(store::kVerdictNames[bit]) != std::string_view::npos)
      verdict = static_cast<uint8_t>(verdict | 1U << bit);
  }
  return verdict;
}

// The first row of the view `events`.
TailEvent event_of(const store::QueryTable& enriched) {
  TailEvent event;
  event.event_id = cell_named(enriched, "event_id");
  event.user_id = cell_named(enriched, "user_id");
  event.video_id = cell_named(enriched, "video_id");
  const std::string type = cell_named(enriched, "type");
  const auto known = std::ranges::find(event::kEventTypeNames, type);
  if (known != event::kEventTypeNames.end()) event.type = *known;
  if (const auto at = parse_rfc3339(cell_named(enriched, "occurred_at"))) event.occurred_at = *at;
  event.verdict = verdict_of(cell_named(enriched, "verdict"));
  event.suspicious = event.verdict != 0;
  event.p_long_watch = number_of<float>(cell_named(enriched, "p_long_watch"));
  return event;
}

// Rows of lists_query(): those of one side, best first.
void append_side(JsonWriter& json, const store::QueryTable& table, std::string_view side) {
  bool any = false;
  for (const auto& row : table.rows) any = any || row[0] == side;
  if (!any) return static_cast<void>(json.null());
  json.begin_array();
  for (const auto& row : table.rows) {
    if (row[0] != side) continue;
    const auto source = number_of<size_t>(row[3].value_or("")).value_or(SIZE_MAX);
    json.begin_object().field("video_id", row[2].value_or(""));
    json.field("source", source < store::kListSourceNames.size() ? store::kListSourceNames[source]
                                                                 : std::string_view());
    json.key("score");
    append_cell(json, table.columns[4], row[4]);
    json.end_object();
  }
  json.end_array();
}

class Traces : public Resource {
 public:
  Traces(const TraceServices& services, const Options& options)
      : services_(services), options_(options), background_(1, kWaitingMax) {}

  void trace(Request& request, Reply reply) {
    const auto place = place_of(request);
    if (!place) return reply.send(problem(400, kNoPlace));
    const SharedReply shared = share(std::move(reply));
    Background::Job job = [this, place = *place, shared] { shared->send(answer(place)); };
    if (!background_.run(job)) shared->send(try_later(503, options_.retry_after_s, kBusy));
  }

 private:
  [[nodiscard]] Response answer(const Place& place) const {
    log::RecordBlock block;
    if (services_.log != nullptr && !read_record(place, block))
      return problem(404, "The log holds no record there: it was trimmed, or never was.");
    const auto enriched = services_.store.query(enriched_query(place), options_.query);
    const auto lists = services_.store.query(lists_query(place), options_.query);
    if (!enriched) return failure_of(enriched.error());
    if (!lists) return failure_of(lists.error());
    if (services_.log == nullptr && enriched->rows.empty())
      return problem(404, "The store holds no event of this place yet, or it is none.");
    Response response;
    JsonWriter json(response.body);
    json.begin_object().field("partition", place.partition.value());
    json.field("offset", place.offset.value());
    json.key("raw");
    block.records.empty() ? json.null() : json.value(block.records.front().value);
    append_tail(json, place, *enriched, block);
    append_stored(json, *enriched);
    append_changed(json, *lists);
    json.end_object();
    return response;
  }

  [[nodiscard]] bool read_record(const Place& place, log::RecordBlock& block) const {
    if (place.partition.value() >= services_.log->end().size()) return false;
    const auto read = services_.log->read(place.partition, place.offset, place.offset.next(),
                                          log::kValueBytesMax, block);
    return read && !block.records.empty() && block.records.front().offset == place.offset;
  }

  // With the times of its stages where it was processed lately and its row is there.
  void append_tail(JsonWriter& json, const Place& place, const store::QueryTable& enriched,
                   const log::RecordBlock& block) const {
    json.key("tail");
    const auto passed = services_.tail.passed(place.partition, place.offset);
    if (!passed || enriched.rows.empty()) return static_cast<void>(json.null());
    TailEvent event = event_of(enriched);
    event.partition = place.partition;
    event.offset = place.offset;
    event.epoch = passed->epoch;
    event.stages = passed->stages;
    if (!block.records.empty()) event.stages.appended = block.records.front().appended_at;
    append_tail_event(json, event);
  }

  static void append_stored(JsonWriter& json, const store::QueryTable& enriched) {
    const bool stored = !enriched.rows.empty();
    json.field("stored", stored).key("enriched");
    stored ? append_row(json, enriched, false) : static_cast<void>(json.null());
    json.key("scored");
    stored ? append_row(json, enriched, true) : static_cast<void>(json.null());
  }

  static void append_changed(JsonWriter& json, const store::QueryTable& lists) {
    json.key("changed");
    if (lists.rows.empty()) return static_cast<void>(json.null());
    json.begin_object().key("before");
    append_side(json, lists, "before");
    json.key("after");
    append_side(json, lists, "after");
    const auto& last = lists.rows.front();  // of the side after, where there is one
    json.key("epoch");
    append_cell(json, lists.columns[1], last[1]);
    json.end_object();
  }

  const TraceServices services_;
  const Options options_;
  Background background_;  // last: its thread uses the above
};

}  // namespace

void add_trace_routes(Router& router, const TraceServices& services, const Options& options) {
  auto owned = std::make_unique<Traces>(services, options);
  Traces* self = owned.get();
  router.add(Method::get, "/v1/events/{partition}/{offset}", kJson,
             [self](Request& request, Reply reply) { self->trace(request, std::move(reply)); });
  router.own(std::move(owned));
}

}  // namespace potik::api
