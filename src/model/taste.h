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

enum WatchFlag : uint8_t {
  kShown = 1U << 0U,
  kPlayed = 1U << 1U,
  kPositive = 1U << 2U,  // long watch or like
  kLiked = 1U << 3U,
  kCommented = 1U << 4U,
  kSkipped = 1U << 5U,
  kDisliked = 1U << 6U,
};

// 16 bytes.
struct Watched {
  VideoHandle video{};
  uint8_t flags = 0;
  uint8_t times = 0;  // plays, saturating
  uint8_t shown = 0;  // impressions, saturating
  uint8_t reserved = 0;
  TimeMs at{};  // last act on it
};

// A key (author or tag, by 32-bit hash) with counts of exposures and positives.
struct Affinity {
  uint32_t key = 0;
  uint16_t plays = 0;
  uint16_t positives = 0;
};

// Grows with use up to the limits; about 100 bytes for a new user, at most 3 KiB.
struct Taste {
  std::vector<Watched> ring;      // oldest first, distinct videos
  std::vector<Affinity> authors;  // most recent last
  std::vector<Affinity> tags;
  std::vector<uint32_t> hidden_authors;                // by dislike
  std::array<Affinity, kDurationBuckets> durations{};  // by duration_bucket(); key unused
  uint32_t impressions = 0;
  uint32_t plays = 0;
  uint32_t positives = 0;
  uint32_t skips = 0;
  uint32_t likes = 0;
  uint32_t comments = 0;
  float recent_rate = 0;   // exponential average of the positive label over plays
  uint8_t last_label = 0;  // 0 none yet, 1 negative, 2 positive
  TimeMs last_at{};

  void save(ByteWriter& out) const;
  [[nodiscard]] bool load(ByteReader& in);
  [[nodiscard]] size_t memory_bytes() const;
  [[nodiscard]] const Watched* find(VideoHandle video) const;  // linear, 100 entries
};

}  // namespace potik::model
