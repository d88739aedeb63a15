// From an act to the viewer's memory (apply_act) and to a learning example (example_of).

#include <algorithm>
#include <limits>

#include "model/buckets.h"
#include "model/judge.h"
#include "model/recommender.h"

namespace potik::model {
namespace {

using event::EventType;

constexpr float kRecentStep = 0.15F;   // weight of the newest label in recent_rate
constexpr uint16_t kAffinityMax = 64;  // counts are halved here, so that an old taste fades
constexpr uint16_t kFollowWeight =
    3;  // a follow says as much about an author as this many long watches
constexpr uint8_t kBeyondShown = static_cast<uint8_t>(~static_cast<unsigned>(kShown));

bool shown_only(const Watched& watched) { return (watched.flags & kBeyondShown) == 0; }

// Makes room for one entry. Impressions go first where they are many or where the ring is full, so
// that what was watched stays remembered.
void make_room(std::vector<Watched>& ring, bool for_impression) {
  const auto impressions = static_cast<size_t>(std::ranges::count_if(ring, shown_only));
  const bool too_many = for_impression && impressions >= kShownOnlyMax;
  if (ring.size() < kRingMax && !too_many) return;
  const auto oldest = impressions > 0 ? std::ranges::find_if(ring, shown_only) : ring.begin();
  ring.erase(oldest);
}

// The ring's entry of the video, moved to the newest place unless it was merely shown again.
Watched& touch(Taste& taste, VideoHandle video, bool impression, TimeMs at) {
  std::vector<Watched>& ring = taste.ring;
  auto found = std::ranges::find(ring, video, &Watched::video);
  if (found == ring.end()) {
    make_room(ring, impression);
    ring.push_back(Watched{.video = video, .at = at});
    return ring.back();
  }
  if (!impression) found = std::rotate(found, found + 1, ring.end());
  found->at = std::max(found->at, at);
  return *found;
}

uint8_t saturated(uint8_t count) {
  return count == std::numeric_limits<uint8_t>::max() ? count : ++count;
}

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

void count_affinities(Taste& taste, const VideoStats& video, uint16_t plays, uint16_t positives) {
  count_key(taste.authors, kAuthorsMax, video.author, plays, positives);
  for (const uint32_t tag : video.tags)
    count_key(taste.tags, kTastedTagsMax, tag, plays, positives);
}

void hide_author(Taste& taste, uint32_t author) {
  if (author == 0 || std::ranges::find(taste.hidden_authors, author) != taste.hidden_authors.end())
    return;
  if (taste.hidden_authors.size() >= kAuthorsMax)
    taste.hidden_authors.erase(taste.hidden_authors.begin());
  taste.hidden_authors.push_back(author);
}

void welcome_author(Taste& taste, uint32_t author) { std::erase(taste.hidden_authors, author); }

// One more video before the viewer's eyes, so far without a positive. Where impressions are
// reported they are what rates are taken of, else plays are: a video that was passed over counts
// too.
void count_exposure(Taste& taste, const VideoStats* video, int32_t duration_ms) {
  if (taste.last_label == 0) taste.recent_rate = kPriorPositiveRate;
  taste.recent_rate -= kRecentStep * taste.recent_rate;
  taste.last_label = 1;
  count_in(taste.durations[duration_bucket(duration_ms)], 1, 0);
  if (video != nullptr) count_affinities(taste, *video, 1, 0);
}

void count_positive(Taste& taste, const VideoStats* video, int32_t duration_ms) {
  ++taste.positives;
  taste.recent_rate += kRecentStep;
  taste.last_label = 2;
  count_in(taste.durations[duration_bucket(duration_ms)], 0, 1);
  if (video != nullptr) count_affinities(taste, *video, 0, 1);
}

Judgement apply_play(Taste& taste, const VideoStats* video, int32_t watch_ms, int32_t duration_ms,
                     Watched* entry) {
  Judgement judged;
  judged.long_watch = is_long_watch(watch_ms, duration_ms);
  judged.positive = judged.long_watch;
  judged.skip = is_skip(watch_ms, duration_ms);
  judged.first_play = entry != nullptr && (entry->flags & kPlayed) == 0;
  const bool shown_before = judged.first_play && (entry->flags & kShown) != 0;
  if (!shown_before) count_exposure(taste, video, duration_ms);
  if (judged.positive) count_positive(taste, video, duration_ms);
  ++taste.plays;
  taste.skips += judged.skip ? 1 : 0;
  if (entry == nullptr) return judged;
  entry->times = saturated(entry->times);
  entry->flags |= kPlayed;
  if (judged.positive) entry->flags |= kPositive;
  if (judged.skip) entry->flags |= kSkipped;
  return judged;
}

void apply_impression(Taste& taste, const VideoStats* video, int32_t duration_ms, Watched* entry) {
  ++taste.impressions;
  if (entry == nullptr) return;
  if (entry->flags == 0) count_exposure(taste, video, duration_ms);
  entry->flags |= kShown;
  entry->shown = saturated(entry->shown);
}

Judgement apply_like(Taste& taste, const VideoStats* video, Watched* entry) {
  ++taste.likes;
  if (entry != nullptr) entry->flags |= kLiked | kPositive;
  if (video != nullptr) {
    count_affinities(taste, *video, 1, 1);
    welcome_author(taste, video->author);
  }
  return Judgement{.positive = true};
}

void apply_unlike(Taste& taste, Watched* entry) {
  if (taste.likes > 0) --taste.likes;
  if (entry != nullptr) entry->flags &= static_cast<uint8_t>(~static_cast<unsigned>(kLiked));
}

void apply_dislike(Taste& taste, const VideoStats* video, Watched* entry) {
  if (entry != nullptr) entry->flags |= kDisliked;
  if (video == nullptr) return;
  count_affinities(taste, *video, 2, 0);
  hide_author(taste, video->author);
}

void apply_follow(Taste& taste, const VideoStats* video) {
  if (video == nullptr) return;
  count_key(taste.authors, kAuthorsMax, video->author, kFollowWeight, kFollowWeight);
  welcome_author(taste, video->author);
}

void apply_comment(Taste& taste, Watched* entry) {
  ++taste.comments;
  if (entry != nullptr) entry->flags |= kCommented;
}

int32_t known_duration(int32_t from_event, const VideoStats* video) {
  if (from_event > 0) return from_event;
  return video != nullptr ? video->duration_ms : 0;
}

constexpr uint8_t bit(Head head) { return static_cast<uint8_t>(1U << static_cast<unsigned>(head)); }

}  // namespace

Judgement apply_act(Taste& taste, EventType type, const VideoStats* video, int32_t watch_ms,
                    int32_t duration_ms, TimeMs at) {
  const bool impression = type == EventType::video_shown;
  Watched* entry = video == nullptr ? nullptr : &touch(taste, video->handle, impression, at);
  taste.last_at = std::max(taste.last_at, at);
  switch (type) {
    case EventType::video_played:
      return apply_play(taste, video, watch_ms, known_duration(duration_ms, video), entry);
    case EventType::video_liked:
      return apply_like(taste, video, entry);
    case EventType::comment_posted:
      apply_comment(taste, entry);
      break;
    case EventType::video_unliked:
      apply_unlike(taste, entry);
      break;
    case EventType::video_disliked:
      apply_dislike(taste, video, entry);
      break;
    case EventType::author_followed:
      apply_follow(taste, video);
      break;
    case EventType::video_shared:
      break;
    case EventType::video_shown:
      apply_impression(taste, video, known_duration(duration_ms, video), entry);
      break;
  }
  return Judgement{};
}

Example example_of(EventType type, const Judgement& judgement, const FeatureRows& rows) {
  Example example{.rows = rows};
  switch (type) {
    case EventType::video_played:
      example.known =
          bit(Head::long_watch) | bit(Head::skip) | bit(Head::like) | bit(Head::comment);
      if (judgement.long_watch) example.labels |= bit(Head::long_watch);
      if (judgement.skip) example.labels |= bit(Head::skip);
      break;
    case EventType::video_liked:
      example.known = example.labels = bit(Head::like);
      break;
    case EventType::comment_posted:
      example.known = example.labels = bit(Head::comment);
      break;
    default:
      break;
  }
  return example;
}

}  // namespace potik::model
