#include "app/video_folder.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <string_view>
#include <utility>

#include "app/terminal_text.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 5> kEndings{".mp4", ".m4v", ".webm", ".mov", ".mkv"};

bool is_video_name(const fs::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return std::ranges::find(kEndings, ending) != kEndings.end();
}

// As the server's own check of /media/ paths.
bool can_be_served(std::string_view path) {
  return std::ranges::none_of(path, [](unsigned char c) { return c < 0x20 || c == '\\'; });
}

int64_t unix_ms(fs::file_time_type time) {
  const auto system = std::chrono::file_clock::to_sys(time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(system.time_since_epoch()).count();
}

void take(const fs::directory_entry& entry, const fs::path& folder, VideoListing& listing) {
  std::error_code trouble;
  const std::string path = entry.path().lexically_relative(folder).generic_string();
  if (entry.is_symlink(trouble)) {
    listing.skipped.push_back(harmless(path) + " is a link, which is not followed");
    return;
  }
  if (!entry.is_regular_file(trouble) || trouble) return;
  if (!can_be_served(path)) {
    listing.skipped.push_back(harmless(path) + " has a backslash or control character in its name");
    return;
  }
  VideoFile file{.path = path, .size = entry.file_size(trouble)};
  if (!trouble) file.changed_ms = unix_ms(entry.last_write_time(trouble));
  if (trouble) {
    listing.skipped.push_back(harmless(path) + " cannot be read: " + trouble.message());
    return;
  }
  listing.files.push_back(std::move(file));
}

}  // namespace

VideoListing list_videos(const std::string& folder) {
  VideoListing listing;
  std::error_code trouble;
  const fs::path root(folder);
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, trouble);
  for (; !trouble && at != fs::recursive_directory_iterator(); at.increment(trouble)) {
    if (at->path().filename().string().starts_with('.')) {
      at.disable_recursion_pending();
    } else if (is_video_name(at->path())) {
      take(*at, root, listing);
    }
  }
  if (trouble)
    listing.skipped.push_back("the rest of " + harmless(folder) + ": " + trouble.message());
  std::ranges::sort(listing.files, {}, &VideoFile::path);
  if (listing.files.size() > kFolderVideosMax) {
    listing.skipped.push_back("all after the first " + std::to_string(kFolderVideosMax) +
                              " of the folder's " + std::to_string(listing.files.size()) +
                              " videos, in order of name");
    listing.files.resize(kFolderVideosMax);
  }
  return listing;
}

}  // namespace potik::app
