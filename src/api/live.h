#pragma once
// What operators look at: alerts, statistics and their live stream; and what every server answers:
// metrics, health, and the API's own description.

#include "api/services.h"

namespace potik::api {

void add_operations_routes(Router& router, const OperationsServices& services,
                           const Options& options);
void add_health_routes(Router& router, const HealthServices& services, const Options& options);

}  // namespace potik::api
