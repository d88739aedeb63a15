// The views: the star put back together into what people ask about.

#include "adapters/duckdb/schema.h"
#include "event/event.h"
#include "store/rows.h"

namespace potik::duckdb {
namespace {

// CASE over a small code. The name of a code beyond the table is the code itself.
template <class Names>
std::string name_case(const std::string& code, const Names& names) {
  std::string sql = "CASE " + code;
  size_t value = 0;
  for (const std::string_view name : names) {
    sql += " WHEN " + std::to_string(value++) + " THEN '" + std::string(name) + "'";
  }
  return sql + " ELSE CAST(" + code + " AS VARCHAR) END";
}

std::string flag(uint16_t bit, const std::string& name) {
  return "(f.flags & " + std::to_string(bit) + ") <> 0 AS " + name;
}

std::string scored(const std::string& name) {
  return "CASE WHEN (f.flags & " + std::to_string(store::kScored) + ") <> 0 THEN f." + name +
         " END AS " + name;
}

std::string verdict_names() {
  std::string parts;
  unsigned bit = 1;
  for (const std::string_view name : store::kVerdictNames) {
    parts += ", CASE WHEN (f.verdict & " + std::to_string(bit) + ") <> 0 THEN '" +
             std::string(name) + "' END";
    bit <<= 1U;
  }
  return "nullif(concat_ws(','" + parts + "), '') AS verdict";
}

std::string event_columns() {
  return "coalesce(f.event_text, CAST(f.event_id AS VARCHAR)) AS event_id, " +
         name_case("f.type", event::kEventTypeNames) +
         " AS type, CAST(f.occurred_at AS TIMESTAMP) AS occurred_at, u.user_id, v.video_id, "
         "nullif(f.watch_ms, -1) AS watch_ms, "
         "coalesce(nullif(v.duration_ms, 0), nullif(greatest(f.duration_ms, 0), 0)) AS "
         "duration_ms, "
         "nullif(f.position, -1) AS position, "
         "nullif(f.watch_ms, -1) / coalesce(nullif(v.duration_ms, 0), "
         "nullif(greatest(f.duration_ms, 0), 0)) AS watch_fraction, "
         "d.comment_id, d.text, d.session_id, d.request_id, d.device, CAST(d.extra AS JSON) AS "
         "extra, json_extract_string(d.extra, '$.traceparent') AS traceparent, "
         "nullif(regexp_extract(json_extract_string(d.extra, '$.traceparent'), "
         "'^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}', 1), '') AS trace_id, ";
}

std::string joined_columns() {
  return "u.segment AS user_segment, u.country AS user_country, u.language AS user_language, "
         "CAST(u.profile AS JSON) AS user_profile, nullif(f.user_version, 0) AS user_version, "
         "f.user_events, "
         "v.title AS video_title, v.author_id, v.language AS video_language, "
         "CAST(CAST(v.tags AS JSON) AS VARCHAR[]) AS video_tags, "
         "nullif(CAST(v.published_at AS TIMESTAMP), make_timestamp(0)) AS video_published_at, "
         "nullif(f.video_version, 0) AS video_version, ";
}

std::string derived_columns() {
  return flag(store::kHistory, "history") + ", " + flag(store::kLate, "late") + ", " +
         flag(store::kFirstWatch, "first_watch") + ", " +
         flag(store::kUserUnknown, "user_unknown") + ", " +
         flag(store::kVideoUnknown, "video_unknown") + ", " +
         flag(store::kSuspicious, "suspicious") + ", " + verdict_names() + ", " +
         scored("p_long_watch") + ", " + scored("p_like") + ", " + scored("p_comment") + ", " +
         scored("p_skip") + ", f.model_version, f.partition, f.\"offset\", f.epoch";
}

std::string events_view() {
  return "CREATE OR REPLACE VIEW events AS SELECT " + event_columns() + joined_columns() +
         derived_columns() +
         " FROM facts f"
         " LEFT JOIN users u ON u.user_handle = f.user_handle AND u.version = f.user_version"
         " LEFT JOIN videos v ON v.video_handle = f.video_handle AND v.version = f.video_version"
         " LEFT JOIN details d ON d.partition = f.partition AND d.\"offset\" = f.\"offset\";\n";
}

std::string current_view(const std::string& name, const std::string& source,
                         const std::string& key) {
  return "CREATE OR REPLACE VIEW " + name + " AS SELECT * FROM " + source +
         " QUALIFY row_number() OVER (PARTITION BY " + key + " ORDER BY version DESC) = 1;\n";
}

// Name rows (version 0) exist for every handle, so that the join needs no version of its own.
std::string items_view() {
  return "CREATE OR REPLACE VIEW recommendation_items AS "
         "WITH items AS (SELECT epoch, model_version, computed_at, user_handle, "
         "unnest(range(1, len(videos) + 1)) AS rank, unnest(videos) AS video_handle, "
         "unnest(scores) AS score, unnest(sources) AS source FROM recommendations) "
         "SELECT i.epoch, CAST(i.computed_at AS TIMESTAMP) AS computed_at, u.user_id, CAST(i.rank "
         "AS INTEGER) AS rank, v.video_id, i.score, " +
         name_case("i.source", store::kListSourceNames) +
         " AS source, i.model_version FROM items i "
         "LEFT JOIN (SELECT user_handle, any_value(user_id) AS user_id FROM users GROUP BY ALL) u "
         "ON u.user_handle = i.user_handle "
         "LEFT JOIN (SELECT video_handle, any_value(video_id) AS video_id FROM videos GROUP BY "
         "ALL) v "
         "ON v.video_handle = i.video_handle;\n";
}

}  // namespace

std::string views_sql() {
  return events_view() + current_view("users_current", "users", "user_handle") +
         current_view("videos_current", "videos", "video_handle") + items_view();
}

}  // namespace potik::duckdb
