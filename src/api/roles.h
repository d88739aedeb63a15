#pragma once
// The routers of the roles (route_table.h). A request for another role's route is answered 404 with
// a problem that says which role has it.

#include <memory>

#include "api/route_table.h"
#include "api/router.h"
#include "api/services.h"

namespace potik::api {

// Names to `router` the routes that are not those of `own`.
void add_elsewhere(Router& router, Role own);

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

// Of `potik sink`: questions to the store that it fills, and no other role's routes.
[[nodiscard]] std::unique_ptr<Router> make_sink_router(const StoreServices& store,
                                                       const HealthServices& health,
                                                       const Options& options);

}  // namespace potik::api
