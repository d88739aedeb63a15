#include "app/kuairand.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/kuairand_csv.h"
#include "app/kuairand_events.h"
#include "app/kuairand_files.h"
#include "app/kuairand_history.h"
#include "app/kuairand_log.h"
#include "app/kuairand_reference.h"
#include "base/flat_map.h"

namespace potik::app {
namespace {

using event::EventType;
using log::RecordKind;

constexpr uint64_t kProgressEvery = 4'096;  // records

class KuairandReading {
 public:
  KuairandReading(KuairandFiles files, const KuairandSink& sink, const KuairandProgress& progress)
      : files_(std::move(files)), sink_(sink), progress_(progress) {}

  Result<KuairandCounts, std::string> run() {
    using Part = Status<std::string> (KuairandReading::*)();
    for (const Part part : {&KuairandReading::users, &KuairandReading::videos,
                            &KuairandReading::history, &KuairandReading::log_rows}) {
      if (auto done = (this->*part)(); !done) return Error{done.error()};
      if (counts_.stopped) break;
    }
    return counts_;
  }

 private:
  // Runs on_row over a file's rows until the sink stops the reading.
  template <class OnRow>
  Status<std::string> each_row(const std::string& path, std::span<const std::string_view> columns,
                               OnRow&& on_row) {
    auto row = CsvReader::open(path, columns);
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
    return each_row(files_.users, kKuairandUserColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      const auto user = kuairand_user(row);
                      if (!user) return Error{user.error()};
                      ++counts_.users;
                      deliver(RecordKind::user_put, 0, user->id, user->json);
                      return Ok{};
                    });
  }

  Status<std::string> videos() {
    return each_row(files_.videos, kKuairandVideoColumns,
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
    const auto history = read_history(files_.history, files_.history_begin);
    if (!history) return Error{history.error()};
    counts_.history_rows = history->users.size();
    const uint64_t bytes = std::filesystem::file_size(files_.history);
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
    if (exposure.shown) add_history(user, events_.event(EventType::video_shown));
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
    return each_row(files_.log, kKuairandLogColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      const auto numbers = kuairand_log_row(row);
                      if (!numbers) return Error{numbers.error()};
                      ++counts_.log_rows;
                      replay_row(row, *numbers);
                      return Ok{};
                    });
  }

  void replay_row(const CsvReader& row, const KuairandLogRow& numbers) {
    constexpr std::array<std::pair<size_t, EventType>, 5> kFlags{
        {{kLike, EventType::video_liked},
         {kComment, EventType::comment_posted},
         {kFollow, EventType::author_followed},
         {kForward, EventType::video_shared},
         {kHate, EventType::video_disliked}}};
    const std::string_view user = numbers.user;
    events_.begin(row.line(), user, numbers.video, numbers.time);
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
    if (++steps_ % kProgressEvery == 0) progress_(bytes_before_ + bytes_of_file, files_.bytes);
  }
  void finish_file(uint64_t bytes_of_file) {
    bytes_before_ += bytes_of_file;
    progress_(bytes_before_, files_.bytes);
  }

  KuairandFiles files_;
  const KuairandSink& sink_;
  const KuairandProgress& progress_;
  KuairandCounts counts_;
  KuairandEvents events_;
  TextMap<int32_t> durations_;
  uint64_t bytes_before_ = 0;  // of the files that are done
  uint64_t steps_ = 0;
};

}  // namespace

Result<KuairandCounts, std::string> read_kuairand(const std::string& directory,
                                                  const KuairandSink& sink,
                                                  const KuairandProgress& progress) {
  auto files = find_kuairand_files(directory);
  if (!files) return Error{files.error()};
  return KuairandReading(std::move(files).value(), sink, progress).run();
}

}  // namespace potik::app
