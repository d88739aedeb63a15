#pragma once
// What the server was told of a folder's videos, kept in its data folder, so that the next start
// looks only at what has changed.

#include <map>
#include <string>

#include "app/video_folder.h"
#include "base/result.h"

namespace potik::app {

struct KnownVideo {
  VideoFile file;
  std::string json;     // its metadata; empty: it is no video that is shown
  std::string problem;  // why not
};
using KnownVideos = std::map<std::string, KnownVideo>;  // by path

// One file a line. Empty if there is none; lines that do not hold are left out.
[[nodiscard]] KnownVideos read_known_videos(const std::string& record);
// Whole, or not at all. The error is a sentence.
[[nodiscard]] Status<std::string> write_known_videos(const std::string& record,
                                                     const KnownVideos& known);

}  // namespace potik::app
