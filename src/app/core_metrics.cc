// The names under which the core's counters appear in /metrics.

#include "app/core_stats.h"

#include <algorithm>

namespace potik::app {
namespace {

void register_runner(monitor::MetricsRegistry& registry, pipeline::Runner& runner) {
  const pipeline::RunnerMetrics& m = runner.metrics();
  registry.add("potik_epochs_total", "Epochs processed.", "", m.epochs);
  registry.add("potik_records_total", "Records read from the log, reference data included.", "",
               m.records);
  registry.add("potik_records_skipped_total",
               "Records that the log had forgotten before they were processed (log.on_gap).", "",
               m.records_skipped);
  registry.add("potik_events_total", "Events read from the log.", "", m.events);
  registry.add("potik_events_accepted_total", "Events decoded, not duplicates, stored.", "",
               m.accepted);
  registry.add("potik_events_duplicate_total", "Events dropped because their id was seen before.",
               "", m.duplicates);
  registry.add("potik_dead_letters_total", "Records that could not be decoded, or had no room.", "",
               m.dead_letters);
  registry.add("potik_events_suspicious_total",
               "Accepted events kept out of counters and learning.", "", m.suspicious);
  registry.add("potik_acts_taken_back_total",
               "Acts of earlier epochs taken back out of counters, neighbours and vectors.", "",
               m.taken_back);
  registry.add("potik_enrich_missing_total", "Events without a profile or metadata to join.",
               "side=\"user\"", m.user_unknown);
  registry.add("potik_enrich_missing_total", "Events without a profile or metadata to join.",
               "side=\"video\"", m.video_unknown);
  const std::string no_room =
      "What came of videos beyond model.videos_max (events: model.unlisted_max too).";
  registry.add("potik_videos_over_limit_total", no_room, "what=\"metadata\"", m.videos_refused);
  registry.add("potik_videos_over_limit_total", no_room, "what=\"event\"", m.events_over_limit);
  registry.add("potik_lists_refreshed_total", "Recommendation lists computed in epochs.", "",
               m.lists);
  registry.add("potik_alerts_total", "Alert notices.", "", m.alerts);
  registry.add("potik_alert_signals_dropped_total",
               "Signs of abuse that raised no alert because as many as may be are open.", "",
               m.alert_signals_dropped);
  registry.add("potik_alerts_open", "Alerts firing.", "", m.alerts_open);
  registry.add("potik_newcomers", "New videos owed their impressions.", "state=\"running\"",
               m.newcomers_running);
  registry.add("potik_newcomers", "New videos owed their impressions.", "state=\"waiting\"",
               m.newcomers_waiting);
  const std::string introduced = "New videos whose introduction has ended, by how.";
  registry.add("potik_introductions_total", introduced, "outcome=\"reached\"", m.newcomers_reached);
  registry.add("potik_introductions_total", introduced, "outcome=\"missed\"", m.newcomers_missed);
  registry.add("potik_introductions_total", introduced, "outcome=\"refused\"", m.newcomers_refused);
  registry.add("potik_inquiries_total",
               "Questions answered between epochs (cache misses among them).", "", m.inquiries);
  registry.add("potik_viewers_evicted_total", "Cold viewers moved out of memory.", "",
               m.evicted_viewers);
  const std::string help = "Latency by stage, in seconds.";
  registry.add("potik_stage_seconds", help, "stage=\"journal\"", m.journal_seconds);
  registry.add("potik_stage_seconds", help, "stage=\"compute\"", m.compute_seconds);
  registry.add("potik_stage_seconds", help, "stage=\"commit\"",
               runner.sink().metrics().commit_seconds);
  registry.add("potik_stage_seconds", help, "stage=\"snapshot\"",
               runner.sink().metrics().snapshot_seconds);
  registry.add("potik_event_visible_seconds",
               "Event accepted to recommendation visible, in seconds.", "", m.visible_seconds);
}

std::string labels_of(size_t horizon, std::string_view what, std::string_view name) {
  return std::string(what) + "=\"" + std::string(name) + "\",horizon=\"" +
         std::string(model::kQualityHorizons[horizon]) + "\"";
}

// Series of one name stand together.
void register_quality(monitor::MetricsRegistry& registry, const pipeline::QualityMetrics& m) {
  const auto of_heads = [&](const char* name, const char* help,
                            monitor::Gauge pipeline::QualityMetrics::HeadGauges::* gauge) {
    for (size_t horizon = 0; horizon < model::kHorizons; ++horizon) {
      for (size_t head = 0; head < model::kJudged; ++head) {
        const auto place = static_cast<size_t>(model::kJudgedHeads[head]);
        registry.add(name, help, labels_of(horizon, "head", model::kHeadNames[place]),
                     m.heads[horizon][head].*gauge);
      }
    }
  };
  using Heads = pipeline::QualityMetrics::HeadGauges;
  of_heads("potik_prediction_auc",
           "Chance that of two exposures the one that came true was predicted higher; NaN while "
           "that cannot be told.",
           &Heads::auc);
  of_heads("potik_prediction_mean", "Mean probability predicted of an exposure.",
           &Heads::predicted);
  of_heads("potik_prediction_came_true", "Share of exposures of which the prediction came true.",
           &Heads::rate);
  of_heads("potik_prediction_log_loss", "Mean logarithmic loss of the predictions, in nats.",
           &Heads::log_loss);
  of_heads("potik_prediction_exposures",
           "Exposures behind these figures, older ones counting less.", &Heads::exposures);
  const auto of_origins = [&](const char* name, const char* help,
                              monitor::Gauge pipeline::QualityMetrics::OriginGauges::* gauge) {
    for (size_t horizon = 0; horizon < model::kHorizons; ++horizon) {
      for (size_t origin = 0; origin < model::kOrigins; ++origin)
        registry.add(name, help, labels_of(horizon, "source", model::origin_name(origin)),
                     m.origins[horizon][origin].*gauge);
    }
  };
  using Origins = pipeline::QualityMetrics::OriginGauges;
  of_origins("potik_source_exposures",
             "Exposures to videos of the viewer's last list, by the source that named them; "
             "elsewhere: of no list.",
             &Origins::exposures);
  of_origins("potik_source_hits", "Of these, those that were a positive.", &Origins::hits);
}

void register_sinks(monitor::MetricsRegistry& registry, pipeline::Runner& runner) {
  const pipeline::SinkMetrics& m = runner.sink().metrics();
  registry.add("potik_store_commits_total", "Transactions of the analytical store.", "", m.commits);
  registry.add("potik_store_facts_total", "Facts committed.", "", m.committed_facts);
  registry.add("potik_sink_failures_total", "Failed commits, each retried.", "", m.failures);
  registry.add("potik_snapshots_total", "Snapshots written.", "", m.snapshots);
  registry.add("potik_snapshot_bytes_total", "Bytes of changed state written in snapshots.", "",
               m.snapshot_bytes);
  registry.add("potik_snapshot_epoch", "Epoch of the last snapshot: a start computes from it.", "",
               "gauge",
               [&runner] { return static_cast<double>(runner.sink().snapshotted().value()); });
  registry.add("potik_snapshot_age_seconds",
               "Since the last snapshot, or since the start. It grows while nothing changes.", "",
               "gauge", [&runner] { return runner.sink().snapshot_age_seconds(); });
  registry.add("potik_lag_records", "Records in the log that no epoch has processed yet.", "",
               "gauge", [&runner] { return static_cast<double>(runner.lag()); });
  registry.add("potik_store_epoch", "Last epoch committed in the analytical store.", "", "gauge",
               [&runner] { return static_cast<double>(runner.sink().stored().value()); });
  registry.add("potik_epoch", "Last epoch processed.", "", "gauge",
               [&runner] { return static_cast<double>(runner.epoch().value()); });
}

void register_outputs(monitor::MetricsRegistry& registry, const pipeline::OutputDrain& outputs) {
  const pipeline::OutputMetrics& m = outputs.metrics();
  registry.add("potik_publish_transactions_total", "Transactions of published results.", "",
               m.commits);
  registry.add("potik_publish_records_total", "Results published.", "", m.records);
  registry.add("potik_publish_failures_total", "Failed transactions, each retried.", "",
               m.failures);
  registry.add("potik_publish_seconds",
               "From the first record of a transaction to its commit, retries included.", "",
               m.commit_seconds);
  registry.add("potik_published_epoch", "Last epoch published.", "", "gauge",
               [&outputs] { return static_cast<double>(outputs.published().value()); });
}

}  // namespace

void register_cache(monitor::MetricsRegistry& registry, const cache::MemoryCache& cache,
                    const cache::ListFeed& feed) {
  const auto counter = [&](const char* name, const char* help,
                           uint64_t cache::MemoryCacheCounts::* member) {
    registry.add(name, help, "", "counter",
                 [&cache, member] { return static_cast<double>(cache.counts().*member); });
  };
  counter("potik_cache_hits_total", "Recommendation lists answered from the cache.",
          &cache::MemoryCacheCounts::hits);
  counter("potik_cache_misses_total", "Recommendation lists that had to be computed.",
          &cache::MemoryCacheCounts::misses);
  counter("potik_cache_evictions_total", "Lists pushed out by a limit.",
          &cache::MemoryCacheCounts::evictions);
  counter("potik_cache_expired_total", "Lists that were too old to be answered; misses too.",
          &cache::MemoryCacheCounts::expired);
  registry.add("potik_cache_entries", "Lists in the cache.", "", "gauge",
               [&cache] { return static_cast<double>(cache.counts().entries); });
  registry.add("potik_list_listeners", "Clients that follow a list.", "", "gauge",
               [&feed] { return static_cast<double>(feed.listeners()); });
}

void register_cluster(monitor::MetricsRegistry& registry, const kafka::ClusterView& cluster) {
  registry.add("potik_kafka_up",
               "1 while every partition of the log has a leader that answers, and none was added.",
               "", "gauge", [&cluster] { return cluster.trouble().empty() ? 1.0 : 0.0; });
  registry.add("potik_kafka_brokers_down", "Brokers that were to be connected and are not.", "",
               "gauge", [&cluster] { return static_cast<double>(cluster.brokers_down()); });
  registry.add("potik_kafka_read_ahead_bytes",
               "Records fetched and not yet processed (limit: kafka.fetch_bytes_max).", "", "gauge",
               [&cluster] { return static_cast<double>(cluster.buffered_bytes()); });
  registry.add("potik_kafka_produce_seconds", "A write to the log until all replicas have it.", "",
               cluster.produce_seconds());
}

void register_cluster(monitor::MetricsRegistry& registry, const DataDir& data,
                      const pipeline::Runner& runner, const std::vector<std::string>& names) {
  if (data.cluster == nullptr) return;
  register_cluster(registry, *data.cluster);
  for (size_t p = 0; p < names.size(); ++p) {
    registry.add("potik_kafka_lag_records",
                 "Records in the partition that no epoch has processed yet, as of a second ago.",
                 "partition=\"" + names[p] + "\"", "gauge", [cluster = data.cluster, &runner, p] {
                   const int64_t lag =
                       cluster->true_ends()[p].value() - runner.processed()[p].value();
                   return static_cast<double>(std::max<int64_t>(lag, 0));
                 });
  }
}

void register_metrics(monitor::MetricsRegistry& registry, const StatsParts& parts) {
  register_runner(registry, parts.runner);
  register_quality(registry, parts.runner.metrics().quality);
  register_sinks(registry, parts.runner);
  if (const auto* outputs = parts.runner.outputs()) register_outputs(registry, *outputs);
  parts.memory.register_in(registry);
  registry.add("potik_viewers_in_memory", "Viewers held in memory.", "",
               parts.runner.metrics().viewers_count);
  register_cache(registry, parts.cache, parts.feed);
}

}  // namespace potik::app
