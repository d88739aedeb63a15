#pragma once
// What the model knows about users and videos: GET of one, the catalogue, the videos like one,
// and why a user is shown a video or not.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

// `tombstones` lives as long as the router.
void add_inspection_routes(Router& router, Inspector& inspector, ApiMetrics& metrics,
                           const Options& options, const Tombstones& tombstones);

}  // namespace potik::api
