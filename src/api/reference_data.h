#pragma once
// Changes of users and videos: PUT and DELETE of one, NDJSON in bulk. They travel the event log and
// are answered after they have been processed, so that a GET right after sees them; a gateway apart
// from processing cannot know that, and says so.

#include "api/services.h"
#include "api/tombstones.h"

namespace potik::api {

// `tombstones` lives as long as the router.
void add_reference_data_routes(Router& router, const WriteServices& services,
                               const Options& options, Tombstones& tombstones);

}  // namespace potik::api
