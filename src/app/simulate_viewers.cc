#include "app/simulate_viewers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace potik::app {

namespace {

constexpr std::array<double, 3> kFavourites{0.85, 0.65, 0.5};
constexpr double kIndifference = 0.15;
constexpr double kFollowsList = 0.85;
constexpr double kLikeAtMost = 0.14;
constexpr double kDislikeAtMost = 0.02;
constexpr uint32_t kViewsBetweenLists = 5;
constexpr int64_t kSessionViewsLeast = 4;
constexpr int64_t kSessionViewsMost = 16;
constexpr size_t kAskingMax = 10'000;

// Later in the heap comes first in time.
constexpr auto kLater = [](const auto& a, const auto& b) {
  return a.event.at != b.event.at ? a.event.at > b.event.at : a.event.id > b.event.id;
};

int64_t between(CounterRandom& random, int64_t least, int64_t most) {
  return least + static_cast<int64_t>(random.uniform() * static_cast<double>(most - least + 1));
}

}  // namespace

SimulatedCrowd::SimulatedCrowd(const SimulatedCatalogue& catalogue, CrowdOptions options)
    : catalogue_(catalogue), options_(options), viewers_(options.viewers) {
  double sum = 0;
  for (size_t i = 0; i < catalogue.videos.size(); ++i) {
    // Zipf-like over an order that the seed shuffles, so that no topic owns the top.
    const uint64_t rank = mix64(options.seed ^ mix64(i)) % catalogue.videos.size();
    sum += 1.0 / std::pow(static_cast<double>(rank) + 3.0, 0.8);
    reach_.push_back(sum);
  }
  constexpr int64_t kFirstViewsMs = 10'000;
  for (uint32_t i = 0; i < options.viewers; ++i) {
    Viewer& viewer = viewers_[i];
    viewer.random = CounterRandom(options.seed, i, 1);
    // As if the crowd had been there before: the active ones are somewhere in a session, the others
    // come where their pause ends. What is left of an exponential pause is as long as a whole one.
    int64_t wait = between(viewer.random, 0, kFirstViewsMs);
    if (viewer.random.uniform() > options.active_share) {
      wait += draw_pause(viewer.random);
    } else {
      join_session(viewer);
    }
    SimulatedEvent event;
    event.at = plus_ms(options.start, wait);
    event.actor = i;
    put({event, true});
  }
}

void SimulatedCrowd::put(Due due) {
  due.event.id = next_id_++;
  due_.push_back(due);
  std::ranges::push_heap(due_, kLater);
}

void SimulatedCrowd::advance(TimeMs until, std::vector<SimulatedEvent>& out) {
  while (!due_.empty() && due_.front().event.at <= until) {
    std::ranges::pop_heap(due_, kLater);
    const Due due = due_.back();
    due_.pop_back();
    if (due.begins_view) {
      begin_view(due.event.actor, due.event.at);
    } else {
      out.push_back(due.event);
    }
  }
}

double SimulatedCrowd::inclination(uint32_t viewer, uint32_t topic) const {
  const auto topics = static_cast<uint32_t>(catalogue_.topics.size());
  for (uint32_t i = 0; i < kFavourites.size(); ++i) {
    CounterRandom random(options_.seed, viewer, 2 + i);
    if (random.below(topics) == topic) return kFavourites[i];
  }
  return kIndifference;
}

double SimulatedCrowd::popularity(uint32_t video) const {
  return (reach_[video] - (video == 0 ? 0 : reach_[video - 1])) / reach_.back();
}

void SimulatedCrowd::begin_session(Viewer& viewer) {
  ++viewer.session;
  viewer.views_left =
      static_cast<uint32_t>(between(viewer.random, kSessionViewsLeast, kSessionViewsMost));
}

// The share of time in which a viewer is active is session / (session + pause). The mean is the
// same after every session, so that a crowd begins and stays at its rate.
int64_t SimulatedCrowd::draw_pause(CounterRandom& random) const {
  const double active = std::clamp(options_.active_share, 0.0001, 1.0);
  const double mean = options_.session_ms * (1 - active) / active;
  return static_cast<int64_t>(-std::log(1 - random.uniform()) * mean);
}

// What is left of a session that is met by chance: a long one is met more often.
void SimulatedCrowd::join_session(Viewer& viewer) const {
  do {
    begin_session(viewer);
  } while (viewer.random.uniform() * kSessionViewsMost > viewer.views_left);
  viewer.session = 1;
  viewer.views_left = static_cast<uint32_t>(between(viewer.random, 1, viewer.views_left));
}

SimulatedCrowd::Choice SimulatedCrowd::choose(uint32_t number, Viewer& viewer) {
  const bool needs_list =
      viewer.list_at >= viewer.list.size() || viewer.list_at >= kViewsBetweenLists;
  if (needs_list && asking_.size() < kAskingMax) asking_.push_back(number);
  if (viewer.list_at < viewer.list.size() && viewer.random.uniform() < kFollowsList) {
    const uint32_t position = viewer.list_at++;
    return {viewer.list[position], static_cast<int32_t>(position), viewer.list_generation};
  }
  const double drawn = viewer.random.uniform() * reach_.back();
  const auto found = std::ranges::upper_bound(reach_, drawn);
  const auto last = static_cast<std::ptrdiff_t>(reach_.size() - 1);
  auto video = static_cast<uint32_t>(std::min(found - reach_.begin(), last));
  if (video == viewer.last_video) video = (video + 1) % static_cast<uint32_t>(reach_.size());
  return {video, event::kAbsent, 0};
}

