#include "app/simulate_traffic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/hash.h"
#include "base/json_writer.h"
#include "event/encode.h"

namespace potik::app {

namespace {

constexpr std::array<std::string_view, 16> kOpeners{
    "Супер",  "Оце так", "Дуже гарно", "Не чекав такого", "Wow",      "So calm", "Ще, будь ласка",
    "Класно", "Дивлюсь", "Again",      "Цікаво",          "Good one", "Смішно",  "Неймовірно",
    "Nice",   "Дякую"};
constexpr std::array<std::string_view, 24> kEndings{
    "",          "про музику", "щодня",         "з друзями",  "for my evening",
    "зранку",    "за кадр",    "за ідею",       "every time", "на вихідних",
    "втретє",    "з дітьми",   "and the light", "цей колір",  "вкотре",
    "до кінця",  "from Lviv",  "з Одеси",       "з Харкова",  "in class",
    "на роботі", "у поїзді",   "перед сном",    "сьогодні"};
constexpr std::array<std::string_view, 8> kMarks{"", "!", "!!", ".", " :)", "…", "?", " <3"};

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
  CrowdOptions crowd{.seed = options.seed, .viewers = options.viewers, .start = options.start};
  if (options.events_per_second > 0) {
    const ViewerPace pace = measure_pace(catalogue, options.seed);
    const double all_active = pace.events_per_second * options.viewers;
    crowd.active_share = std::min(1.0, options.events_per_second / all_active);
    crowd.session_ms = pace.session_ms;
  }
  return crowd;
}

}  // namespace

std::string comment_text(uint32_t n) {
  std::string text(kOpeners[n % kOpeners.size()]);
  n /= static_cast<uint32_t>(kOpeners.size());
  const std::string_view ending = kEndings[n % kEndings.size()];
  n /= static_cast<uint32_t>(kEndings.size());
  if (!ending.empty()) text.append(" ").append(ending);
  return text.append(kMarks[n % kMarks.size()]);
}

uint32_t viewers_for(double events_per_second, const SimulatedCatalogue& catalogue, uint64_t seed) {
  return static_cast<uint32_t>(
      std::ceil(events_per_second / measure_pace(catalogue, seed).events_per_second));
}

SimulatedTraffic::SimulatedTraffic(const SimulatedCatalogue& catalogue, TrafficOptions options)
    : catalogue_(catalogue),
      options_(std::move(options)),
      crowd_(catalogue, crowd_options(catalogue, options_)) {
  const auto videos = static_cast<uint32_t>(catalogue.videos.size());
  // Attacks of one run push different videos where there are several, beginning with the quietest.
  std::vector<uint32_t> quietest(videos);
  std::iota(quietest.begin(), quietest.end(), 0U);
  std::ranges::stable_sort(quietest, {}, [&](uint32_t video) { return crowd_.popularity(video); });
  for (size_t i = 0; i < options_.attacks.size(); ++i) {
    attacks_.emplace_back(AttackOptions{options_.attacks[i],
                                        plus_ms(options_.start, options_.attack_after_ms),
                                        options_.attack_duration_ms, videos, quietest[i % videos]});
  }
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
  constexpr std::array<std::string_view, 4> kCountries{"UA", "PL", "DE", "GB"};
  constexpr std::array<std::string_view, 4> kLanguages{"uk", "pl", "de", "en"};
  CounterRandom random(options_.seed, viewer, 9);
  const uint32_t where = random.below(kCountries.size());
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
    text = comment_text(event.text);
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
