#include "api/comments.h"
#include "api/demo.h"
#include "api/event_trace.h"
#include "api/events.h"
#include "api/inspection.h"
#include "api/live.h"
#include "api/recommendations.h"
#include "api/reference_data.h"
#include "api/roles.h"
#include "api/static_files.h"
#include "api/store_queries.h"
#include "api/viewers.h"

namespace potik::api {

namespace {

// Deleted videos concern several families of routes; the router keeps them for all.
struct SharedTombstones : Resource {
  explicit SharedTombstones(size_t tombstones_max) : tombstones(tombstones_max) {}
  Tombstones tombstones;
};

Tombstones& add_tombstones(Router& router, const Options& options) {
  auto shared = std::make_unique<SharedTombstones>(options.tombstones_max);
  Tombstones& tombstones = shared->tombstones;
  router.own(std::move(shared));
  return tombstones;
}

}  // namespace

std::unique_ptr<Router> make_router(const Services& services, const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  Tombstones& tombstones = add_tombstones(*router, options);
  const WriteServices writes{
      services.commit, services.progress, services.clock, services.metrics,
      [&cache = services.cache](const std::string& user_id) { cache.erase(user_id); }};
  add_recommendation_routes(
      *router,
      {services.cache, services.feed, services.recommender, services.clock, services.metrics},
      options, tombstones);
  add_events_routes(*router, writes, options);
  add_reference_data_routes(*router, writes, options, tombstones);
  add_catalogue_routes(*router, services.inspector, options);
  add_inspection_routes(*router, services.inspector, services.metrics, options, tombstones);
  add_store_routes(*router, {services.store, services.metrics}, options);
  add_trace_routes(*router, {services.log, services.store, services.live.tail}, options);
  add_operations_routes(*router,
                        {services.alerts, services.attention, services.stats, services.live,
                         services.clock, services.attention_changed},
                        options);
  add_comment_routes(*router, services.live.comments, options.retry_after_s);
  add_health_routes(*router, {services.registry, services.progress}, options);
  add_demo_routes(*router, {services.demo, &services.alerts}, options.retry_after_s);
  add_viewer_routes(*router, options);
  add_feed_page(*router, options);
  add_operations_page(*router, options);
  add_assets(*router, options);
  return router;
}

std::unique_ptr<Router> make_gateway_router(const WriteServices& writes,
                                            const HealthServices& health, const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  add_events_routes(*router, writes, options);
  add_reference_data_routes(*router, writes, options, add_tombstones(*router, options));
  add_health_routes(*router, health, options);
  add_elsewhere(*router);
  return router;
}

std::unique_ptr<Router> make_process_router(const ProcessServices& services,
                                            const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  add_catalogue_routes(*router, services.inspector, options);
  add_inspection_routes(*router, services.inspector, services.store.metrics, options,
                        add_tombstones(*router, options));
  add_store_routes(*router, services.store, options);
  add_trace_routes(*router, {services.log, services.store.store, services.operations.live.tail},
                   options);
  add_operations_routes(*router, services.operations, options);
  add_comment_routes(*router, services.operations.live.comments, options.retry_after_s);
  add_health_routes(*router, services.health, options);
  add_operations_page(*router, options);
  add_assets(*router, options);
  add_elsewhere(*router);
  return router;
}

std::unique_ptr<Router> make_api_router(const ListServices& lists, const HealthServices& health,
                                        const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  add_recommendation_routes(*router, lists, options, add_tombstones(*router, options));
  add_health_routes(*router, health, options);
  add_demo_routes(*router, {}, options.retry_after_s);
  add_viewer_routes(*router, options);
  add_feed_page(*router, options);
  add_assets(*router, options);
  add_elsewhere(*router);
  return router;
}

std::unique_ptr<Router> make_front_router(const FrontServices& services, const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  Tombstones& tombstones = add_tombstones(*router, options);
  add_recommendation_routes(*router, services.lists, options, tombstones);
  add_events_routes(*router, services.writes, options);
  add_reference_data_routes(*router, services.writes, options, tombstones);
  add_catalogue_routes(*router, services.catalogue, options);
  add_comment_routes(*router, services.comments, options.retry_after_s);
  add_health_routes(*router, services.health, options);
  add_demo_routes(*router, services.demo, options.retry_after_s);
  add_viewer_routes(*router, options);
  add_feed_page(*router, options);
  add_operations_page(*router, options);
  add_assets(*router, options);
  add_elsewhere(*router, kComputedElsewhere);
  return router;
}

std::unique_ptr<Router> make_sink_router(const StoreServices& store, const HealthServices& health,
                                         const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  add_store_routes(*router, store, options);
  add_health_routes(*router, health, options);
  return router;
}

}  // namespace potik::api
