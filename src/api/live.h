#pragma once
// What operators look at: alerts, statistics and their live stream, metrics, health, and the API's
// own description.

#include "api/services.h"

namespace potik::api {

void add_live_routes(Router& router, const Services& services, const Options& options);

}  // namespace potik::api
