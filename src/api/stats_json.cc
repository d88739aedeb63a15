#include "api/stats_json.h"

#include "base/json_writer.h"

namespace potik::api {
namespace {

void append_memory(JsonWriter& json, const Stats& stats) {
  json.key("memory").begin_array();
  for (const MemoryLine& line : stats.memory) {
    json.begin_object().field("component", line.component).field("bytes", line.bytes);
    json.field("limit_bytes", line.limit_bytes).end_object();
  }
  json.end_array();
}

void append_top_videos(JsonWriter& json, const Stats& stats) {
  json.key("top_videos").begin_array();
  for (const TopVideo& video : stats.top_videos) {
    json.begin_object().field("video_id", video.video_id).field("title", video.title);
    json.field("plays", video.plays).field("likes", video.likes).end_object();
  }
  json.end_array();
}

void append_quality(JsonWriter& json, const Stats& stats) {
  json.key("heads").begin_array();
  for (const HeadLine& line : stats.heads) {
    json.begin_object().field("head", line.head).field("horizon", line.horizon);
    json.field("exposures", line.exposures).field("predicted", line.predicted);
    json.field("rate", line.rate).field("log_loss", line.log_loss);
    json.field("auc", line.auc).end_object();
  }
  json.end_array().key("sources").begin_array();
  for (const SourceLine& line : stats.sources) {
    json.begin_object().field("source", line.source).field("horizon", line.horizon);
    json.field("exposures", line.exposures).field("hits", line.hits).end_object();
  }
  json.end_array();
}

void append_newcomers(JsonWriter& json, const Newcomers& newcomers) {
  json.key("newcomers").begin_object();
  json.field("running", newcomers.running).field("waiting", newcomers.waiting);
  json.field("reached", newcomers.reached).field("missed", newcomers.missed);
  json.key("videos").begin_array();
  for (const Introduction& introduction : newcomers.videos) {
    json.begin_object();
    append_introduction(json, introduction);
    json.end_object();
  }
  json.end_array().end_object();
}

void append_rates(JsonWriter& json, const Stats& stats) {
  json.field("events_per_second", stats.events_per_second);
  json.field("accepted_per_second", stats.accepted_per_second);
  json.field("answers_per_second", stats.answers_per_second);
  json.field("suspicious_per_second", stats.suspicious_per_second);
  json.field("hit_rate", stats.hit_rate).field("refused", stats.refused);
}

void append_processing(JsonWriter& json, const Stats& stats) {
  json.key("epoch_ms").begin_object().field("journal_p99", stats.journal_p99_ms);
  json.field("compute_p99", stats.compute_p99_ms).end_object();
  json.field("threads", stats.threads).field("snapshot_age_ms", stats.snapshot_age_ms);
  json.key("store").begin_object().field("commits", stats.store.commits);
  json.field("rows", stats.store.rows).field("failures", stats.store.failures);
  json.field("rows_per_second", stats.store.rows_per_second);
  json.field("commit_p99_ms", stats.store.commit_p99_ms).end_object();
  json.key("partitions").begin_array();
  for (const PartitionLine& line : stats.partitions) {
    json.begin_object().field("name", line.name).field("end", line.end);
    json.field("lag", line.lag).end_object();
  }
  json.end_array();
}

}  // namespace

void append_stats(std::string& out, const Stats& stats) {
  JsonWriter json(out);
  json.begin_object();
  json.field("node", stats.node).field("trouble", stats.trouble);
  json.field("uptime_ms", stats.uptime_ms).field("epoch", stats.epoch);
  json.field("events", stats.events).field("accepted", stats.accepted);
  json.field("duplicates", stats.duplicates).field("dead_letters", stats.dead_letters);
  json.field("suspicious", stats.suspicious).field("lists", stats.lists).field("lag", stats.lag);
  append_rates(json, stats);
  append_processing(json, stats);
  json.field("latency_p50_ms", stats.latency_p50_ms).field("latency_p99_ms", stats.latency_p99_ms);
  json.field("cache_hits", stats.cache_hits).field("cache_misses", stats.cache_misses);
  json.field("alerts_firing", stats.alerts_firing).field("stored_epoch", stats.stored_epoch);
  json.field("listeners", stats.listeners);
  json.field("memory_limit_bytes", stats.memory_limit_bytes);
  append_memory(json, stats);
  append_top_videos(json, stats);
  append_quality(json, stats);
  append_newcomers(json, stats.newcomers);
  json.end_object();
}

}  // namespace potik::api
