#pragma once
// The routers of the roles (route_table.h). A request for another role's route is answered 404 with
// a problem that says which role has it.

#include <memory>
#include <string_view>

#include "api/route_table.h"
#include "api/router.h"
#include "api/services.h"

namespace potik::api {

// Names to `router` the routes that it has not, and who has them: `instead` where the text is not
// empty, else the role that the table says.
void add_elsewhere(Router& router, std::string_view instead = {});

// All of these answer /metrics, /healthz, /readyz and /openapi.json too.
[[nodiscard]] std::unique_ptr<Router> make_gateway_router(const WriteServices& writes,
                                                          const HealthServices& health,
                                                          const Options& options);

struct ProcessServices {
  Inspector& inspector;
  StoreServices store;
  const log::EventLog* log;  // see TraceServices
  OperationsServices operations;
  HealthServices health;
};
[[nodiscard]] std::unique_ptr<Router> make_process_router(const ProcessServices& services,
                                                          const Options& options);

[[nodiscard]] std::unique_ptr<Router> make_api_router(const ListServices& lists,
                                                      const HealthServices& health,
                                                      const Options& options);

// Of `potik front`: gateway, lists, pages and what these need of the catalogue and of comments, in
// front of a core that is elsewhere.
struct FrontServices {
  WriteServices writes;
  ListServices lists;
  Catalogue& catalogue;
  CommentBoard& comments;
  DemoServices demo;
  HealthServices health;
};
inline constexpr std::string_view kComputedElsewhere =
    "This server (potik front) only takes events in and gives lists out. What you ask is known "
    "where they are computed: in a Flink cluster, or by potik process.";
[[nodiscard]] std::unique_ptr<Router> make_front_router(const FrontServices& services,
                                                        const Options& options);

// Of `potik sink`: questions to the store that it fills, and no other role's routes.
[[nodiscard]] std::unique_ptr<Router> make_sink_router(const StoreServices& store,
                                                       const HealthServices& health,
                                                       const Options& options);

}  // namespace potik::api
