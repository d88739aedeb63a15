#include "app/kuairand_history.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "app/kuairand_csv.h"
#include "event/event.h"

namespace potik::app {
namespace {

constexpr size_t kExposuresMax = 1'000;  // of one user; the data set has 50

enum Column : size_t { kUser, kLastTime, kWatched, kLiked, kWatchedLong };
constexpr std::array<std::string_view, 5> kColumns{"user_id", "last_time_ms", "watch_seq",
                                                   "like_seq", "long_watch_seq"};

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  for (size_t at = text.find_first_not_of(' '); at != std::string_view::npos;) {
    const size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(' ', end);
  }
  return words;
}

struct Shown {
  std::string_view video;
  bool watched_long = false;
  bool liked = false;
  bool shown = false;
};

// Earlier positives, each video once, then what was shown.
std::vector<Shown> put_together(const std::vector<std::string_view>& videos,
                                const std::vector<std::string_view>& watched_long,
                                const std::vector<std::string_view>& liked) {
  const Subsequence long_ones = mark_subsequence(videos, watched_long);
  const Subsequence liked_ones = mark_subsequence(videos, liked);
  std::vector<Shown> shown;
  const auto find = [&](std::string_view video) {
    return std::ranges::find(shown, video, &Shown::video);
  };
  for (const std::string_view video : long_ones.earlier) {
    if (find(video) == shown.end()) shown.push_back({video, true, false, false});
  }
  for (const std::string_view video : liked_ones.earlier) {
    if (const auto known = find(video); known != shown.end()) {
      known->liked = true;
    } else {
      shown.push_back({video, false, true, false});
    }
  }
  for (size_t i = 0; i < videos.size(); ++i)
    shown.push_back({videos[i], long_ones.marks[i], liked_ones.marks[i], true});
  return shown;
}

// A fault in the row's video ids, or nothing.
std::string check_videos(const CsvReader& row, Column column,
                         const std::vector<std::string_view>& videos) {
  if (videos.size() > kExposuresMax) return row.complaint(column, "names too many videos");
  for (const std::string_view video : videos) {
    if (video.size() > event::kIdBytesMax) return row.complaint(column, "holds an over-long id");
  }
  return {};
}

Status<std::string> add_row(const CsvReader& row, TimeMs begin, History& history) {
  const auto videos = split_words(row.at(kWatched));
  for (const size_t column : {kWatched, kLiked, kWatchedLong}) {
    std::string fault = check_videos(row, static_cast<Column>(column), split_words(row.at(column)));
    if (!fault.empty()) return Error{std::move(fault)};
  }
  const auto last = row.integer(kLastTime, begin.value(), event::kTimeMsMax);
  if (!last) return Error{last.error()};
  if (history.text.size() + row.line().size() > std::numeric_limits<uint32_t>::max()) {
    return Error{row.complaint(kUser, "is past the 4 GB of history that can be read")};
  }
  const std::vector<Shown> shown =
      put_together(videos, split_words(row.at(kWatchedLong)), split_words(row.at(kLiked)));
  const int64_t span = *last - begin.value();
  const auto count = static_cast<int64_t>(shown.size());
  for (size_t i = 0; i < shown.size(); ++i) {
    history.exposures.push_back(
        {plus_ms(begin, span * (static_cast<int64_t>(i) + 1) / count),
         static_cast<uint32_t>(history.users.size()), static_cast<uint32_t>(history.text.size()),
         static_cast<uint16_t>(i), static_cast<uint8_t>(shown[i].video.size()),
         shown[i].watched_long, shown[i].liked, shown[i].shown});
    history.text += shown[i].video;
  }
  history.users.emplace_back(row.at(kUser));
  return Ok{};
}

}  // namespace

Subsequence mark_subsequence(const std::vector<std::string_view>& all,
                             const std::vector<std::string_view>& some) {
  Subsequence found;
  found.marks.resize(all.size());
  size_t end = all.size();
  for (auto wanted = some.rbegin(); wanted != some.rend(); ++wanted) {
    size_t at = end;
    while (at > 0 && all[at - 1] != *wanted) --at;
    if (at == 0) {
      found.earlier.push_back(*wanted);
      continue;
    }
    end = at - 1;
    found.marks[end] = true;
  }
  std::ranges::reverse(found.earlier);
  return found;
}

Result<History, std::string> read_history(const std::string& path, TimeMs begin) {
  auto rows = CsvReader::open(path, kColumns);
  if (!rows) return Error{rows.error()};
  History history;
  while (true) {
    const auto more = rows->next();
    if (!more) return Error{more.error()};
    if (!*more) break;
    if (auto added = add_row(*rows, begin, history); !added) return Error{added.error()};
  }
  std::sort(history.exposures.begin(), history.exposures.end(),
            [](const Exposure& left, const Exposure& right) {
              return std::tie(left.time, left.user, left.index) <
                     std::tie(right.time, right.user, right.index);
            });
  return history;
}

}  // namespace potik::app
