#pragma once
// Users and videos: PUT, GET, DELETE of one, NDJSON in bulk, and the catalogue. Changes travel the
// event log and are answered after they have been processed, so that a GET right after sees them.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

// `tombstones` lives as long as the router.
void add_reference_data_routes(Router& router, const Services& services, const Options& options,
                               Tombstones& tombstones);

}  // namespace potik::api
