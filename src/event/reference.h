#pragma once
// Reference data: what is known about users and videos besides their events. It travels the same
// log. docs/formats/user.schema.json and video.schema.json are the public forms.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "event/dead_letter.h"

namespace potik::event {

inline constexpr size_t kReferenceBytesMax = 8192;  // one profile or one video's metadata as JSON
inline constexpr size_t kTagsMax = 16;              // per video
inline constexpr size_t kNameBytesMax = 64;  // segment, language, country, each tag, author id
inline constexpr size_t kTitleBytesMax = 512;

// A user's profile. All fields but the id are optional. `json` is the whole document, canonical
// order kept.
struct UserProfile {
  std::string user_id;
  std::string
      segment;  // the group whose popularity counts for this user (e.g. activity degree, country)
  std::string country;
  std::string language;
  std::string json;
};

// A video's metadata.
struct VideoMetadata {
  std::string video_id;
  std::string author_id;
  std::string title;
  std::string language;
  std::vector<std::string> tags;
  int32_t duration_ms = 0;  // 0 is unknown
  TimeMs published_at{};    // 0 is unknown
  std::string json;
};

// A request to take back what a user's last acts have taught. It travels among the user's events.
struct Unlearning {
  std::string user_id;
  TimeMs since{};           // 0: as far back as acts are kept
  bool quarantine = false;  // and their next acts are suspicious for a while
  std::string json;
};

// Accepts one JSON object, with kDecodePadding readable bytes behind it (see decode.h). If the
// object has `user_id`/`video_id` it must equal `id` where `id` is not empty. Unknown fields are
// kept inside json. May allocate (rare path). Thread-safe: no shared state.
[[nodiscard]] Result<UserProfile, DecodeError> decode_user(std::string_view json,
                                                           std::string_view id);
[[nodiscard]] Result<VideoMetadata, DecodeError> decode_video(std::string_view json,
                                                              std::string_view id);
[[nodiscard]] Result<Unlearning, DecodeError> decode_unlearning(std::string_view json,
                                                                std::string_view id);

}  // namespace potik::event
