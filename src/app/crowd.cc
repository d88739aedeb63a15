#include "app/crowd.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "app/low_priority.h"
#include "app/simulate_lists.h"
#include "app/simulate_posting.h"
#include "app/simulate_setup.h"

namespace potik::app {
namespace {

constexpr uint64_t kSeed = 1;  // the same people with the same tastes after every start
constexpr double kCommentAtMost = 0.1;
constexpr int64_t kStepMs = 100;
constexpr int64_t kGiveUpAfterMs = 5'000;
// What a newly started demo is told of, and in which steps.
constexpr int64_t kPastMs = 600'000;
constexpr int64_t kPastStepMs = 2'000;
constexpr int64_t kCatalogueEveryMs = 300'000;
constexpr int64_t kWaitMs = 500;  // for a catalogue
// A clock that leapt, as after a suspended machine's sleep: the time between is not made up for.
constexpr int64_t kLeapMs = 60'000;
constexpr size_t kTargets = 12;
constexpr double kRateOfOneConnection = 200;

void wait(int64_t ms, const std::stop_token& stop) {
  std::mutex idle;
  std::condition_variable_any wake;
  std::unique_lock lock(idle);
  wake.wait_for(lock, stop, std::chrono::milliseconds(ms), [] { return false; });
}

bool is_same(const SimulatedCatalogue& a, const SimulatedCatalogue& b) {
  return std::ranges::equal(a.videos, b.videos, {}, &SimulatedVideo::id, &SimulatedVideo::id);
}

uint64_t bytes_of(const SimulatedCatalogue& catalogue) {
  uint64_t bytes = 0;
  for (const SimulatedVideo& video : catalogue.videos)
    bytes += sizeof video + 3 * video.id.size() + video.json.size() + sizeof(uint64_t);
  return bytes;
}

}  // namespace

Crowd::Crowd(const DemoConfig& config, const Clock& clock)
    : config_(config), clock_(clock), viewers_(crowd_viewers(config)) {}

Crowd::~Crowd() { stop(); }

void Crowd::start(Connect connect, bool fresh) {
  connect_ = std::move(connect);
  fresh_ = fresh;
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Crowd::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Crowd::run(const std::stop_token& stop) {
  lower_priority();
  const auto server = connect_();
  TimeMs from = plus_ms(clock_.now(), fresh_ ? -kPastMs : 0);
  while (const auto catalogue = wait_for_catalogue(*server, stop)) {
    live(*server, *catalogue, from, stop);
    from = clock_.now();
  }
}

std::optional<SimulatedCatalogue> Crowd::wait_for_catalogue(ServerConnection& server,
                                                            const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto catalogue = read_catalogue(server, kSeed, kCrowdVideosMax);
    if (catalogue && !catalogue->videos.empty()) return std::move(catalogue).value();
    {
      const MutexLock lock(mutex_);
      trouble_ = catalogue ? std::string() : catalogue.error();
    }
    wait(kWaitMs, stop);
  }
  return std::nullopt;
}

void Crowd::live(ServerConnection& server, const SimulatedCatalogue& catalogue, TimeMs from,
                 const std::stop_token& stop) {
  SimulatedTraffic traffic(catalogue, {.seed = kSeed,
                                       .viewers = viewers_,
                                       .events_per_second = config_.crowd_rate,
                                       .start = from,
                                       .comment_at_most = kCommentAtMost});
  if (!introduced_) introduced_ = introduce_viewers(server, traffic, viewers_).empty();
  Posting posting(connect_, {.connections = config_.crowd_rate > kRateOfOneConnection ? 2U : 1U,
                             .give_up_after_ms = kGiveUpAfterMs,
                             .goes_on = true,
                             .latencies_max = 0,
                             .stop = stop});
  SimulatedLists lists(catalogue, traffic, posting);
  offer_targets(catalogue, traffic);
  TimeMs last = clock_.now();
  TimeMs read_at = last;
  tell_past(traffic, posting, from, last, stop);
  uint64_t followed = 0;
  uint64_t lost = 0;
  TrafficStep step;
  for (TimeMs now = clock_.now(); !stop.stop_requested(); now = clock_.now()) {
    if (std::abs(ms_between(last, now)) > kLeapMs) return;
    last = now;
    follow_attack(traffic, lists, followed);
    lists.exchange();
    step.clear();
    traffic.advance(now, step);
    posting.post(step);
    note_trouble(posting, lost);
    bytes_ = bytes_of(catalogue) + traffic.crowd().memory_bytes() + step.text.capacity();
    if (ms_between(read_at, now) > kCatalogueEveryMs) {
      const auto again = read_catalogue(server, kSeed, kCrowdVideosMax);
      if (again && !is_same(*again, catalogue)) return;
      read_at = now;
    }
    wait(kStepMs, stop);
  }
}

void Crowd::tell_past(SimulatedTraffic& traffic, Posting& posting, TimeMs from, TimeMs until,
                      const std::stop_token& stop) const {
  TrafficStep step;
  for (TimeMs t = from; t < until && !stop.stop_requested();) {
    t = std::min(plus_ms(t, kPastStepMs), until);
    step.clear();
    traffic.advance(t, step);
    posting.post(step);
  }
}

// The quietest ones: a burst is plainest where little happens.
void Crowd::offer_targets(const SimulatedCatalogue& catalogue, const SimulatedTraffic& traffic) {
  const MutexLock lock(mutex_);
  targets_.clear();
  for (const uint32_t video : traffic.quietest()) {
    if (targets_.size() == kTargets) break;
    targets_.push_back(catalogue.videos[video].id);
  }
}

void Crowd::follow_attack(SimulatedTraffic& traffic, const SimulatedLists& lists,
                          uint64_t& followed) {
  const MutexLock lock(mutex_);
  if (!attack_) return;
  const TimeMs now = clock_.now();
  if (now >= attack_->told.ends_at) {
    traffic.end_attacks();
    return;
  }
  if (followed == attack_->number) return;
  followed = attack_->number;
  traffic.end_attacks();
  const auto target = lists.index_of(attack_->told.video_id);
  if (!target) return;  // deleted meanwhile
  // A catalogue that changed under an attack has a new traffic, where it goes on from now.
  const TimeMs begin = std::max(attack_->told.started_at, plus_ms(now, -kStepMs));
  traffic.begin_attack(attack_->kind, begin, ms_between(begin, attack_->told.ends_at), *target);
}

void Crowd::note_trouble(const Posting& posting, uint64_t& lost) {
  const PostingCounts counts = posting.counts();
  const bool loses = counts.lost > lost;
  lost = counts.lost;
  const MutexLock lock(mutex_);
  if (loses) {
    trouble_ = "the simulated crowd's events are not taken: " + counts.last_problem;
  } else if (!posting.behind()) {
    trouble_.clear();
  }
}

api::DemoState Crowd::state_at(TimeMs now) const {
  api::DemoState state{.rate = config_.crowd_rate, .attack = {}};
  if (!attack_) return state;
  state.attacking = now < attack_->told.ends_at;
  state.attack = attack_->told;
  return state;
}

api::DemoState Crowd::state() const {
  const MutexLock lock(mutex_);
  return state_at(clock_.now());
}

Result<api::DemoState, api::DemoError> Crowd::begin_attack(std::string_view kind_name) {
  const auto kind = attack_named(kind_name);
  if (kind != AttackKind::like_burst && kind != AttackKind::comment_flood)
    return Error{api::DemoError::unknown_kind};
  const MutexLock lock(mutex_);
  const TimeMs now = clock_.now();
  const api::DemoState before = state_at(now);
  if (before.attacking) {
    if (attack_->kind != *kind) return Error{api::DemoError::another_kind};
    return before;
  }
  if (targets_.empty()) return Error{api::DemoError::not_ready};
  const uint64_t number = attack_ ? attack_->number + 1 : 1;
  const std::string& target = targets_[(number - 1) % targets_.size()];
  const TimeMs end = plus_ms(now, config_.attack_s * int64_t{1'000});
  attack_ = Attack{number, *kind, {std::string(kind_name), target, now, end}};
  return state_at(now);
}

api::DemoState Crowd::end_attack() {
  const MutexLock lock(mutex_);
  const TimeMs now = clock_.now();
  if (attack_ && now < attack_->told.ends_at) attack_->told.ends_at = now;
  return state_at(now);
}

std::string Crowd::trouble() const {
  const MutexLock lock(mutex_);
  return trouble_;
}

}  // namespace potik::app
