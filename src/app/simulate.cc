#include "app/simulate.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "app/simulate_lists.h"
#include "app/simulate_posting.h"
#include "app/simulate_setup.h"
#include "app/simulate_traffic.h"
#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::app {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int64_t kStepMs = 20;  // of real time: how late an event may be sent
// Of event time, where nothing waits: steps are posted side by side, so their length and number
// bound the disorder that the server sees, which must stay within what its detectors tolerate.
constexpr int64_t kEventTimeStepMsMost = 2'000;
constexpr double kEventTimeStepEvents = 8'000;
constexpr size_t kEventTimeStepsWaiting = 2;
constexpr double kMsPerSecond = 1'000;
constexpr double kMsPerHour = 3'600'000;

bool in_event_time(const SimulateOptions& options) { return options.event_time_hours > 0; }

std::string fixed(double value, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

class Run {
 public:
  Run(const SimulateOptions& options, const SimulatedCatalogue& catalogue,
      SimulatedTraffic& traffic, Posting& posting, std::ostream& notes)
      : options_(options),
        traffic_(traffic),
        posting_(posting),
        lists_(catalogue, traffic, posting),
        notes_(notes) {}

  void in_real_time(TimeMs start, const Clock& clock, const std::stop_token& stop) {
    const auto duration_ms = static_cast<int64_t>(options_.duration_s * kMsPerSecond);
    for (TimeMs now = start; !stop.stop_requested() && !posting_.failed(); now = clock.now()) {
      if (duration_ms > 0 && ms_between(start, now) > duration_ms) break;
      lists_.exchange();
      step(now);
      std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
    }
  }

  void in_event_time(TimeMs start, TimeMs end, double rate, const std::stop_token& stop) {
    const int64_t step_ms =
        std::clamp(static_cast<int64_t>(kMsPerSecond * kEventTimeStepEvents / std::max(1.0, rate)),
                   int64_t{1}, kEventTimeStepMsMost);
    for (TimeMs t = start; t < end && !stop.stop_requested() && !posting_.failed();) {
      t = std::min(plus_ms(t, step_ms), end);
      step(t);
    }
  }

  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(SteadyClock::now() - begun_).count();
  }

 private:
  void step(TimeMs until) {
    step_.clear();
    traffic_.advance(until, step_);
    posting_.post(step_);
    if (options_.progress && seconds() >= next_note_s_) note(until);
  }

  void note(TimeMs until) {
    const PostingCounts counts = posting_.counts();
    const double now_s = seconds();
    notes_ << format_rfc3339(until) << "  " << counts.sent << " events  "
           << fixed(static_cast<double>(counts.sent - noted_) / (now_s - noted_s_), 0) << "/s  p99 "
           << fixed(counts.p99_ms, 1) << " ms  " << counts.lists << " lists  " << counts.retries
           << " retries" << (counts.last_problem.empty() ? "" : "  last: " + counts.last_problem)
           << std::endl;
    noted_ = counts.sent;
    noted_s_ = now_s;
    next_note_s_ = now_s + 1;
  }

  const SimulateOptions& options_;
  SimulatedTraffic& traffic_;
  Posting& posting_;
  SimulatedLists lists_;
  std::ostream& notes_;
  TrafficStep step_;
  SteadyClock::time_point begun_ = SteadyClock::now();
  double next_note_s_ = 1;
  double noted_s_ = 0;
  uint64_t noted_ = 0;
};

void write_json(std::ostream& out, const PostingCounts& counts, const SimulatedTraffic& traffic,
                double seconds) {
  std::string text;
  JsonWriter json(text);
  json.begin_object()
      .field("events", counts.sent)
      .field("accepted", counts.accepted)
      .field("dead_letters", counts.dead_letters)
      .field("lost", counts.lost)
      .field("requests", counts.requests)
      .field("retries", counts.retries)
      .field("lists", counts.lists)
      .field("seconds", seconds)
      .field("events_per_second", static_cast<double>(counts.sent) / seconds)
      .field("post_p50_ms", counts.p50_ms)
      .field("post_p99_ms", counts.p99_ms)
      .field("last_problem", counts.last_problem);
  json.key("attacks").begin_array();
  for (const SimulatedAttack& attack : traffic.attacks()) {
    json.begin_object()
        .field("name", name(attack.options().kind))
        .field("started_at", format_rfc3339(attack.options().start))
        .field("video_id", traffic.target_of(attack))
        .field("events", attack.events())
        .end_object();
  }
  json.end_array().end_object();
  out << text << std::endl;
}

