#pragma once
// Viewer: all keyed state of one user. One thread owns a key group's viewers at a time.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/ids.h"
#include "detect/user_detector.h"
#include "enrich/profile.h"
#include "model/counted_acts.h"
#include "model/forecasts.h"
#include "model/taste.h"
#include "pipeline/recent_ids.h"

namespace potik::pipeline {

struct Viewer {
  std::string id;
  UserHandle handle{};
  enrich::Profile profile;
  uint16_t segment = 0;  // slot in the video table; derived from profile.segment
  uint32_t events = 0;   // accepted so far
  TimeMs newest_at{};    // event time
  // The last accepted event: what a list computed now reflects. Offset -1: none yet.
  Partition last_partition{};
  Offset last_offset{-1};
  TimeMs last_at{};
  TimeMs last_appended_at{};
  RecentIds recent_ids;
  model::Taste taste;
  detect::UserTrace trace;
  model::Forecasts forecasts;
  model::CountedActs counted;  // what can be taken back
  TimeMs quarantined_until{};  // event time; acts before it do not count
  uint32_t taken_back = 0;     // acts, so far

  // The bytes of a snapshot record; `id` is its key and not part of it. Format version first.
  void save(std::string& out) const;
  // False if the bytes are not a viewer's. `segment` is left to the caller.
  [[nodiscard]] bool load(std::string_view bytes);
  [[nodiscard]] size_t memory_bytes() const;
  // Asks the memory for what the lists of a viewer hold, ahead of an act: viewers lie anywhere.
  void fetch_lists() const;
};

}  // namespace potik::pipeline
