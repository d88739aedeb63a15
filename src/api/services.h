#pragma once
// What the API is built from: everything it asks (Services) and everything that can be set
// (Options). The application's wiring fills both; make_router() does the rest.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/comment_board.h"
#include "api/demo.h"
#include "api/event_tail.h"
#include "api/ports.h"
#include "api/router.h"
#include "api/stats.h"
#include "api/stats_history.h"
#include "base/clock.h"
#include "cache/list_feed.h"
#include "cache/recommendation_cache.h"
#include "log/event_log.h"
#include "log/group_commit.h"
#include "log/layout.h"
#include "monitor/alert_attention.h"
#include "monitor/alert_board.h"
#include "monitor/metrics.h"
#include "store/event_store.h"

namespace potik::api {

// Counted by the handlers. Owned by the wiring, because the registry that names them outlives the
// router.
struct ApiMetrics {
  monitor::Counter events_accepted;
  monitor::Counter events_dead;  // appended, but not an event
  monitor::Counter
      events_refused;        // requests turned away for their number of lines, with 429 or 503
  monitor::Counter changes;  // PUT, DELETE and bulk lines of users and videos
  monitor::Counter lists_cached;
  monitor::Counter lists_computed;
  monitor::Counter lists_refused;  // the model was overloaded or stopping
  monitor::Counter queries;
  monitor::LatencyHistogram durable;   // request read -> records durable
  monitor::LatencyHistogram computed;  // miss -> list there
  void register_in(monitor::MetricsRegistry& registry) const;
};

// What each family of routes asks. All outlive the server, and the server the router:
// HttpServer::stop() waits for open answers, which need them.
struct WriteServices {
  log::GroupCommit& commit;
  Progress& progress;
  const Clock& clock;
  ApiMetrics& metrics;
  // Called when the deletion of a user is in the log; may be empty.
  std::function<void(const std::string& user_id)> forget_user;
};
struct ListServices {
  cache::RecommendationCache& cache;
  cache::ListFeed& feed;
  Recommender& recommender;
  const Clock& clock;
  ApiMetrics& metrics;
};
struct StoreServices {
  const store::StoreQuery& store;
  ApiMetrics& metrics;
};
// What the live stream shows, of whoever watches it.
struct LiveServices {
  EventTail& tail;
  CommentBoard& comments;
  const StatsHistory& history;
};
struct OperationsServices {
  monitor::AlertBoard& alerts;
  monitor::AlertAttention& attention;
  const StatsSource& stats;
  LiveServices live;
  const Clock& clock;
  // Called when `attention` has changed, on a connection's thread: must not block. May be empty.
  std::function<void()> attention_changed;
};
struct TraceServices {
  const log::EventLog* log;  // null where a look would move the reader that processing uses
  const store::StoreQuery& store;
  const EventTail& tail;
};
struct HealthServices {
  const monitor::MetricsRegistry& registry;
  Progress& progress;
};

// Of a server that does everything.
struct Services {
  log::GroupCommit& commit;
  cache::RecommendationCache& cache;
  cache::ListFeed& feed;
  Recommender& recommender;
  Inspector& inspector;
  Progress& progress;
  const store::StoreQuery& store;
  const log::EventLog* log;  // see TraceServices
  monitor::AlertBoard& alerts;
  monitor::AlertAttention& attention;
  const monitor::MetricsRegistry& registry;
  const StatsSource& stats;
  LiveServices live;
  const Clock& clock;
  ApiMetrics& metrics;
  std::function<void()> attention_changed{};  // see OperationsServices
  Demo* demo = nullptr;                       // null: without a simulated crowd
};

struct Options {
  log::Layout layout;                    // of the log behind `commit`
  size_t lines_max = 100'000;            // events or reference documents in one request
  uint64_t lag_records_max = 4'000'000;  // unprocessed records beyond which events are turned away
  int retry_after_s = 1;
  size_t list_videos_default = 20;
  size_t list_videos_max = 50;      // computed and cached per user
  size_t tombstones_max = 100'000;  // deleted videos filtered out of lists computed before
  size_t query_threads = 2;         // questions to the store that run at the same time
  size_t queries_waiting_max = 32;
  store::QueryLimits query;
  int64_t stats_interval_ms = 1'000;
  size_t stats_viewers_max = 256;
  std::string web_dir;    // feed.html, operations.html, assets/; empty: no pages
  std::string media_dir;  // clips and posters; empty: none
  // Where not empty, media_dir is a folder of somebody's videos: of it the videos alone are served,
  // and /media/posters/ is this folder.
  std::string posters_dir;
  std::string export_dir;  // POST /v1/export writes below it; empty: refused
  RouterOptions router;
};

// The whole API: every route with its handler (roles.h has it in parts). Starts the threads that
// ask the store and tick the statistics; the router's destructor joins them.
[[nodiscard]] std::unique_ptr<Router> make_router(const Services& services, const Options& options);

// The OpenAPI 3.1 document served at /openapi.json.
[[nodiscard]] std::string_view openapi_document();

}  // namespace potik::api
