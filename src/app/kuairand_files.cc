#include "app/kuairand_files.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "base/time_text.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRemedy = "name the folder that holds the KuaiRand files";
constexpr std::string_view kHistoryPrefix = "user_history_";
constexpr std::string_view kLogPrefix = "log_";

// The one file `prefix`*.csv of the folder.
Result<std::string, std::string> find_one(const fs::path& directory, std::string_view prefix) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".csv")) found.push_back(name);
  }
  const std::string pattern = (directory / (std::string(prefix) + "*.csv")).string();
  if (found.empty()) return Error{pattern + ": there is no such file; " + std::string(kRemedy)};
  std::ranges::sort(found);
  if (found.size() > 1) {
    return Error{pattern + ": there are " + std::to_string(found.size()) + ", " + found[0] +
                 " and " + found[1] + " among them; leave one in the folder"};
  }
  return (directory / found.front()).string();
}

TimeMs first_day(const std::string& history) {
  const std::string name = fs::path(history).filename().string();
  const std::string date = name.substr(kHistoryPrefix.size(), 10);
  return parse_rfc3339(date + "T00:00:00+08:00").value_or(kKuairandFirstDay);
}

}  // namespace

Result<KuairandFiles, std::string> find_kuairand_files(const std::string& directory) {
  const fs::path folder(directory);
  KuairandFiles files;
  files.users = (folder / "user_features.csv").string();
  files.videos = (folder / "video_features.csv").string();
  const auto add_size = [&files](const std::string& path) -> std::string {
    std::error_code error;
    const auto bytes = fs::file_size(path, error);
    if (error) return path + ": cannot be read (" + error.message() + "); " + std::string(kRemedy);
    files.bytes += bytes;
    return {};
  };
  for (const std::string* path : {&files.users, &files.videos}) {
    if (std::string fault = add_size(*path); !fault.empty()) return Error{fault};
  }
  for (const auto& [prefix, path] :
       {std::pair(kHistoryPrefix, &files.history), std::pair(kLogPrefix, &files.log)}) {
    auto found = find_one(folder, prefix);
    if (!found) return Error{found.error()};
    *path = std::move(found).value();
    if (std::string fault = add_size(*path); !fault.empty()) return Error{fault};
  }
  files.history_begin = first_day(files.history);
  return files;
}

}  // namespace potik::app
