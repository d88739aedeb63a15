#pragma once
// KuaiRand's rows about users and videos as Potik's reference documents: the columns that have a
// field of their own become it, the others are kept under their names, empty ones left out.
// Threads: pure functions.

#include <array>
#include <string>
#include <string_view>

#include "app/kuairand_csv.h"
#include "base/result.h"

namespace potik::app {

// What a reader of either file must be opened with.
inline constexpr std::array<std::string_view, 2> kKuairandUserColumns{"user_id",
                                                                      "user_active_degree"};
inline constexpr std::array<std::string_view, 5> kKuairandVideoColumns{
    "video_id", "author_id", "upload_dt", "video_duration", "tag"};

struct KuairandDocument {
  std::string id;
  std::string json;
  int32_t duration_ms = 0;  // of a video; 0 is unknown
};

// The error names file, line and column and says what to do.
[[nodiscard]] Result<KuairandDocument, std::string> kuairand_user(const CsvReader& row);
[[nodiscard]] Result<KuairandDocument, std::string> kuairand_video(const CsvReader& row);

}  // namespace potik::app
