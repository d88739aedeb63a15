#pragma once
// The catalogue; and what the model knows about users and videos: GET of a user, the videos like
// one, and why a user is shown a video or not.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

void add_catalogue_routes(Router& router, Catalogue& catalogue, const Options& options);

// `tombstones` lives as long as the router.
void add_inspection_routes(Router& router, Inspector& inspector, ApiMetrics& metrics,
                           const Options& options, const Tombstones& tombstones);

}  // namespace potik::api
