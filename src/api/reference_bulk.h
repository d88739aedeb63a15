#pragma once
// POST /v1/users and /v1/videos: many documents at once, the id inside each. What does not decode
// is refused line by line and kept nowhere: unlike events, reference data has a source that can
// send it again.

#include "api/reference_change.h"
#include "api/tombstones.h"

namespace potik::api {

void put_bulk(const WriteServices& services, const Options& options, const ReferenceKind& kind,
              Tombstones& tombstones, Request& request, Reply reply);

}  // namespace potik::api