int32_t SimulatedCrowd::watch_time(Viewer& viewer, const SimulatedVideo& video,
                                   double liking) const {
  const double fraction = viewer.random.uniform() < liking ? 0.9 + 0.15 * viewer.random.uniform()
                                                           : 0.03 + 0.37 * viewer.random.uniform();
  return std::max(300, static_cast<int32_t>(fraction * video.duration_ms));
}

void SimulatedCrowd::begin_view(uint32_t number, TimeMs at) {
  Viewer& viewer = viewers_[number];
  if (viewer.views_left == 0) begin_session(viewer);
  --viewer.views_left;
  const Choice choice = choose(number, viewer);
  viewer.last_video = choice.video;
  const SimulatedVideo& video = catalogue_.videos[choice.video];
  const double liking = std::clamp(inclination(number, video.topic) + video.appeal, 0.02, 0.98);

  SimulatedEvent event;
  event.at = at;
  event.actor = number;
  event.video = choice.video;
  event.session = viewer.session;
  event.list = choice.list;
  event.position = choice.position;
  event.type = event::EventType::video_shown;
  put({event, false});
  event.type = event::EventType::video_played;
  event.watch_ms = watch_time(viewer, video, liking);
  event.at = plus_ms(at, event.watch_ms);
  put({event, false});
  react(number, viewer, event, liking);
  schedule_next(number, viewer, event.at);
}

// Likes fall into the second half of the watch, comments after it, dislikes to its end.
void SimulatedCrowd::react(uint32_t number, Viewer& viewer, const SimulatedEvent& played,
                           double liking) {
  SimulatedEvent event = played;
  event.watch_ms = event::kAbsent;
  event.actor = number;
  if (viewer.random.uniform() < kLikeAtMost * liking * liking) {
    event.type = event::EventType::video_liked;
    event.at = plus_ms(played.at, -between(viewer.random, 0, played.watch_ms / 2));
    put({event, false});
  }
  if (viewer.random.uniform() < options_.comment_at_most * liking) {
    event.type = event::EventType::comment_posted;
    event.at = plus_ms(played.at, between(viewer.random, 1'000, 8'000));
    event.text = static_cast<uint32_t>(viewer.random.next());
    put({event, false});
  }
  if (viewer.random.uniform() < kDislikeAtMost * (1 - liking)) {
    event.type = event::EventType::video_disliked;
    event.at = played.at;
    put({event, false});
  }
}

void SimulatedCrowd::schedule_next(uint32_t number, Viewer& viewer, TimeMs at) {
  int64_t wait = between(viewer.random, 300, 1'500);
  if (viewer.views_left == 0 && options_.active_share < 1) wait += draw_pause(viewer.random);
  SimulatedEvent event;
  event.at = plus_ms(at, wait);
  event.actor = number;
  put({event, true});
}

std::vector<uint32_t> SimulatedCrowd::take_asking() { return std::exchange(asking_, {}); }

void SimulatedCrowd::give_list(uint32_t number, std::vector<uint32_t> videos,
                               std::string request_id) {
  Viewer& viewer = viewers_[number];
  viewer.list = std::move(videos);
  viewer.list_at = 0;
  ++viewer.list_generation;
  viewer.request_id = std::move(request_id);
}

std::string_view SimulatedCrowd::request_of(const SimulatedEvent& event) const {
  if (event.list == 0) return {};
  const Viewer& viewer = viewers_[event.actor];
  return viewer.list_generation == event.list ? std::string_view(viewer.request_id)
                                              : std::string_view{};
}

uint64_t SimulatedCrowd::memory_bytes() const {
  uint64_t bytes = viewers_.capacity() * sizeof(Viewer) + reach_.capacity() * sizeof(double) +
                   due_.capacity() * sizeof(Due);
  for (const Viewer& viewer : viewers_)
    bytes += viewer.list.capacity() * sizeof(uint32_t) + viewer.request_id.capacity();
  return bytes;
}

ViewerPace measure_pace(const SimulatedCatalogue& catalogue, uint64_t seed) {
  constexpr uint32_t kViewers = 200;
  constexpr int64_t kWarmUpMs = 60'000;
  constexpr int64_t kMeasuredMs = 240'000;
  constexpr double kViewerSeconds = kViewers * kMeasuredMs / 1000.0;
  constexpr double kSessionViews = (kSessionViewsLeast + kSessionViewsMost) / 2.0;
  SimulatedCrowd crowd(catalogue, {.seed = seed, .viewers = kViewers, .start = TimeMs(0)});
  std::vector<SimulatedEvent> events;
  crowd.advance(TimeMs(kWarmUpMs), events);
  events.clear();
  crowd.advance(TimeMs(kWarmUpMs + kMeasuredMs), events);
  const auto views = static_cast<double>(
      std::ranges::count(events, event::EventType::video_shown, &SimulatedEvent::type));
  return {static_cast<double>(events.size()) / kViewerSeconds,
          kSessionViews * 1000.0 * kViewerSeconds / views};
}

}  // namespace potik::app
