#pragma once
// GET /v1/events/{partition}/{offset}: one event through all stages: as it was received, enriched,
// scored, and what it changed in its viewer's list.

#include "api/services.h"

namespace potik::api {

void add_trace_routes(Router& router, const TraceServices& services, const Options& options);

}  // namespace potik::api