void write_sentences(std::ostream& out, const PostingCounts& counts,
                     const SimulatedTraffic& traffic, double seconds) {
  out << counts.sent << " events in " << fixed(seconds, 1) << " s ("
      << fixed(static_cast<double>(counts.sent) / seconds, 0) << "/s): " << counts.accepted
      << " accepted, " << counts.dead_letters << " dead letters, " << counts.lost << " lost, "
      << counts.retries << " retries; " << counts.lists << " lists followed; a post took "
      << fixed(counts.p50_ms, 1) << " ms at p50 and " << fixed(counts.p99_ms, 1) << " ms at p99."
      << std::endl;
  for (const SimulatedAttack& attack : traffic.attacks()) {
    out << "attack " << name(attack.options().kind) << ": " << attack.events() << " events from "
        << format_rfc3339(attack.options().start) << " on, at video " << traffic.target_of(attack)
        << std::endl;
  }
}

TrafficOptions traffic_options(const SimulateOptions& options, const SimulatedCatalogue& catalogue,
                               TimeMs now, std::ostream& notes) {
  TrafficOptions traffic;
  traffic.seed = options.seed;
  traffic.events_per_second = options.rate;
  traffic.viewers = std::max(1U, options.viewers);
  const uint32_t needed = viewers_for(options.rate, catalogue, options.seed);
  if (needed > traffic.viewers) {
    notes << "raised --viewers from " << traffic.viewers << " to " << needed
          << ": fewer cannot give " << fixed(options.rate, 0)
          << " events per second and still watch as people do" << std::endl;
    traffic.viewers = needed;
  }
  const auto past_ms = static_cast<int64_t>(options.event_time_hours * kMsPerHour);
  traffic.start = plus_ms(now, -past_ms);
  traffic.attacks = options.attacks;
  traffic.attack_after_ms = static_cast<int64_t>(options.attack_after_s * kMsPerSecond);
  traffic.attack_duration_ms = static_cast<int64_t>(options.attack_duration_s * kMsPerSecond);
  return traffic;
}

PostingOptions posting_options(const SimulateOptions& options) {
  PostingOptions posting;
  posting.connections = options.connections;
  if (in_event_time(options)) posting.steps_waiting_max = kEventTimeStepsWaiting;
  return posting;
}

}  // namespace

int run_simulate(const SimulateOptions& options, const Connect& connect, const Clock& clock,
                 std::stop_token stop, std::ostream& out, std::ostream& notes) {
  const std::unique_ptr<ServerConnection> server = connect();
  auto catalogue = prepare_catalogue(*server, options.seed, options.videos, clock.now());
  if (!catalogue) {
    notes << "potik simulate: " << options.url << ": " << catalogue.error() << std::endl;
    return 1;
  }
  TrafficOptions wanted = traffic_options(options, *catalogue, clock.now(), notes);
  if (options.profiles) {
    const SimulatedTraffic preview(*catalogue, wanted);
    const std::string problem = introduce_viewers(*server, preview, wanted.viewers);
    if (!problem.empty()) {
      notes << options.url << ": " << problem << std::endl;
      return 1;
    }
  }
  // Introducing a large crowd takes a while; real time begins after it.
  const TimeMs end = clock.now();
  if (!in_event_time(options)) wanted.start = end;
  SimulatedTraffic traffic(*catalogue, wanted);
  const double rate =
      options.rate > 0 ? options.rate
                       : wanted.viewers * measure_pace(*catalogue, options.seed).events_per_second;
  Posting posting(connect, posting_options(options));
  Run run(options, *catalogue, traffic, posting, notes);
  if (in_event_time(options)) {
    run.in_event_time(wanted.start, end, rate, stop);
  } else {
    run.in_real_time(wanted.start, clock, stop);
  }
  posting.finish();
  const PostingCounts counts = posting.counts();
  const double seconds = std::max(0.001, run.seconds());
  (options.json ? write_json : write_sentences)(out, counts, traffic, seconds);
  if (counts.lost > 0) {
    notes << options.url << ": " << counts.lost << " events were given up: " << counts.last_problem
          << std::endl;
  }
  return counts.lost > 0 ? 1 : 0;
}

}  // namespace potik::app
