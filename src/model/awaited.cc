// Which exposure an act belongs to, and exposures that nobody answered.

#include "model/awaited.h"

#include <algorithm>

#include "model/buckets.h"
#include "model/taste_counts.h"

namespace potik::model {
namespace {

uint8_t gap_before(const Taste& taste, TimeMs at) {
  const auto minutes = static_cast<float>(ms_between(taste.last_exposed_at, at)) / 60'000.0F;
  return static_cast<uint8_t>(log_bucket(minutes, 1));
}

Exposure exposure_of(const Taste& taste, const Awaited& awaited) {
  return {awaited.at, awaited.surface, awaited.gap, taste.habit};
}

// Counts an impression that ran out.
void pass_over(Taste& taste, const VideoTable& videos, const Awaited& awaited) {
  const auto entry = std::ranges::find(taste.ring, awaited.video, &Watched::video);
  const bool known = entry != taste.ring.end();
  const bool liked = known && (entry->flags & kLiked) != 0;
  const VideoStats& video = videos.at(awaited.video);
  const Outcome outcome{&video, video.duration_ms, awaited.surface};
  taste.last = {awaited.video, exposure_of(taste, awaited)};
  count_exposure(taste, outcome);
  if (liked) count_positive(taste, outcome);
  // What a history showed taught nothing: shown again, it is an exposure of its own.
  if (known && !awaited.history) entry->flags |= kIgnored;
}

}  // namespace

size_t find_awaited(const Taste& taste, const ViewerAct& act) {
  size_t found = taste.awaited.size();
  if (act.video == nullptr) return found;
  for (size_t i = taste.awaited.size(); i-- > 0;) {
    const Awaited& awaited = taste.awaited[i];
    if (awaited.video != act.video->handle) continue;
    if (awaited.request != 0 && awaited.request == act.request) return i;
    const bool both = awaited.request != 0 && act.request != 0;
    if (!both && found == taste.awaited.size()) found = i;
  }
  return found;
}

Role role_of(const Taste& taste, const ViewerAct& act, int64_t window_ms) {
  if (act.video == nullptr || find_awaited(taste, act) < taste.awaited.size())
    return Role::exposure;
  const Watched* known = taste.find(act.video->handle);
  if (known == nullptr) return Role::exposure;
  if ((known->flags & kIgnored) != 0) return Role::late;
  const bool played = (known->flags & kPlayed) != 0;
  return played && ms_between(known->at, act.at) <= window_ms ? Role::again : Role::exposure;
}

Exposure exposure_of(const Taste& taste, const ViewerAct& act, int64_t window_ms) {
  using event::EventType;
  const size_t awaited = find_awaited(taste, act);
  if (awaited < taste.awaited.size()) return exposure_of(taste, taste.awaited[awaited]);
  const bool of_the_last = act.video != nullptr && taste.last.video == act.video->handle &&
                           act.type != EventType::video_shown;
  const bool follows = of_the_last && (act.type != EventType::video_played ||
                                       role_of(taste, act, window_ms) != Role::exposure);
  if (follows) return taste.last.exposure;
  return {act.at, act.surface, gap_before(taste, act.at), taste.habit};
}

Exposure next_exposure(const Taste& taste, TimeMs at) {
  const uint32_t surface = taste.surfaces.empty() ? 0 : taste.surfaces.back().key;
  return {at, surface, gap_before(taste, at), taste.habit};
}

void await(Taste& taste, const ViewerAct& act, const Exposure& exposure) {
  if (taste.awaited.size() >= kAwaitedMax) taste.awaited.erase(taste.awaited.begin());
  taste.awaited.push_back({.video = act.video->handle,
                           .request = act.request,
                           .at = act.at,
                           .surface = exposure.surface,
                           .gap = exposure.gap,
                           .history = act.history});
  taste.last_exposed_at = std::max(taste.last_exposed_at, act.at);
}

void speak_for(Taste& taste, VideoHandle video) {
  for (Awaited& awaited : taste.awaited) {
    if (awaited.video == video) awaited.spoken_for = true;
  }
}

void settle_impressions(Taste& taste, const VideoTable& videos, TimeMs now, int64_t window_ms) {
  while (!taste.awaited.empty()) {
    const Awaited awaited = taste.awaited.front();
    const bool due = ms_between(awaited.at, now) > window_ms;
    if (!due && taste.awaited.size() < kAwaitedMax) return;
    taste.awaited.erase(taste.awaited.begin());
    if (!awaited.spoken_for) pass_over(taste, videos, awaited);
  }
}

}  // namespace potik::model
