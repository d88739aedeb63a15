#pragma once
// The enriched record as a star: narrow facts with integer handles, and versioned dimensions of
// users and videos, each (handle, version) once with the epoch it holds from. A deletion is a
// version too. docs/formats/tables.md is the public form. Views point into the bytes their
// RowBlock's owner keeps alive until the sink has committed them.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "event/event.h"

namespace potik::store {

// Bits of FactRow::flags.
enum FactFlag : uint16_t {
  kUserUnknown = 1U << 0U,     // no profile was there to join
  kVideoUnknown = 1U << 1U,    // no metadata was there to join
  kHistory = 1U << 2U,         // imported history
  kSuspicious = 1U << 3U,      // kept out of counters and learning, by its verdict
  kLate = 1U << 4U,            // older than the user's newest event
  kFirstWatch = 1U << 5U,      // the user's first play of this video, as far as remembered
  kVideoOverLimit = 1U << 6U,  // no room for one more video: no handle, no counters
  kScored = 1U << 7U,          // the p_* columns were computed
};

// Bits of FactRow::verdict: which detectors hold the event suspicious.
enum Verdict : uint8_t {
  kLikeBurst = 1U << 0U,
  kLikeRate = 1U << 1U,
  kCommentFlood = 1U << 2U,
  kImpossibleWatch = 1U << 3U,
  kConflictingId = 1U << 4U,
  kQuarantined = 1U << 5U,  // by a viewer whose other acts are suspicious
};
// By bit, as the view `events` spells them.
inline constexpr std::array<std::string_view, 6> kVerdictNames{"like_burst",     "like_rate",
                                                               "comment_flood",  "impossible_watch",
                                                               "conflicting_id", "quarantined"};

// One accepted event.
struct FactRow {
  std::string_view event_id;
  UserHandle user{};
  VideoHandle video{};
  uint32_t user_version = 0;   // 0: no profile
  uint32_t video_version = 0;  // 0: no metadata
  event::EventType type{};
  uint8_t verdict = 0;
  uint16_t flags = 0;
  Partition partition{};
  Offset offset{};
  TimeMs occurred_at{};
  int32_t watch_ms = event::kAbsent;
  int32_t position = event::kAbsent;
  int32_t duration_ms =
      event::kAbsent;        // as the event said; the video's own stands in the dimension
  uint32_t user_events = 0;  // events of this user before this one: the history joined
  // Probabilities predicted before this event was learned, by the model of `model_version`.
  float p_long_watch = 0;
  float p_like = 0;
  float p_comment = 0;
  float p_skip = 0;
};

// Fields few events carry; keyed like the fact by (partition, offset).
struct DetailRow {
  Partition partition{};
  Offset offset{};
  std::string_view comment_id;
  std::string_view text;
  std::string_view session_id;
  std::string_view request_id;
  std::string_view device;
  std::string_view extra;
};

// A version of a user: version 0 names the handle, later ones carry profiles or say that it was
// deleted. Strings are owned: rare rows.
struct UserRow {
  UserHandle user{};
  uint32_t version = 0;
  bool deleted = false;
  TimeMs valid_from{};
  std::string user_id;
  std::string segment;
  std::string country;
  std::string language;
  std::string json;
};

// The same of a video, with its metadata.
struct VideoRow {
  VideoHandle video{};
  uint32_t version = 0;
  bool deleted = false;
  TimeMs valid_from{};
  int32_t duration_ms = 0;
  TimeMs published_at{};
  std::string video_id;
  std::string author_id;
  std::string title;
  std::string language;
  std::string tags;  // JSON array of strings
  std::string json;
};

struct DeadLetterRow {
  Partition partition{};
  Offset offset{};
  TimeMs appended_at{};
  std::string_view reason;  // code(DeadReason)
  std::string_view field;
  std::string_view bytes;  // as received
};

// By value of ListRow::sources; the same words as cache::kSourceNames, which this folder may not
// see: src/pipeline/viewer_pass.cc, which sees both, does not compile otherwise.
inline constexpr std::array<std::string_view, 9> kListSourceNames{
    "popular",     "segment_popular", "cowatch", "same_author",    "new",
    "exploration", "same_topic",      "taste",   "people_like_you"};

// A list computed in an epoch, as parallel arrays in rank order.
struct ListRow {
  UserHandle user{};
  Partition receipt_partition{};
  Offset receipt_offset{};  // -1: reflects no event of the user
  std::vector<VideoHandle> videos;
  std::vector<float> scores;
  std::vector<uint8_t> sources;  // cache::Source
};

struct AlertRow {
  std::string alert_id;
  std::string kind;
  std::string subject;  // user or video id
  std::string state;    // "firing" or "resolved"
  TimeMs started_at{};
  TimeMs at{};
  double observed = 0;
  double baseline = 0;
  double threshold = 0;
  std::string json;  // the whole alert, samples and suggestion included
};

// All rows of one epoch, in deterministic order.
struct RowBlock {
  Epoch epoch{};
  TimeMs time{};
  Epoch model_version{};
  std::vector<FactRow> facts;
  std::vector<DetailRow> details;
  std::vector<UserRow> users;
  std::vector<VideoRow> videos;
  std::vector<DeadLetterRow> dead_letters;
  std::vector<ListRow> lists;
  std::vector<AlertRow> alerts;
  [[nodiscard]] bool empty() const {
    return facts.empty() && details.empty() && users.empty() && videos.empty() &&
           dead_letters.empty() && lists.empty() && alerts.empty();
  }
};

}  // namespace potik::store
