#include "evaluate/attack.h"

#include <algorithm>
#include <bit>

#include "base/random.h"

namespace potik::evaluate {
namespace {

constexpr size_t kPopular = 50;                // of which attackers watch some
constexpr int64_t kWatchedWithinMs = 300'000;  // ahead of the likes
constexpr int32_t kLongWatchMs = 30'000;

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
    const uint64_t of_wave = options_.wave_likes * uint64_t{options_.watched + 1};
    const uint64_t waves = static_cast<uint64_t>(wanted) / of_wave;
    const TimeMs begin = traffic_.log.front().at;
    const auto span = static_cast<double>(ms_between(begin, traffic_.log.back().at));
    for (uint64_t wave = 0; wave < waves; ++wave) {
      const double place = (static_cast<double>(wave) + 0.5) / static_cast<double>(waves);
      const TimeMs at = plus_ms(begin, static_cast<int64_t>(place * span));
      wave % 2 == 0 ? crowd(wave, at) : accounts(of_wave, at);
    }
    std::ranges::stable_sort(traffic_.attack, {}, &Impression::outcome_at);
  }

 private:
  void rank_videos() {
    std::vector<uint32_t> positives(traffic_.videos.size());
    std::vector<uint32_t> before(traffic_.videos.size());
    std::vector<bool> described(traffic_.videos.size());
    const auto count = [](std::span<const Impression> all, std::vector<uint32_t>& counts) {
      for (const Impression& impression : all)
        counts[impression.video] += impression.positive ? 1 : 0;
    };
    count(traffic_.log, positives);
    count(traffic_.history, before);
    // Of the log only its begin: attackers do not know what will be popular, nor may they tell it.
    count(std::span(traffic_.log).first(traffic_.log.size() / 10), before);
    for (const ReferenceRecord& record : traffic_.reference) {
      const auto video = traffic_.videos.find(record.id);
      if (record.kind == log::RecordKind::video_put && video) described[*video] = true;
    }
    for (uint32_t video = 0; video < positives.size(); ++video) {
      if (before[video] > 0) popular_.push_back(video);
      if (positives[video] == 0 && before[video] == 0 && described[video])
        targets_.push_back(video);
    }
    std::ranges::stable_sort(popular_, std::ranges::greater(),
                             [&](uint32_t video) { return before[video]; });
    popular_.resize(std::min(popular_.size(), kPopular));
    for (size_t i = 0; i < std::min<size_t>(options_.targets, targets_.size()); ++i)
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

  void watch(uint32_t user, TimeMs until) {
    for (uint32_t i = 0; i < options_.watched; ++i) {
      const uint32_t video = popular_[random_.below(static_cast<uint32_t>(popular_.size()))];
      const auto before = static_cast<int64_t>(random_.below(kWatchedWithinMs));
      Impression watched = act(user, video, plus_ms(until, -before));
      watched.watch_ms = kLongWatchMs;
      traffic_.attack.push_back(watched);
    }
  }

  void like(uint32_t user, uint32_t video, TimeMs at) {
    Impression liked = act(user, video, at);
    liked.acts = kLiked;
    traffic_.attack.push_back(liked);
  }

  void crowd(uint64_t wave, TimeMs at) {
    const uint32_t target = targets_[wave / 2 % targets_.size()];
    for (uint32_t i = 0; i < options_.wave_likes; ++i) {
      const uint32_t user = invent();
      watch(user, at);
      like(user, target, plus_ms(at, options_.wave_ms * i / options_.wave_likes));
    }
  }

  // As many events as a crowd's; each account as quick as one that likes all targets in half a
  // wave.
  void accounts(uint64_t events, TimeMs at) {
    const uint64_t of_one = options_.watched + targets_.size();
    for (uint64_t account = 0; account < events / of_one; ++account) {
      const uint32_t user = invent();
      watch(user, at);
      for (size_t i = 0; i < targets_.size(); ++i) {
        const auto share = static_cast<int64_t>(i) / 2;
        like(user, targets_[i],
             plus_ms(at, options_.wave_ms * share / static_cast<int64_t>(targets_.size())));
      }
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
