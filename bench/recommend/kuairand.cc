#include "recommend/kuairand.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/time_text.h"

namespace potik::bench {
namespace {

using Row = std::vector<std::string>;
constexpr int64_t kHistoryStartMs = 1'649'433'600'000;  // 9 April 2022, midnight in Beijing

// One line of CSV; quotes group, and are dropped.
Row split(const std::string& line) {
  Row row(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c != '\r') {
      row.back().push_back(c);
    }
  }
  return row;
}

void for_each_line(const std::filesystem::path& file,
                   const std::function<void(const std::string&)>& visit) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);  // names of the columns
  while (std::getline(in, line)) visit(line);
}

std::vector<std::string> words(const std::string& text, char separator) {
  std::vector<std::string> list;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, separator);) {
    if (!word.empty()) list.push_back(word);
  }
  return list;
}

// Midnight in Beijing of "2022-04-10"; 0 where unknown.
TimeMs beijing_day(const std::string& day) {
  const bool plain = day.size() == 10 && day[4] == '-';
  int year = 0;
  int month = 0;
  int number = 0;
  if (!plain || std::sscanf(day.c_str(), "%d-%d-%d", &year, &month, &number) != 3) return TimeMs{};
  // Days from the civil date (Hinnant, "chrono-compatible low-level date algorithms").
  const int shifted = month <= 2 ? year - 1 : year;
  const int era_year = shifted % 400;
  const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + number - 1;
  const int64_t days = int64_t{shifted / 400} * 146'097 + era_year * 365 + era_year / 4 -
                       era_year / 100 + day_of_year;
  return TimeMs((days - 719'468) * 86'400'000 - 8 * 3'600'000);
}

// Which places of `sequence` belong to `part`. The part may reach further back than the sequence
// does, so that both are matched from their ends.
std::vector<bool> matched(const std::vector<std::string>& sequence, std::vector<std::string> part) {
  std::vector<bool> places(sequence.size());
  for (size_t i = sequence.size(); i-- > 0 && !part.empty();) {
    places[i] = part.back() == sequence[i];
    if (places[i]) part.pop_back();
  }
  return places;
}

class Reader {
 public:
  explicit Reader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Traffic read() {
    for_each_line(folder_ / "video_features.csv",
                  [this](const std::string& line) { add_video(split(line)); });
    for_each_line(folder_ / "user_features.csv",
                  [this](const std::string& line) { add_user(split(line)); });
    for_each_line(folder_ / "user_history_2022-04-09_to_2022-04-24.csv",
                  [this](const std::string& line) { add_history(split(line)); });
    sort_by_time(0);
    const size_t history = traffic_.acts.size();
    for_each_line(folder_ / "log_2022-04-25_to_2022-04-30.csv", [this](const std::string& line) {
      const Row row = split(line);
      if (rows_.insert(row[0] + ',' + row[1] + ',' + row[4]).second) add_exposure(row);
    });
    sort_by_time(history);
    return std::move(traffic_);
  }

 private:
  void sort_by_time(size_t from) {
    std::stable_sort(traffic_.acts.begin() + static_cast<ptrdiff_t>(from), traffic_.acts.end(),
                     [](const TrafficAct& a, const TrafficAct& b) { return a.at < b.at; });
  }

  void add_video(const Row& row) {
    TrafficVideo video;
    video.metadata.video_id = row[0];
    video.metadata.author_id = row[1];
    video.metadata.published_at = beijing_day(row[3]);
    video.metadata.duration_ms = static_cast<int32_t>(std::atof(row[6].c_str()));
    video.metadata.tags = words(row.back(), ',');
    videos_[row[0]] = static_cast<uint32_t>(traffic_.videos.size());
    traffic_.videos.push_back(std::move(video));
  }

  void add_user(const Row& row) {
    users_[row[0]] = static_cast<uint32_t>(traffic_.users.size());
    traffic_.users.push_back({row[0], row[1]});
  }

  uint32_t user(const std::string& id) {
    const auto [found, added] =
        users_.try_emplace(id, static_cast<uint32_t>(traffic_.users.size()));
    if (added) traffic_.users.push_back({id, ""});
    return found->second;
  }

  void add_history(const Row& row) {
    const std::vector<std::string> watched = words(row[3], ' ');
    const int64_t span = std::atoll(row[2].c_str()) - kHistoryStartMs;
    const std::vector<bool> was_liked = matched(watched, words(row[4], ' '));
    const std::vector<bool> was_finished = matched(watched, words(row[5], ' '));
    for (size_t i = 0; i < watched.size(); ++i) {
      const auto found = videos_.find(watched[i]);
      if (found == videos_.end()) continue;
      TrafficAct act{.user = user(row[0]), .video = found->second, .history = true};
      act.duration_ms = traffic_.videos[act.video].metadata.duration_ms;
      act.at = TimeMs(kHistoryStartMs +
                      span * static_cast<int64_t>(i + 1) / static_cast<int64_t>(watched.size()));
      push(act, event::EventType::video_shown);
      if (was_finished[i]) push(act, event::EventType::video_played, act.duration_ms);
      if (was_liked[i]) push(act, event::EventType::video_liked);
    }
  }

  void add_exposure(const Row& row) {
    const auto found = videos_.find(row[1]);
    if (found == videos_.end()) return;
    TrafficAct act{.user = user(row[0]), .video = found->second};
    act.at = TimeMs(std::atoll(row[4].c_str()));
    act.duration_ms = std::atoi(row[13].c_str());
    const int32_t watch_ms = std::atoi(row[12].c_str());
    act.request = ++exposures_;
    act.surface = 1 + static_cast<uint32_t>(std::atoi(row[18].c_str()));
    const bool whole = act.duration_ms > 0 && watch_ms >= 0.95 * act.duration_ms;
    act.positive = row[11] == "1" || row[6] == "1" || whole;
    push(act, event::EventType::video_shown);
    // What follows is known when the video has been left.
    act.at = plus_ms(act.at, watch_ms + 1000);
    if (watch_ms > 0) push(act, event::EventType::video_played, watch_ms);
    if (row[6] == "1") push(act, event::EventType::video_liked);
    if (row[8] == "1") push(act, event::EventType::comment_posted);
    if (row[7] == "1") push(act, event::EventType::author_followed);
    if (row[9] == "1") push(act, event::EventType::video_shared);
    if (row[10] == "1") push(act, event::EventType::video_disliked);
  }

  void push(TrafficAct act, event::EventType type, int32_t watch_ms = event::kAbsent) {
    act.type = type;
    act.watch_ms = watch_ms;
    traffic_.acts.push_back(act);
  }

  std::filesystem::path folder_;
  Traffic traffic_;
  std::unordered_map<std::string, uint32_t> videos_;
  std::unordered_map<std::string, uint32_t> users_;
  std::unordered_set<std::string> rows_;
  uint32_t exposures_ = 0;
};

}  // namespace

std::optional<Traffic> read_kuairand() {
  const char* named = std::getenv("POTIK_KUAIRAND_DIR");
  const std::filesystem::path folder = named != nullptr ? named : "../shared/data/kuairand";
  if (!std::filesystem::exists(folder / "video_features.csv")) return std::nullopt;
  return Reader(folder).read();
}

}  // namespace potik::bench
