#pragma once
// GET /v1/users/{id}/recommendations, its /stream of server-sent events, and GET
// /v1/videos/{id}/similar.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

// `tombstones` lives as long as the router.
void add_recommendation_routes(Router& router, const Services& services, const Options& options,
                               Tombstones& tombstones);

}  // namespace potik::api
