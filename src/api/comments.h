#pragma once
// GET /v1/videos/{id}/comments and its stream: what viewers say about a video.

#include "api/comment_board.h"
#include "api/router.h"

namespace potik::api {

// `comments` outlives the router.
void add_comment_routes(Router& router, CommentBoard& comments, int retry_after_s);

}  // namespace potik::api
