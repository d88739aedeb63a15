#pragma once
// POST /v1/events: the gateway of events. Durable before it answers; what cannot be kept is turned
// away.

#include "api/services.h"

namespace potik::api {

void add_events_routes(Router& router, const WriteServices& services, const Options& options);

}  // namespace potik::api
