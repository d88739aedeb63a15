#include "model/taste_counts.h"

#include <algorithm>

#include "model/buckets.h"

namespace potik::model {
namespace {

constexpr float kRecentStep = 0.15F;   // weight of the newest label in recent_rate
constexpr float kSlowStep = 0.03F;     // and in slow_rate
constexpr uint16_t kAffinityMax = 64;  // counts are halved here, so that an old taste fades

void count_in(Affinity& affinity, uint16_t plays, uint16_t positives) {
  affinity.plays = static_cast<uint16_t>(affinity.plays + plays);
  affinity.positives =
      static_cast<uint16_t>(std::min(affinity.positives + positives, int{affinity.plays}));
  if (affinity.plays < kAffinityMax) return;
  affinity.plays /= 2;
  affinity.positives /= 2;
}

// Most recent last; the least recent leaves when the list is full.
void count_key(std::vector<Affinity>& list, size_t max, uint32_t key, uint16_t plays,
               uint16_t positives) {
  if (key == 0) return;
  auto found = std::ranges::find(list, key, &Affinity::key);
  if (found == list.end()) {
    if (list.size() >= max) list.erase(list.begin());
    list.push_back(Affinity{.key = key});
  } else {
    std::rotate(found, found + 1, list.end());
  }
  count_in(list.back(), plays, positives);
}

void count_by_key(Taste& taste, const Outcome& outcome, uint16_t plays, uint16_t positives) {
  count_in(taste.durations[duration_bucket(outcome.duration_ms)], plays, positives);
  count_key(taste.surfaces, kSurfacesMax, outcome.surface, plays, positives);
  if (outcome.video != nullptr) count_affinities(taste, *outcome.video, plays, positives);
}

}  // namespace

void count_author(Taste& taste, uint32_t author, uint16_t plays, uint16_t positives) {
  count_key(taste.authors, kAuthorsMax, author, plays, positives);
}

void count_affinities(Taste& taste, const VideoStats& video, uint16_t plays, uint16_t positives) {
  count_author(taste, video.author, plays, positives);
  for (const uint32_t tag : video.tags)
    count_key(taste.tags, kTastedTagsMax, tag, plays, positives);
}

void count_exposure(Taste& taste, const Outcome& outcome) {
  Habit& habit = taste.habit;
  if (habit.last_label == 0) habit.recent_rate = habit.slow_rate = kPriorPositiveRate;
  habit.recent_rate -= kRecentStep * habit.recent_rate;
  habit.slow_rate -= kSlowStep * habit.slow_rate;
  habit.last_label = 1;
  ++habit.exposures;
  count_by_key(taste, outcome, 1, 0);
}

void count_positive(Taste& taste, const Outcome& outcome) {
  Habit& habit = taste.habit;
  habit.positives = std::min(habit.positives + 1, habit.exposures);
  habit.recent_rate = std::min(habit.recent_rate + kRecentStep, 1.0F);
  habit.slow_rate = std::min(habit.slow_rate + kSlowStep, 1.0F);
  habit.last_label = 2;
  count_by_key(taste, outcome, 0, 1);
}

}  // namespace potik::model
