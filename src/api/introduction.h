#pragma once
// How the introduction of a new video goes, as answers tell it. Plain values; pure functions.

#include <cstdint>
#include <string>

#include "base/ids.h"
#include "base/json_writer.h"

namespace potik::api {

struct Introduction {
  std::string video_id;
  std::string title;
  std::string state;  // waiting, running, reached, missed, withdrawn
  uint32_t target = 0;
  uint32_t impressions = 0;
  double due = 0;  // impressions that its schedule wants by now
  uint32_t positives = 0;
  double rate_low = 0;  // 95 % interval of positives among impressions
  double rate_high = 1;
  double mean_prediction = 0;       // of a positive, over its impressions
  uint64_t impressions_of_all = 0;  // of all videos meanwhile
  TimeMs announced_at{};
  // 0: not yet
  TimeMs started_at{};
  TimeMs deadline_at{};
  TimeMs ended_at{};
};

// The members of an object that is open.
void append_introduction(JsonWriter& json, const Introduction& introduction);

}  // namespace potik::api
