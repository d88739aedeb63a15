#include "api/events.h"
#include "api/live.h"
#include "api/recommendations.h"
#include "api/reference_data.h"
#include "api/services.h"
#include "api/static_files.h"
#include "api/store_queries.h"

namespace potik::api {
namespace {

// Deleted videos concern two families of routes; the router keeps them for both.
struct SharedTombstones : Resource {
  explicit SharedTombstones(size_t tombstones_max) : tombstones(tombstones_max) {}
  Tombstones tombstones;
};

}  // namespace

std::unique_ptr<Router> make_router(const Services& services, const Options& options) {
  auto router = std::make_unique<Router>(options.router);
  auto shared = std::make_unique<SharedTombstones>(options.tombstones_max);
  Tombstones& tombstones = shared->tombstones;
  router->own(std::move(shared));
  add_recommendation_routes(*router, services, options, tombstones);
  add_events_routes(*router, services, options);
  add_reference_data_routes(*router, services, options, tombstones);
  add_store_routes(*router, services, options);
  add_live_routes(*router, services, options);
  add_static_routes(*router, options);
  return router;
}

}  // namespace potik::api
