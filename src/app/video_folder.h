#pragma once
// Which files of a folder are videos (`potik serve --videos DIR`).

#include <cstdint>
#include <string>
#include <vector>

namespace potik::app {

inline constexpr size_t kFolderVideosMax = 10'000;

struct VideoFile {
  std::string path;  // below the folder, with '/'; bytes as the disk has them
  uint64_t size = 0;
  int64_t changed_ms = 0;  // last modification, Unix time
  friend bool operator==(const VideoFile&, const VideoFile&) = default;
};

struct VideoListing {
  std::vector<VideoFile> files;      // in order of path
  std::vector<std::string> skipped;  // a phrase each, for the operator
};

// Every .mp4, .m4v, .webm, .mov and .mkv below the folder, in whatever case. Links are not
// followed; hidden files and folders are left out, and what could not be served under its name is
// skipped, as is what cannot be read.
[[nodiscard]] VideoListing list_videos(const std::string& folder);

}  // namespace potik::app
