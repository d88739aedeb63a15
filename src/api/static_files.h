#pragma once
// The pages, their assets and the clips, from two folders of the disk. Conditional and range
// requests, nothing outside the folders, nothing hidden, a strict content security policy.

#include "api/services.h"

namespace potik::api {

// GET / is feed.html, /ops is operations.html, /assets/* and /media/* what the folders hold.
void add_static_routes(Router& router, const Options& options);

}  // namespace potik::api
