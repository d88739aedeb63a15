#pragma once

#include <string>

#include "api/stats.h"

namespace potik::api {

// One JSON object on one line; field names as in Stats.
void append_stats(std::string& out, const Stats& stats);

}  // namespace potik::api
