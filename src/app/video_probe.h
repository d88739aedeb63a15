#pragma once
// What ffprobe tells of a video file, and a poster of it by ffmpeg.

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace potik::app {

struct VideoFacts {
  int64_t duration_ms = 0;  // 0: the file does not say
  std::string title;        // by its metadata; mostly empty. So also the author.
  std::string author;
};

// Why a file is no video that is shown; nothing is known of the set-up where `fatal`.
struct ProbeFailure {
  std::string why;       // a phrase: "is no video", ...
  bool fatal = false;    // a program is missing, or a stop was asked for: no other file would do
  bool passing = false;  // the machine was too busy: another time it may be one
};

// Reads what ffprobe answered. Pure.
[[nodiscard]] Result<VideoFacts, ProbeFailure> read_probe(std::string_view json);

// Asks ffprobe about the file at `path`, which is absolute. Some tens of milliseconds; half a
// minute at most. Files that only point to others, as playlists do, are not followed.
[[nodiscard]] Result<VideoFacts, ProbeFailure> probe_video(const std::string& path,
                                                           const std::stop_token& stop);

// A frame from the first third, at most 720 pixels wide, as a JPEG at `target`, which appears only
// whole. A minute at most.
[[nodiscard]] Status<ProbeFailure> draw_poster(const std::string& path, int64_t duration_ms,
                                               const std::string& target,
                                               const std::stop_token& stop);

}  // namespace potik::app
