#pragma once
// POST /v1/viewers: a page asks who its viewer is. A new one, or another token for the one it has.

#include "api/services.h"

namespace potik::api {

// 201 {"user_id","token"|null,"expires_at"|null}; without access control, or where no tokens are
// asked for, the two are null.
void add_viewer_routes(Router& router, const Options& options);

}  // namespace potik::api
