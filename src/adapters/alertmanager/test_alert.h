#pragma once
// An alert for this folder's tests.

#include <string>

#include "monitor/alert.h"

namespace potik::alertmanager {

inline monitor::Alert likes_of(std::string video, monitor::AlertState state,
                               std::string id = "id-1", uint64_t folded = 0) {
  monitor::Alert alert;
  alert.id = std::move(id);
  alert.kind = "like_burst";
  alert.subject_type = "video";
  alert.subject = std::move(video);
  alert.state = state;
  alert.started_at = TimeMs(1'000'000);
  alert.at = TimeMs(1'005'000);
  alert.observed = 40.5;
  alert.baseline = 1;
  alert.threshold = 8;
  alert.unit = "likes/s";
  alert.distinct_users = 31;
  alert.folded = folded;
  alert.samples = {"e1", "e2"};
  alert.summary = "Likes of one video \"rose\".";
  alert.action = "Block the accounts.";
  return alert;
}

}  // namespace potik::alertmanager
