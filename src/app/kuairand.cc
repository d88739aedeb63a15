#include "app/kuairand.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/kuairand_csv.h"
#include "app/kuairand_events.h"
#include "app/kuairand_history.h"
#include "app/kuairand_reference.h"
#include "base/flat_map.h"

namespace potik::app {
namespace {

using event::EventType;
using log::RecordKind;

constexpr std::string_view kUsersFile = "user_features.csv";
constexpr std::string_view kVideosFile = "video_features.csv";
constexpr std::string_view kHistoryFile = "user_history_2022-04-09_to_2022-04-24.csv";
constexpr std::string_view kLogFile = "log_2022-04-25_to_2022-04-30.csv";
constexpr int32_t kUnknownWatchMs = 18'000;  // a long watch of a video whose duration is not known
constexpr uint64_t kProgressEvery = 4'096;   // records

enum LogColumn : size_t {
  kLogUser,
  kLogVideo,
  kLogTime,
  kLike,
  kFollow,
  kComment,
  kForward,
  kHate,
  kPlayTime,
  kLogDuration
};
constexpr std::array<std::string_view, 10> kLogColumns{
    "user_id",    "video_id",   "time_ms", "is_like",      "is_follow",
    "is_comment", "is_forward", "is_hate", "play_time_ms", "duration_ms"};

// A log row as numbers.
struct LogRow {
  TimeMs time;
  int32_t play_ms = 0;
  int32_t duration_ms = 0;
};

Result<LogRow, std::string> read_log_row(const CsvReader& row) {
  const auto time = row.integer(kLogTime, 0, event::kTimeMsMax);
  const auto play = row.integer(kPlayTime, 0, event::kWatchMsMax);
  const auto duration = row.integer(kLogDuration, 0, event::kWatchMsMax);
  for (const auto* number : {&time, &play, &duration}) {
    if (!*number) return Error{number->error()};
  }
  for (const size_t flag : {kLike, kFollow, kComment, kForward, kHate}) {
    const auto value = row.integer(flag, 0, 1);
    if (!value) return Error{value.error()};
  }
  return LogRow{TimeMs(*time), static_cast<int32_t>(*play), static_cast<int32_t>(*duration)};
}

class KuairandReading {
 public:
  KuairandReading(std::filesystem::path directory, const KuairandSink& sink,
                  const KuairandProgress& progress)
      : directory_(std::move(directory)), sink_(sink), progress_(progress) {}

  Result<KuairandCounts, std::string> run() {
    for (const std::string_view file : {kUsersFile, kVideosFile, kHistoryFile, kLogFile}) {
      std::error_code error;
      const auto bytes = std::filesystem::file_size(directory_ / file, error);
      if (error) {
        return Error{path(file) + ": cannot be read (" + error.message() +
                     "); name the folder that holds the " + "KuaiRand files"};
      }
      bytes_total_ += bytes;
    }
    using Part = Status<std::string> (KuairandReading::*)();
    for (const Part part : {&KuairandReading::users, &KuairandReading::videos,
                            &KuairandReading::history, &KuairandReading::log_rows}) {
      if (auto done = (this->*part)(); !done) return Error{done.error()};
      if (counts_.stopped) break;
    }
    return counts_;
  }

 private:
  [[nodiscard]] std::string path(std::string_view file) const {
    return (directory_ / file).string();
  }

  // Runs on_row over a file's rows until the sink stops the reading.
  template <class OnRow>
  Status<std::string> each_row(std::string_view file, std::span<const std::string_view> columns,
                               OnRow&& on_row) {
    auto row = CsvReader::open(path(file), columns);
    if (!row) return Error{row.error()};
    while (!counts_.stopped) {
      const auto more = row->next();
      if (!more) return Error{more.error()};
      if (!*more) break;
      if (auto done = on_row(*row); !done) return done;
      step(row->bytes());
    }
    finish_file(row->bytes());
    return Ok{};
  }

  Status<std::string> users() {
    return each_row(kUsersFile, kKuairandUserColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      const auto user = kuairand_user(row);
                      if (!user) return Error{user.error()};
                      ++counts_.users;
                      deliver(RecordKind::user_put, 0, user->id, user->json);
                      return Ok{};
                    });
  }

