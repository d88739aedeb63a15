#include "evaluate/attack.h"

#include <algorithm>
#include <bit>

#include "base/random.h"

namespace potik::evaluate {
namespace {

constexpr size_t kPopular = 50;    // of which a crowd watches some
constexpr uint32_t kFallen = 20;   // times as popular in the past as lately
constexpr uint32_t kPromoted = 3;  // times the targets are chosen from
constexpr size_t kTenth = 10;
constexpr int64_t kWatchedWithinMs = 300'000;  // ahead of the likes
constexpr int32_t kLongWatchMs = 20'000;

uint64_t events_of(const Impression& impression) {
  const uint64_t played = impression.watch_ms != event::kAbsent ? 1 : 0;
  return 1 + played + static_cast<uint64_t>(std::popcount(impression.acts));
}

class Attack {
 public:
  Attack(RecordedTraffic& traffic, const AttackOptions& options)
      : traffic_(traffic), options_(options), random_(options.seed, 0, 0) {
    rank_videos();
  }

  void run() {
    if (targets_.empty() || popular_.empty()) return;
    uint64_t honest = 0;
    for (const Impression& impression : traffic_.log) honest += events_of(impression);
    const double wanted = options_.share / (1 - options_.share) * static_cast<double>(honest);
    const uint64_t of_crowd = options_.wave_likes * uint64_t{options_.watched + 1};
    const uint64_t crowds =
        static_cast<uint64_t>(wanted * options_.crowd_share) / std::max<uint64_t>(of_crowd, 1);
    for (uint64_t wave = 0; wave < crowds; ++wave) crowd(wave, moment(wave, crowds));
    const uint64_t left = static_cast<uint64_t>(wanted) - crowds * of_crowd;
    const uint64_t accounts = left / (2 * targets_.size());
    for (uint64_t i = 0; i < accounts; ++i) account(moment(i, accounts));
    std::ranges::stable_sort(traffic_.attack, {}, &Impression::outcome_at);
  }

 private:
  // Number `i` of `count` that are spread evenly over the log.
  [[nodiscard]] TimeMs moment(uint64_t i, uint64_t count) const {
    const TimeMs begin = traffic_.log.front().at;
    const auto span = static_cast<double>(ms_between(begin, traffic_.log.back().at));
    const double place = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    return plus_ms(begin, static_cast<int64_t>(place * span));
  }

  [[nodiscard]] std::vector<uint32_t> positives_of(std::span<const Impression> all) const {
    std::vector<uint32_t> counts(traffic_.videos.size());
    for (const Impression& impression : all) counts[impression.video] += impression.positive;
    return counts;
  }

  // The videos with a past, by it. Of the log only the begin tells: attackers do not know what will
  // be popular, nor may they tell it.
  void rank_videos() {
    const std::span<const Impression> log(traffic_.log);
    const size_t tenth = log.size() / kTenth;
    const bool history = !traffic_.history.empty();
    const auto past = positives_of(history ? traffic_.history : log.first(tenth));
    const auto lately = positives_of(log.subspan(history ? 0 : tenth, tenth));
    for (uint32_t video = 0; video < past.size(); ++video)
      if (past[video] > 0) popular_.push_back(video);
    std::ranges::stable_sort(popular_, std::ranges::greater(),
                             [&](uint32_t video) { return past[video]; });
    for (const uint32_t video : popular_) {
      if (targets_.size() == kPromoted * options_.targets) break;
      if (uint64_t{lately[video]} * kFallen <= past[video]) targets_.push_back(video);
    }
    popular_.resize(std::min(popular_.size(), kPopular));
    for (size_t i = 0; i + 1 < targets_.size(); ++i)
      std::swap(targets_[i],
                targets_[i + random_.below(static_cast<uint32_t>(targets_.size() - i))]);
    targets_.resize(std::min<size_t>(options_.targets, targets_.size()));
  }

  uint32_t invent() { return traffic_.users.number("attacker-" + std::to_string(next_user_++)); }

  Impression act(uint32_t user, uint32_t video, TimeMs at) {
    Impression made;
    made.at = made.outcome_at = at;
    made.row = static_cast<uint32_t>(traffic_.log_rows + traffic_.attack.size());
    made.user = user;
    made.video = video;
    return made;
  }

  // A long watch some time ahead.
  void watch(uint32_t user, uint32_t video, TimeMs until) {
    const auto before = static_cast<int64_t>(random_.below(kWatchedWithinMs));
    Impression watched = act(user, video, plus_ms(until, -before));
    watched.watch_ms = kLongWatchMs;
    traffic_.attack.push_back(watched);
  }

  void like(uint32_t user, uint32_t video, TimeMs at) {
    Impression liked = act(user, video, at);
    liked.acts = kLiked;
    traffic_.attack.push_back(liked);
  }

  void crowd(uint64_t wave, TimeMs at) {
    const uint32_t target = targets_[wave % targets_.size()];
    for (uint32_t i = 0; i < options_.wave_likes; ++i) {
      const uint32_t user = invent();
      for (uint32_t watched = 0; watched < options_.watched; ++watched)
        watch(user, popular_[random_.below(static_cast<uint32_t>(popular_.size()))], at);
      like(user, target, plus_ms(at, options_.wave_ms * i / options_.wave_likes));
    }
  }

  void account(TimeMs at) {
    const uint32_t user = invent();
    for (const uint32_t target : targets_) watch(user, target, at);
    for (size_t i = 0; i < targets_.size(); ++i) {
      const auto ahead = options_.wave_ms / 2 * static_cast<int64_t>(i);
      like(user, targets_[i], plus_ms(at, ahead / static_cast<int64_t>(targets_.size())));
    }
  }

  RecordedTraffic& traffic_;
  const AttackOptions& options_;
  CounterRandom random_;
  std::vector<uint32_t> popular_;
  std::vector<uint32_t> targets_;
  uint64_t next_user_ = 0;
};

}  // namespace

void add_attack(RecordedTraffic& traffic, const AttackOptions& options) {
  if (traffic.log.empty()) return;
  Attack(traffic, options).run();
}

}  // namespace potik::evaluate
