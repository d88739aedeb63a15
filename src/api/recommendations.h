#pragma once
// GET /v1/users/{id}/recommendations and its /stream of server-sent events.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

// `tombstones` lives as long as the router.
void add_recommendation_routes(Router& router, const ListServices& services, const Options& options,
                               Tombstones& tombstones);

}  // namespace potik::api
