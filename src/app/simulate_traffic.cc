#include "app/simulate_traffic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "app/simulate_comments.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "event/encode.h"

namespace potik::app {

namespace {

constexpr std::array<std::string_view, 4> kCountries{"UA", "PL", "DE", "GB"};
constexpr std::array<std::string_view, 4> kLanguages{"uk", "pl", "de", "en"};

// Index of a viewer's country and language.
uint32_t home_of(uint64_t seed, uint32_t viewer) {
  return CounterRandom(seed, viewer, 9).below(kCountries.size());
}

void append_hex(std::string& out, uint64_t value, int digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) out += kDigits[(value >> (4 * i)) & 15U];
}

// A UUID of version 4 in its canonical form: what the store keeps in 16 bytes.
void append_uuid(std::string& out, uint64_t run, uint64_t id) {
  const uint64_t high = mix64(run ^ mix64(id));
  const uint64_t low = mix64(high ^ id);
  append_hex(out, high >> 32U, 8);
  out += '-';
  append_hex(out, high >> 16U, 4);
  out += "-4";
  append_hex(out, high, 3);
  out += '-';
  append_hex(out, 8U | (low >> 62U), 1);
  append_hex(out, low >> 48U, 3);
  out += '-';
  append_hex(out, low, 12);
}

CrowdOptions crowd_options(const SimulatedCatalogue& catalogue, const TrafficOptions& options) {
  CrowdOptions crowd{.seed = options.seed,
                     .viewers = options.viewers,
                     .start = options.start,
                     .comment_at_most = options.comment_at_most};
  if (options.events_per_second > 0) {
    const ViewerPace pace = measure_pace(catalogue, options.seed);
    const double all_active = pace.events_per_second * options.viewers;
    crowd.active_share = std::min(1.0, options.events_per_second / all_active);
    crowd.session_ms = pace.session_ms;
  }
  return crowd;
}

}  // namespace

uint32_t viewers_for(double events_per_second, const SimulatedCatalogue& catalogue, uint64_t seed) {
  return static_cast<uint32_t>(
      std::ceil(events_per_second / measure_pace(catalogue, seed).events_per_second));
}

SimulatedTraffic::SimulatedTraffic(const SimulatedCatalogue& catalogue, TrafficOptions options)
    : catalogue_(catalogue),
      options_(std::move(options)),
      crowd_(catalogue, crowd_options(catalogue, options_)) {
  const auto videos = static_cast<uint32_t>(catalogue.videos.size());
  // Attacks of one run push different videos where there are several.
  const std::vector<uint32_t> quiet = quietest();
  for (size_t i = 0; i < options_.attacks.size(); ++i) {
    begin_attack(options_.attacks[i], plus_ms(options_.start, options_.attack_after_ms),
                 options_.attack_duration_ms, quiet[i % videos]);
  }
}

std::vector<uint32_t> SimulatedTraffic::quietest() const {
  std::vector<uint32_t> quiet(catalogue_.videos.size());
  std::iota(quiet.begin(), quiet.end(), 0U);
  std::ranges::stable_sort(quiet, {}, [&](uint32_t video) { return crowd_.popularity(video); });
  return quiet;
}

void SimulatedTraffic::begin_attack(AttackKind kind, TimeMs start, int64_t duration_ms,
                                    uint32_t target) {
  attacks_.emplace_back(AttackOptions{.kind = kind,
                                      .number = next_attack_++,
                                      .start = start,
                                      .duration_ms = duration_ms,
                                      .videos = static_cast<uint32_t>(catalogue_.videos.size()),
                                      .target = target});
}

void SimulatedTraffic::advance(TimeMs until, TrafficStep& out) {
  events_.clear();
  crowd_.advance(until, events_);
  for (SimulatedAttack& attack : attacks_) attack.advance(until, events_);
  std::ranges::stable_sort(events_, {}, &SimulatedEvent::at);
  for (const SimulatedEvent& event : events_) write(event, out);
}

std::string SimulatedTraffic::user_id(uint32_t actor) const {
  const bool attacker = actor >= kFirstAttacker;
  std::string id = attacker ? "sim-bot-" : "sim-";
  id += std::to_string(options_.seed);
  id += '-';
  return id += std::to_string(attacker ? actor - kFirstAttacker : actor);
}

std::string SimulatedTraffic::profile_json(uint32_t viewer) const {
  const uint32_t where = home_of(options_.seed, viewer);
  std::string json;
  JsonWriter(json)
      .begin_object()
      .field("user_id", user_id(viewer))
      .field("segment", kCountries[where])
      .field("country", kCountries[where])
      .field("language", kLanguages[where])
      .end_object();
  return json;
}

// Half of the viewers write Ukrainian, the others English.
std::string SimulatedTraffic::comment_of(const SimulatedEvent& event) const {
  if (event.actor >= kFirstAttacker) return std::string(kFloodComment);
  const bool ukrainian = home_of(options_.seed, event.actor) < kLanguages.size() / 2;
  return comment_text(event.text,
                      ukrainian ? CommentLanguage::ukrainian : CommentLanguage::english);
}

void SimulatedTraffic::write(const SimulatedEvent& event, TrafficStep& out) {
  const SimulatedVideo& video = catalogue_.videos[event.video];
  const uint64_t run = mix64(options_.seed ^ mix64(static_cast<uint64_t>(options_.start.value())));
  std::string event_id;
  append_uuid(event_id, run, event.id);
  const std::string user = user_id(event.actor);
  const std::string session = event.session == 0 ? "" : user + "-" + std::to_string(event.session);
  std::string comment_id;
  std::string text;
  event::EventView view;
  view.type = event.type;
  view.occurred_at = event.at;
  view.watch_ms = event.watch_ms;
  view.position = event.position;
  if (event.type == event::EventType::video_played) view.duration_ms = video.duration_ms;
  if (event.type == event::EventType::comment_posted) {
    comment_id = "c-" + event_id;
    text = comment_of(event);
    view.comment_id = comment_id;
    view.text = text;
  }
  view.event_id = event_id;
  view.user_id = user;
  view.video_id = video.id;
  view.session_id = session;
  view.request_id = crowd_.request_of(event);
  view.surface = "feed";
  const size_t begin = out.text.size();
  event::encode(view, out.text);
  out.text += '\n';
  out.lines.push_back({begin, out.text.size(), event.actor});
}

}  // namespace potik::app
