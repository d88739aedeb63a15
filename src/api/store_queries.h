#pragma once
// POST /v1/query, GET /v1/dead-letters and POST /v1/export: what is asked of the analytical store.
// Each runs on a background thread, because the store blocks.

#include "api/services.h"

namespace potik::api {

void add_store_routes(Router& router, const StoreServices& services, const Options& options);

}  // namespace potik::api
