// The KuaiRand files as traffic to evaluate on.

#include "app/evaluate_readers.h"
#include "app/kuairand_files.h"
#include "app/kuairand_history.h"
#include "app/kuairand_log.h"
#include "app/kuairand_reference.h"

namespace potik::app {
namespace {

using evaluate::Impression;
using log::RecordKind;

constexpr uint64_t kProgressEvery = 4'096;  // rows
constexpr double kWholeFraction = 0.95;     // of the label; the model's own is in model/judge.h
constexpr int64_t kOutcomeAfterMs = 1'000;

class TrafficReading {
 public:
  TrafficReading(KuairandFiles files, const ReadingProgress& progress)
      : files_(std::move(files)), progress_(progress) {}

  Result<evaluate::RecordedTraffic, std::string> run() {
    using Part = Status<std::string> (TrafficReading::*)();
    for (const Part part : {&TrafficReading::users, &TrafficReading::videos,
                            &TrafficReading::history, &TrafficReading::log_rows}) {
      if (auto done = (this->*part)(); !done) return Error{done.error()};
    }
    evaluate::put_in_order(traffic_.log);
    return std::move(traffic_);
  }

 private:
  template <class OnRow>
  Status<std::string> each_row(const std::string& path, std::span<const std::string_view> columns,
                               OnRow&& on_row) {
    auto row = CsvReader::open(path, columns);
    if (!row) return Error{row.error()};
    for (uint64_t rows = 1;; ++rows) {
      const auto more = row->next();
      if (!more) return Error{more.error()};
      if (!*more) break;
      if (auto done = on_row(*row); !done) return done;
      if (rows % kProgressEvery == 0) progress_(bytes_before_ + row->bytes(), files_.bytes);
    }
    bytes_before_ += row->bytes();
    return Ok{};
  }

  Status<std::string> users() {
    return each_row(files_.users, kKuairandUserColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      auto user = kuairand_user(row);
                      if (!user) return Error{user.error()};
                      put(RecordKind::user_put, *user);
                      return Ok{};
                    });
  }

  Status<std::string> videos() {
    return each_row(files_.videos, kKuairandVideoColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      auto video = kuairand_video(row);
                      if (!video) return Error{video.error()};
                      const uint32_t number = traffic_.videos.number(video->id);
                      durations_.resize(traffic_.videos.size());
                      durations_[number] = video->duration_ms;
                      put(RecordKind::video_put, *video);
                      return Ok{};
                    });
  }

  void put(RecordKind kind, KuairandDocument& document) {
    traffic_.reference.push_back({kind, std::move(document.id), std::move(document.json)});
  }

  Status<std::string> history() {
    const auto history = read_history(files_.history, files_.history_begin);
    if (!history) return Error{history.error()};
    traffic_.history.reserve(history->exposures.size());
    for (const Exposure& exposure : history->exposures) {
      Impression impression;
      impression.at = impression.outcome_at = exposure.time;
      impression.user = traffic_.users.number(history->users[exposure.user]);
      impression.video = traffic_.videos.number(history->video(exposure));
      if (exposure.watched_long) play_long(impression);
      if (exposure.liked) impression.acts = evaluate::kLiked;
      impression.positive = exposure.watched_long || exposure.liked;
      impression.shown = exposure.shown;
      traffic_.history.push_back(impression);
    }
    return Ok{};
  }

  // The history tells only that it was watched long.
  void play_long(Impression& impression) const {
    const int32_t known = impression.video < durations_.size() ? durations_[impression.video] : 0;
    impression.watch_ms = known > 0 ? known : kUnknownWatchMs;
    impression.duration_ms = known > 0 ? known : event::kAbsent;
  }

  Status<std::string> log_rows() {
    return each_row(files_.log, kKuairandEvaluatedColumns,
                    [this](const CsvReader& row) -> Status<std::string> {
                      const auto numbers = kuairand_log_row(row);
                      if (!numbers) return Error{numbers.error()};
                      const auto long_view = row.integer(kLongView, 0, 1);
                      if (!long_view) return Error{long_view.error()};
                      add_row(row, *numbers, *long_view == 1);
                      return Ok{};
                    });
  }

  void add_row(const CsvReader& row, const KuairandLogRow& numbers, bool long_view) {
    constexpr std::array<std::pair<size_t, evaluate::Act>, 5> kActs{
        {{kLike, evaluate::kLiked},
         {kComment, evaluate::kCommented},
         {kFollow, evaluate::kFollowed},
         {kForward, evaluate::kShared},
         {kHate, evaluate::kDisliked}}};
    Impression impression;
    impression.row = static_cast<uint32_t>(traffic_.log_rows++);
    impression.at = numbers.time;
    impression.outcome_at = plus_ms(numbers.time, numbers.play_ms + kOutcomeAfterMs);
    impression.user = traffic_.users.number(numbers.user);
    impression.video = traffic_.videos.number(numbers.video);
    if (numbers.play_ms > 0) impression.watch_ms = numbers.play_ms;
    impression.duration_ms = numbers.duration_ms;
    for (const auto& [column, act] : kActs) {
      if (row.at(column) == "1") impression.acts |= act;
    }
    const bool whole =
        numbers.duration_ms > 0 && numbers.play_ms >= kWholeFraction * numbers.duration_ms;
    impression.positive = long_view || (impression.acts & evaluate::kLiked) != 0 || whole;
    impression.surface = surface(row.at(kTab));
    traffic_.log.push_back(impression);
  }

  uint16_t surface(std::string_view tab) {
    if (tab.empty()) return evaluate::kNoSurface;
    const uint32_t number = traffic_.surfaces.number("tab-" + std::string(tab));
    return number < evaluate::kNoSurface ? static_cast<uint16_t>(number) : evaluate::kNoSurface;
  }

  KuairandFiles files_;
  const ReadingProgress& progress_;
  evaluate::RecordedTraffic traffic_;
  std::vector<int32_t> durations_;  // by number of the video; 0 unknown
  uint64_t bytes_before_ = 0;       // of the files that are done
};

}  // namespace

Result<evaluate::RecordedTraffic, std::string> read_kuairand_traffic(
    const std::string& directory, const ReadingProgress& progress) {
  auto files = find_kuairand_files(directory);
  if (!files) return Error{files.error()};
  return TrafficReading(std::move(files).value(), progress).run();
}

}  // namespace potik::app
