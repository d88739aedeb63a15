#pragma once
// What is remembered of a viewer for the model: the last distinct videos with what was done to
// them, and counters. Part of the keyed state of the viewer; bounded; serialised in the snapshot.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"

namespace potik::model {

inline constexpr size_t kRingMax = 100;  // distinct videos remembered (seen filter, co-watch input)
inline constexpr size_t kAuthorsMax =
    32;  // authors with an affinity, and at most as many hidden ones
inline constexpr size_t kTastedTagsMax = 32;
inline constexpr size_t kShownOnlyMax =
    90;  // of the ring: impressions must not push out what was watched
inline constexpr size_t kDurationBuckets = 6;
inline constexpr size_t kSurfacesMax = 8;
inline constexpr size_t kAwaitedMax =
    50;  // impressions whose outcome is awaited: a list of the largest size

enum WatchFlag : uint8_t {
  kShown = 1U << 0U,
  kPlayed = 1U << 1U,
  kPositive = 1U << 2U,  // long watch or like
  kLiked = 1U << 3U,
  kCommented = 1U << 4U,
  kSkipped = 1U << 5U,
  kDisliked = 1U << 6U,
  kIgnored = 1U << 7U,  // an impression of it ran out, and no play came since
};

// 16 bytes.
struct Watched {
  VideoHandle video{};
  uint8_t flags = 0;
  uint8_t times = 0;   // plays, saturating
  uint8_t shown = 0;   // impressions, saturating
  uint8_t taught = 0;  // heads whose positive the ranker learned of its last exposure
  TimeMs at{};         // last act on it
};

// A key (author, tag or surface, by 32-bit hash) with counts of exposures and positives.
struct Affinity {
  uint32_t key = 0;
  uint16_t plays = 0;
  uint16_t positives = 0;
};

// What the exposures so far say of the viewer, whatever was shown.
struct Habit {
  uint32_t exposures = 0;  // whose outcome is known
  uint32_t positives = 0;  // of these, with a long watch or a like
  float recent_rate = 0;   // exponential average of the positive label over exposures
  float slow_rate = 0;     // the same with smaller steps
  uint8_t last_label = 0;  // 0 none yet, 1 negative, 2 positive
};

// How a video came before the viewer's eyes: what the features of an example are taken at, beside
// the counters by key, which one exposure hardly moves.
struct Exposure {
  TimeMs at{};
  uint32_t surface = 0;  // 32-bit hash, 0 unknown
  uint8_t gap = 0;       // log bucket of the minutes since the exposure before
  Habit habit;           // ahead of this exposure's outcome
};

// An impression whose outcome is awaited. 24 bytes.
struct Awaited {
  VideoHandle video{};
  uint32_t request = 0;  // 32-bit hash, 0 none
  TimeMs at{};
  uint32_t surface = 0;
  uint8_t gap = 0;
  bool history = false;     // counts, but taught nothing
  bool spoken_for = false;  // another impression or a play of the video counts: not passed over
};

// The last exposure whose outcome is known, as it was: acts that follow it are learned at this.
struct LastExposure {
  VideoHandle video{};
  Exposure exposure;
};

// Grows with use up to the limits; about 250 bytes for a new user, at most 4 KiB.
struct Taste {
  std::vector<Watched> ring;      // oldest first, distinct videos
  std::vector<Affinity> authors;  // most recent last
  std::vector<Affinity> tags;
  std::vector<Affinity> surfaces;
  std::vector<Awaited> awaited;                        // oldest first
  std::vector<uint32_t> hidden_authors;                // by dislike
  std::array<Affinity, kDurationBuckets> durations{};  // by duration_bucket(); key unused
  uint32_t impressions = 0;
  uint32_t plays = 0;
  uint32_t positives = 0;
  uint32_t skips = 0;
  uint32_t likes = 0;
  uint32_t comments = 0;
  Habit habit;
  LastExposure last;
  TimeMs last_at{};
  TimeMs last_exposed_at{};

  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
  [[nodiscard]] const Watched* find(VideoHandle video) const;  // linear, 100 entries

 private:
  [[nodiscard]] bool load_rest(ByteReader& in);
  [[nodiscard]] bool load_rest_before(ByteReader& in);
};

}  // namespace potik::model
