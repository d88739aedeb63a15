#include "model/introductions.h"

#include <algorithm>
#include <cmath>

#include "base/elementary.h"

namespace potik::model {
namespace {

// Of the declared time, when a video should have its impressions: the rest is for what goes wrong.
constexpr double kLead = 0.75;
// Where many wait, those under way hurry, up to this many times.
constexpr double kHurryMax = 16;
// A video that is so far behind, as a share of its impressions, asks for twice as many places; for
// half as many where it is ahead.
constexpr double kLagDoubles = 0.02;
// The time that is left never counts as less than this share of the plan.
constexpr double kLastStretch = 0.05;
// Traffic is measured over about this share of the declared time.
constexpr double kTrafficShare = 1.0 / 60;
constexpr double kTrafficMsLeast = 1'000;

double elapsed_ms(TimeMs from, TimeMs to) { return static_cast<double>(ms_between(from, to)); }

uint32_t shows_of(const VideoStats& stats) { return std::max(stats.impressions, stats.plays); }

}  // namespace

RateInterval rate_interval(uint32_t hits, uint32_t trials) {
  if (trials == 0) return {};
  constexpr double kZ = 1.96;
  const double n = trials;
  const double rate = hits / n;
  const double centre = rate + kZ * kZ / (2 * n);
  const double spread = kZ * std::sqrt((rate * (1 - rate) + kZ * kZ / (4 * n)) / n);
  const double scale = 1 + kZ * kZ / n;
  return {std::max((centre - spread) / scale, 0.0), std::min((centre + spread) / scale, 1.0)};
}

Introductions::Introductions(IntroductionOptions options) : options_(options) {}

void Introductions::touch(Introduction& introduction) {
  if (introduction.unsaved) return;
  introduction.unsaved = true;
  unsaved_.push_back(introduction.video);
}

void Introductions::mark_running(VideoHandle video, bool running) {
  if (running_marks_.size() <= video.value()) running_marks_.resize(size_t{video.value()} + 1);
  running_marks_[video.value()] = running ? 1 : 0;
}

void Introductions::announce(const VideoStats& video, TimeMs now) {
  const bool old =
      video.published_at.value() > 0 && ms_between(video.published_at, now) > options_.age_max_ms;
  if (options_.impressions == 0 || old || all_.contains(video.handle.value())) return;
  if (shows_of(video) >= options_.impressions) return;
  if (waiting_.size() >= options_.waiting_max) {
    ++counts_.refused;
    return;
  }
  Introduction& introduction = all_[video.handle.value()];
  introduction.video = video.handle;
  introduction.target = options_.impressions;
  introduction.number = ++announced_;
  introduction.announced = now;
  waiting_.push_back(video.handle);
  touch(introduction);
  sums_unsaved_ = true;
}

void Introductions::count(const Act& act, float promised) {
  shows_now_ += act.show ? 1 : 0;
  if (!is_running(act.video) || (!act.show && !act.wins)) return;
  Introduction& introduction = all_[act.video.value()];
  introduction.positives += act.wins ? 1 : 0;
  touch(introduction);
  if (!act.show) return;
  ++introduction.impressions;
  ++introduction.promises;
  introduction.promised += promised;
}

void Introductions::take_back(const Act& act) {
  if (!is_running(act.video) || (!act.show && !act.wins)) return;
  Introduction& introduction = all_[act.video.value()];
  introduction.positives -= act.wins && introduction.positives > 0 ? 1 : 0;
  touch(introduction);
  if (!act.show || introduction.impressions == 0) return;
  --introduction.impressions;
  if (introduction.promises == 0) return;
  introduction.promised -= introduction.promised / introduction.promises;
  --introduction.promises;
}

double Introductions::half_life_ms() const {
  return std::max(static_cast<double>(options_.within_ms) * kTrafficShare, kTrafficMsLeast);
}

double Introductions::shows_per_ms(TimeMs now) const {
  const double half_life = half_life_ms();
  const double measured = 1 - static_cast<double>(exp2_of(-elapsed_ms(first_at_, now) / half_life));
  if (measured <= 0) return 0;
  constexpr double kNaturalLogOf2 = 0.6931471805599453;
  return recent_shows_.read(now, half_life) * kNaturalLogOf2 / (half_life * measured);
}

// From the start to when it should be done.
double Introductions::plan_ms(const Introduction& introduction) const {
  const double waiting = static_cast<double>(waiting_.size()) / std::max(options_.at_once_max, 1U);
  const double hurry = std::min(1 + waiting, kHurryMax);
  return std::max(kLead * elapsed_ms(introduction.started, introduction.deadline) / hurry, 1.0);
}

double Introductions::due(const Introduction& introduction, TimeMs now) const {
  if (introduction.state == IntroductionState::waiting) return 0;
  const double target = introduction.target;
  if (introduction.state != IntroductionState::running) return target;
  return target * std::min(elapsed_ms(introduction.started, now) / plan_ms(introduction), 1.0);
}

float Introductions::pressure_of(const Introduction& introduction, double traffic,
                                 TimeMs now) const {
  const double target = introduction.target;
  const double plan = plan_ms(introduction);
  const double left = std::max(plan - elapsed_ms(introduction.started, now), kLastStretch * plan);
  const double needed = (target - introduction.impressions) / left;
  const double share = needed < traffic ? needed / traffic : 1.0;
  // Behind the plan it goes on growing, or the last impressions would be asked for by nobody.
  const double elapsed = elapsed_ms(introduction.started, now) / plan;
  const double lag = elapsed - introduction.impressions / target;
  return std::min(static_cast<float>(share) * exp2_of(lag / kLagDoubles), 1.0F);
}

void Introductions::end(Introduction& introduction, IntroductionState state, TimeMs now) {
  const bool ran = introduction.state == IntroductionState::running;
  introduction.shows = ran ? shows_ - introduction.shows : 0;
  introduction.state = state;
  introduction.ended = now;
  mark_running(introduction.video, false);
  counts_.reached += state == IntroductionState::reached ? 1 : 0;
  counts_.missed += state == IntroductionState::missed ? 1 : 0;
  // In the order that a snapshot gives back: several may end at one time.
  auto place = ended_.end();
  while (place != ended_.begin() && find(*(place - 1))->ended == now &&
         find(*(place - 1))->number > introduction.number) {
    --place;
  }
  ended_.insert(place, introduction.video);
  touch(introduction);
  if (ended_.size() > options_.kept_max) forget_oldest();
}

// Its record is to be erased.
void Introductions::forget_oldest() {
  const auto oldest = all_.find(ended_.front().value());
  touch(oldest->second);
  all_.erase(oldest);
  ended_.pop_front();
}

// What was shown while it waited counts; where that is enough, nothing is left to do.
void Introductions::start_waiting(const VideoTable& videos, TimeMs now) {
  while (!waiting_.empty() && running_.size() < options_.at_once_max) {
    const VideoHandle video = waiting_.front();
    waiting_.pop_front();
    Introduction& introduction = all_[video.value()];
    const VideoStats& stats = videos.at(video);
    introduction.started = now;
    introduction.deadline = plus_ms(now, options_.within_ms);
    introduction.impressions = shows_of(stats);
    introduction.positives = std::min(stats.positives, introduction.impressions);
    if (!videos.is_listed(video)) {
      end(introduction, IntroductionState::withdrawn, now);
    } else if (introduction.impressions >= introduction.target) {
      end(introduction, IntroductionState::reached, now);
    } else {
      introduction.state = IntroductionState::running;
      introduction.shows = shows_;
      running_.push_back(video);
      mark_running(video, true);
      touch(introduction);
    }
  }
}

void Introductions::finish_epoch(const VideoTable& videos, TimeMs now) {
  if (options_.impressions == 0) return;
  if (first_at_.value() == 0) {
    first_at_ = now;
    sums_unsaved_ = true;
  }
  if (shows_now_ > 0) {
    recent_shows_.add(static_cast<float>(shows_now_), now, half_life_ms());
    shows_ += shows_now_;
    shows_now_ = 0;
    sums_unsaved_ = true;
  }
  std::erase_if(running_, [&](VideoHandle video) {
    Introduction& introduction = all_[video.value()];
    const bool reached = introduction.impressions >= introduction.target;
    if (!reached && videos.is_listed(video) && now < introduction.deadline) return false;
    IntroductionState state = IntroductionState::missed;
    if (!videos.is_listed(video)) state = IntroductionState::withdrawn;
    if (reached) state = IntroductionState::reached;
    end(introduction, state, now);
    return true;
  });
  start_waiting(videos, now);
  pace(now);
}

void Introductions::pace(TimeMs now) {
  newcomers_.clear();
  if (running_.empty()) return;
  const double traffic = shows_per_ms(now);
  for (const VideoHandle video : running_)
    newcomers_.push_back({video, pressure_of(*find(video), traffic, now)});
}

const Introduction* Introductions::find(VideoHandle video) const {
  const auto found = all_.find(video.value());
  return found == all_.end() ? nullptr : &found->second;
}

uint64_t Introductions::shows_meanwhile(const Introduction& introduction) const {
  if (introduction.state == IntroductionState::waiting) return 0;
  const bool running = introduction.state == IntroductionState::running;
  return running ? shows_ - introduction.shows : introduction.shows;
}

size_t Introductions::memory_bytes() const {
  return all_.bucket_count() * (sizeof(Introduction) + sizeof(uint64_t)) +
         (waiting_.size() + ended_.size() + running_.capacity() + unsaved_.capacity()) *
             sizeof(VideoHandle) +
         newcomers_.capacity() * sizeof(Newcomer) + running_marks_.capacity();
}

}  // namespace potik::model