  Status<std::string> videos() {
    return each_row(kVideosFile, kKuairandVideoColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      const auto video = kuairand_video(row);
                      if (!video) return Error{video.error()};
                      if (video->duration_ms > 0) durations_[video->id] = video->duration_ms;
                      ++counts_.videos;
                      deliver(RecordKind::video_put, 0, video->id, video->json);
                      return Ok{};
                    });
  }

  Status<std::string> history() {
    const auto history = read_history(path(kHistoryFile));
    if (!history) return Error{history.error()};
    counts_.history_rows = history->users.size();
    const uint64_t bytes = std::filesystem::file_size(directory_ / kHistoryFile);
    uint64_t done = 0;
    for (const Exposure& exposure : history->exposures) {
      expose(*history, exposure);
      if (counts_.stopped) return Ok{};
      step(bytes * ++done / history->exposures.size());
    }
    finish_file(bytes);
    return Ok{};
  }

  void expose(const History& history, const Exposure& exposure) {
    const std::string& user = history.users[exposure.user];
    const std::string_view video = history.video(exposure);
    std::string origin = "history," + user;
    origin.append(",").append(std::to_string(exposure.index)).append(",").append(video);
    events_.begin(origin, user, video, exposure.time);
    add_history(user, events_.event(EventType::video_shown));
    if (exposure.watched_long) {
      const auto known = durations_.find(video);
      const bool found = known != durations_.end();
      add_history(user,
                  events_.event(EventType::video_played, found ? known->second : kUnknownWatchMs,
                                found ? known->second : event::kAbsent));
    }
    if (exposure.liked) add_history(user, events_.event(EventType::video_liked));
  }

  Status<std::string> log_rows() {
    return each_row(kLogFile, kLogColumns, [this](const CsvReader& row) -> Status<std::string> {
      const auto numbers = read_log_row(row);
      if (!numbers) return Error{numbers.error()};
      for (const size_t id : {kLogUser, kLogVideo}) {
        if (row.at(id).empty()) return Error{row.complaint(id, "is no id")};
      }
      ++counts_.log_rows;
      replay_row(row, *numbers);
      return Ok{};
    });
  }

  void replay_row(const CsvReader& row, const LogRow& numbers) {
    constexpr std::array<std::pair<size_t, EventType>, 5> kFlags{
        {{kLike, EventType::video_liked},
         {kComment, EventType::comment_posted},
         {kFollow, EventType::author_followed},
         {kForward, EventType::video_shared},
         {kHate, EventType::video_disliked}}};
    const std::string_view user = row.at(kLogUser);
    events_.begin(row.line(), user, row.at(kLogVideo), numbers.time);
    add_log(user, events_.event(EventType::video_shown));
    if (numbers.play_ms > 0) {
      add_log(user, events_.event(EventType::video_played, numbers.play_ms, numbers.duration_ms));
    }
    for (const auto& [column, type] : kFlags) {
      if (row.at(column) == "1") add_log(user, events_.event(type));
    }
  }

  void add_history(std::string_view user, std::string_view json) {
    counts_.history_events += deliver(RecordKind::event, log::kFlagHistory, user, json) ? 1 : 0;
  }
  void add_log(std::string_view user, std::string_view json) {
    counts_.log_events += deliver(RecordKind::event, 0, user, json) ? 1 : 0;
  }

  // False once the sink has had enough.
  bool deliver(RecordKind kind, uint8_t flags, std::string_view id, std::string_view json) {
    if (!counts_.stopped && !sink_(kind, flags, id, json)) counts_.stopped = true;
    return !counts_.stopped;
  }

  void step(uint64_t bytes_of_file) {
    if (++steps_ % kProgressEvery == 0) progress_(bytes_before_ + bytes_of_file, bytes_total_);
  }
  void finish_file(uint64_t bytes_of_file) {
    bytes_before_ += bytes_of_file;
    progress_(bytes_before_, bytes_total_);
  }

  std::filesystem::path directory_;
  const KuairandSink& sink_;
  const KuairandProgress& progress_;
  KuairandCounts counts_;
  KuairandEvents events_;
  TextMap<int32_t> durations_;
  uint64_t bytes_total_ = 0;
  uint64_t bytes_before_ = 0;  // of the files that are done
  uint64_t steps_ = 0;
};

}  // namespace

Result<KuairandCounts, std::string> read_kuairand(const std::string& directory,
                                                  const KuairandSink& sink,
                                                  const KuairandProgress& progress) {
  return KuairandReading(directory, sink, progress).run();
}

}  // namespace potik::app
