#pragma once
// A crowd of simulated viewers: each has a taste over topics, comes for sessions, watches as long
// as the taste says, sometimes likes, comments or dislikes, and follows the lists it is given.
// Pure: no clock, no I/O; the same seed, catalogue, start and lists give the same events, however
// the time is cut into steps. One thread.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "app/simulate_catalogue.h"
#include "base/ids.h"
#include "base/random.h"
#include "event/event.h"

namespace potik::app {

struct SimulatedEvent {
  TimeMs at{};
  uint64_t id = 0;  // gives the event id; also the order among events of one time
  event::EventType type{};
  uint32_t actor = 0;  // viewer, or account of an attack
  uint32_t video = 0;  // index in the catalogue
  int32_t watch_ms = event::kAbsent;
  int32_t position = event::kAbsent;
  uint32_t session = 0;  // 0: none
  uint32_t list = 0;     // generation of the list that led here; 0: none
  uint32_t text = 0;     // number of a comment's text
};

struct CrowdOptions {
  uint64_t seed = 1;
  uint32_t viewers = 2'000;
  double active_share = 1.0;  // of the viewers at any time, 0..1; the others pause between sessions
  TimeMs start{};
  double comment_at_most = 0.02;  // of the views of a viewer who likes the topic fully
  double session_ms = 120'000;    // how long sessions last on average, so that pauses fit the share
};

class SimulatedCrowd {
 public:
  // `catalogue` has at least one video and outlives this object.
  SimulatedCrowd(const SimulatedCatalogue& catalogue, CrowdOptions options);

  // Appends the events up to and including `until`, in order of time. About 0.5 us an event.
  void advance(TimeMs until, std::vector<SimulatedEvent>& out);

  // Viewers who would ask for a list now: called once a step; forgets those it gave.
  [[nodiscard]] std::vector<uint32_t> take_asking();
  // Hands a viewer a list, best first; indices in the catalogue.
  void give_list(uint32_t viewer, std::vector<uint32_t> videos, std::string request_id);
  // The request that led to an event's list; empty if it has been replaced since.
  [[nodiscard]] std::string_view request_of(const SimulatedEvent& event) const;

  [[nodiscard]] uint64_t memory_bytes() const;

  // How much the viewer likes a topic, 0..1: what a recommender should find out.
  [[nodiscard]] double inclination(uint32_t viewer, uint32_t topic) const;
  // The share of browsing that falls on a video.
  [[nodiscard]] double popularity(uint32_t video) const;

 private:
  struct Viewer {
    CounterRandom random{0, 0, 0};
    std::vector<uint32_t> list;
    std::string request_id;
    uint32_t list_at = 0;
    uint32_t list_generation = 0;
    uint32_t session = 0;
    uint32_t views_left = 0;
    uint32_t last_video = UINT32_MAX;
  };
  struct Due {
    SimulatedEvent event;
    bool begins_view = false;  // no event: the viewer looks for the next video
  };
  struct Choice {
    uint32_t video = 0;
    int32_t position = event::kAbsent;
    uint32_t list = 0;
  };
  void put(Due due);
  [[nodiscard]] int64_t draw_pause(CounterRandom& random) const;
  void join_session(Viewer& viewer) const;
  void begin_view(uint32_t viewer, TimeMs at);
  static void begin_session(Viewer& viewer);
  [[nodiscard]] Choice choose(uint32_t number, Viewer& viewer);
  [[nodiscard]] int32_t watch_time(Viewer& viewer, const SimulatedVideo& video,
                                   double liking) const;
  void react(uint32_t number, Viewer& viewer, const SimulatedEvent& played, double liking);
  void schedule_next(uint32_t number, Viewer& viewer, TimeMs at);

  const SimulatedCatalogue& catalogue_;
  CrowdOptions options_;
  std::vector<Viewer> viewers_;
  std::vector<double> reach_;  // cumulative popularity of the videos, for browsing
  std::vector<Due> due_;       // a heap by time and id
  std::vector<uint32_t> asking_;
  uint64_t next_id_ = 1;
};

// Of one viewer who is always active, measured on a small crowd.
struct ViewerPace {
  double events_per_second = 0;
  double session_ms = 0;  // mean, up to where the next would begin without a pause
};
[[nodiscard]] ViewerPace measure_pace(const SimulatedCatalogue& catalogue, uint64_t seed);

}  // namespace potik::app
