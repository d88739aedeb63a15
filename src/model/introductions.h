#pragma once
// Introductions: a new video is owed a declared number of impressions within a declared time. Says
// which videos are under introduction, how far behind their schedule they are, and keeps a report
// of each. How many places they need is planned from the traffic there is, and corrected by how far
// behind each one is, so that neither the delay between a list and its impressions nor the share of
// a list that is looked at need be known (feedback pacing of budgets: Lee, Jalali, Dasdan 2013,
// "Real time bid optimization with smooth budget delivery"). Times are the epochs' own.
//
// Threads: const methods by anyone while no other runs; the rest belongs to the serial parts of an
// epoch.

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/flat_map.h"
#include "base/ids.h"
#include "model/video_table.h"
#include "state/snapshot_store.h"

namespace potik::model {

struct IntroductionOptions {
  uint32_t impressions = 200;  // that each new video is owed; 0: none is introduced
  int64_t within_ms = 3'600'000;
  uint32_t at_once_max = 64;              // under introduction at a time; the others wait in order
  uint32_t waiting_max = 10'000;          // beyond it a new video is not introduced
  uint32_t kept_max = 1'000;              // reports of introductions that have ended
  int64_t age_max_ms = 7 * 86'400'000LL;  // published longer ago: known elsewhere, so not new
};

enum class IntroductionState : uint8_t {
  waiting,
  running,
  reached,   // its impressions in time
  missed,    // the deadline came first
  withdrawn  // deleted before either
};
inline constexpr std::array<std::string_view, 5> kIntroductionStates{
    "waiting", "running", "reached", "missed", "withdrawn"};

// The report of one video.
struct Introduction {
  VideoHandle video{};
  IntroductionState state{};
  uint32_t target = 0;
  uint32_t impressions = 0;  // plays that none came before count as such
  uint32_t positives = 0;    // viewers whom it won: a long watch or a like
  uint32_t promises = 0;     // impressions since the start, of which it is known what was predicted
  double promised = 0;       // sum of the predicted probabilities of a positive over these
  uint64_t number = 0;       // in order of announcement, from 1
  uint64_t shows = 0;        // of all videos: before it started; when it has ended, meanwhile
  TimeMs announced{};
  TimeMs started{};
  TimeMs deadline{};
  TimeMs ended{};
  bool unsaved = false;  // changed since the last snapshot
};

// A video under introduction as lists see it: how many of the impressions to come it should get if
// all viewers were alike, in [0, 1]; while a list is made, times what it stands for there.
struct Newcomer {
  VideoHandle video{};
  float pressure = 0;
};

// What introductions take at most beside so many videos. A table that has just grown is 7/16 full.
[[nodiscard]] constexpr uint64_t introduction_bytes(const IntroductionOptions& options,
                                                    uint64_t videos) {
  if (options.impressions == 0) return 0;
  constexpr uint64_t kEach =
      (sizeof(Introduction) + sizeof(uint64_t)) * 16 / 7 + 4 * sizeof(VideoHandle);
  return kEach * (uint64_t{options.at_once_max} + options.waiting_max + options.kept_max) + videos;
}

// 95 % interval of a rate. Source: Wilson 1927. (0, 1) where there were no trials.
struct RateInterval {
  double low = 0, high = 1;
};
[[nodiscard]] RateInterval rate_interval(uint32_t hits, uint32_t trials);

class Introductions {
 public:
  // Since the start of the process.
  struct Counts {
    uint64_t reached = 0;
    uint64_t missed = 0;
    uint64_t refused = 0;  // no room to wait
  };

  explicit Introductions(IntroductionOptions options);

  // The video has got its first metadata. Does nothing for what is old or was announced before.
  void announce(const VideoStats& video, TimeMs now);
  [[nodiscard]] bool is_running(VideoHandle video) const {
    return video.value() < running_marks_.size() && running_marks_[video.value()] != 0;
  }
  // An act that counts, of any video, in the order of the key groups; `promised` is the probability
  // of a positive that was predicted where it is an impression of a running one. About 2 ns.
  void count(const Act& act, float promised);
  // An act that counted is taken back: of a running one it counts no longer, and of what was
  // promised goes the mean.
  void take_back(const Act& act);
  // Ends what has its impressions or its time, starts what waits, and paces the running ones.
  void finish_epoch(const VideoTable& videos, TimeMs now);

  // The running ones, in the order in which they started.
  [[nodiscard]] std::span<const Newcomer> newcomers() const { return newcomers_; }
  // Null: never announced, or its report was forgotten.
  [[nodiscard]] const Introduction* find(VideoHandle video) const;
  // The last that have ended, the newest last.
  [[nodiscard]] const std::deque<VideoHandle>& ended() const { return ended_; }
  [[nodiscard]] size_t waiting() const { return waiting_.size(); }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  // Impressions of all videos while it ran, so far.
  [[nodiscard]] uint64_t shows_meanwhile(const Introduction& introduction) const;
  // Impressions that its schedule wants by now; all of them when it has ended.
  [[nodiscard]] double due(const Introduction& introduction, TimeMs now) const;

  // Records of Section::videos whose keys begin with kKeyPrefix.
  static constexpr char kKeyPrefix = 'n';
  void collect_changes(const VideoTable& videos, std::vector<state::Change>& out);
  [[nodiscard]] bool load(std::string_view key, std::string_view value);
  // After the last load(): false if the records do not make a whole.
  [[nodiscard]] bool finish_load(const VideoTable& videos, TimeMs now);
  [[nodiscard]] size_t memory_bytes() const;

 private:
  [[nodiscard]] double plan_ms(const Introduction& introduction) const;
  [[nodiscard]] double shows_per_ms(TimeMs now) const;
  [[nodiscard]] float pressure_of(const Introduction& introduction, double traffic,
                                  TimeMs now) const;
  void start_waiting(const VideoTable& videos, TimeMs now);
  void end(Introduction& introduction, IntroductionState state, TimeMs now);
  void pace(TimeMs now);
  void mark_running(VideoHandle video, bool running);
  void touch(Introduction& introduction);
  void forget_oldest();
  [[nodiscard]] double half_life_ms() const;
  [[nodiscard]] bool load_sums(ByteReader& in);

  IntroductionOptions options_;
  // By handle. What order it has reaches nothing.
  IntMap<Introduction> all_;
  std::deque<VideoHandle> waiting_;
  std::deque<VideoHandle> ended_;
  std::vector<VideoHandle> running_;
  std::vector<uint8_t> running_marks_;  // by handle
  std::vector<Newcomer> newcomers_;     // beside running_
  std::vector<VideoHandle> unsaved_;    // changed or forgotten, each once
  uint64_t announced_ = 0;
  uint64_t shows_ = 0;
  uint64_t shows_now_ = 0;  // in the epoch under way
  Decayed recent_shows_;
  TimeMs first_at_{};  // of the first epoch: the decayed count began with nothing
  bool sums_unsaved_ = false;
  Counts counts_;
};

}  // namespace potik::model
