#include "detect/alert_book.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "base/bytes.h"
#include "base/hash.h"
#include "base/stored_numbers.h"
#include "detect/alert_text.h"

namespace potik::detect {

namespace {

constexpr uint8_t kFormat = 3;

std::string_view subject_type(const Signal& signal) {
  return signal.subject_is_video ? "video" : "user";
}

std::optional<SignalKind> kind_named(std::string_view text) {
  for (size_t i = 0; i < kSignalKinds; ++i) {
    const auto kind = static_cast<SignalKind>(i);
    if (name(kind) == text) return kind;
  }
  return std::nullopt;
}

std::string id_of(const Signal& signal) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.text(name(signal.kind));
  writer.text(subject_type(signal));
  writer.text(signal.subject);
  writer.put(signal.at.value());
  return digest128(bytes).hex();
}

// The alert keeps the numbers of its worst signal.
void take_numbers(monitor::Alert& alert, const Signal& signal) {
  alert.observed = signal.observed;
  alert.baseline = signal.baseline;
  alert.threshold = signal.threshold;
}

void word(monitor::Alert& alert, SignalKind kind) {
  alert.unit = unit_of(kind);
  alert.summary = summary_of(kind, alert);
  alert.action = action_of(kind, alert.subject_type == "video");
}

}  // namespace

AlertBook::AlertBook(AlertBookOptions options) : options_(options) {}

AlertBook::Place AlertBook::place_of(std::string_view kind, std::string_view type,
                                     std::string_view subject) {
  return std::ranges::lower_bound(open_, std::tuple{kind, type, subject}, {}, [](const Open& open) {
    return std::tuple<std::string_view, std::string_view, std::string_view>{
        open.alert.kind, open.alert.subject_type, open.alert.subject};
  });
}

void AlertBook::open_alert(Place place, const Signal& signal, TimeMs now,
                           std::vector<monitor::Alert>& out) {
  if (open_.size() >= options_.open_max) {
    ++dropped_;
    return;
  }
  Open open;
  monitor::Alert& alert = open.alert;
  alert.id = id_of(signal);
  alert.kind = name(signal.kind);
  alert.subject_type = subject_type(signal);
  alert.subject = signal.subject;
  alert.state = monitor::AlertState::firing;
  alert.started_at = alert.at = signal.at;
  alert.distinct_users = signal.distinct_users;
  alert.samples.emplace_back(signal.sample);
  take_numbers(alert, signal);
  word(alert, signal.kind);
  open.last_signal = signal.at;
  open.noticed_at = std::max(now, signal.at);
  open.dirty = true;
  out.push_back(alert);
  open_.insert(place, std::move(open));
}

void AlertBook::repeat(Open& open, const Signal& signal, TimeMs now,
                       std::vector<monitor::Alert>& out) {
  monitor::Alert& alert = open.alert;
  ++alert.folded;
  open.dirty = true;
  open.last_signal = std::max(open.last_signal, signal.at);
  open.noticed_at = std::max({open.noticed_at, now, signal.at});
  alert.at = open.last_signal;
  alert.distinct_users = std::max<uint64_t>(alert.distinct_users, signal.distinct_users);
  if (alert.samples.size() < kSamplesMax) alert.samples.emplace_back(signal.sample);
  if (signal.observed > alert.observed) take_numbers(alert, signal);
  if (alert.folded < open.next_notice) return;
  open.next_notice *= 10;
  word(alert, signal.kind);
  out.push_back(alert);
}

void AlertBook::resolve(Open& open, std::vector<monitor::Alert>& out) {
  monitor::Alert& alert = open.alert;
  alert.state = monitor::AlertState::resolved;
  alert.at = plus_ms(open.last_signal, options_.resolve_after_ms);
  if (const auto kind = kind_named(alert.kind)) word(alert, *kind);
  closed_keys_.push_back(std::string(kKeyPrefix) + alert.id);
  out.push_back(std::move(alert));
}

void AlertBook::fold(std::span<const Signal> signals, TimeMs now,
                     std::vector<monitor::Alert>& out) {
  // They come by key group; an alert's story is told by time.
  std::vector<const Signal*> by_time;
  by_time.reserve(signals.size());
  for (const Signal& signal : signals) by_time.push_back(&signal);
  std::ranges::stable_sort(by_time, {}, &Signal::at);
  for (const Signal* each : by_time) {
    const Signal& signal = *each;
    const std::string_view kind = name(signal.kind);
    const std::string_view type = subject_type(signal);
    auto place = place_of(kind, type, signal.subject);
    const bool found = place != open_.end() && place->alert.kind == kind &&
                       place->alert.subject_type == type && place->alert.subject == signal.subject;
    if (found && ms_between(place->last_signal, signal.at) < options_.resolve_after_ms) {
      repeat(*place, signal, now, out);
      continue;
    }
    if (found) {
      resolve(*place, out);
      place = open_.erase(place);
    }
    open_alert(place, signal, now, out);
  }
  // Quiet is measured by how far time went on since, not by the signal's own time: traffic that is
  // older than the newest seen would otherwise open and resolve an alert in every epoch.
  for (Open& open : open_) {
    if (ms_between(open.noticed_at, now) >= options_.resolve_after_ms) resolve(open, out);
  }
  std::erase_if(open_,
                [](const Open& open) { return open.alert.state == monitor::AlertState::resolved; });
}

size_t AlertBook::open() const { return open_.size(); }
uint64_t AlertBook::dropped() const { return dropped_; }

std::vector<monitor::Alert> AlertBook::firing() const {
  std::vector<monitor::Alert> alerts;
  alerts.reserve(open_.size());
  for (const Open& open : open_) {
    alerts.push_back(open.alert);
    if (const auto kind = kind_named(open.alert.kind)) word(alerts.back(), *kind);
  }
  std::ranges::stable_sort(alerts, {}, &monitor::Alert::at);
  return alerts;
}

size_t AlertBook::memory_bytes() const {
  constexpr size_t kTextsBytes = 1'024;  // ids, samples and sentences of one alert, about
  return open_.size() * (sizeof(Open) + kTextsBytes) + open_.capacity() * sizeof(Open);
}

void AlertBook::collect_changes(std::vector<state::Change>& out) {
  for (std::string& key : closed_keys_) {
    out.push_back({state::Section::detectors, KeyGroup(0), std::move(key), std::nullopt});
  }
  closed_keys_.clear();
  for (Open& open : open_) {
    if (!open.dirty) continue;
    open.dirty = false;
    const monitor::Alert& alert = open.alert;
    std::string value;
    ByteWriter writer(value);
    writer.put(kFormat);
    writer.text(alert.kind);
    writer.text(alert.subject_type);
    writer.text(alert.subject);
    writer.put(alert.started_at.value());
    writer.put(alert.at.value());
    writer.put(open.last_signal.value());
    writer.put(open.noticed_at.value());
    writer.put(open.next_notice);
    writer.put(alert.observed);
    writer.put(alert.baseline);
    writer.put(alert.threshold);
    writer.put(alert.distinct_users);
    writer.put(alert.folded);
    writer.put(static_cast<uint8_t>(alert.samples.size()));
    for (const std::string& sample : alert.samples) writer.text(sample);
    out.push_back({state::Section::detectors, KeyGroup(0), std::string(kKeyPrefix) + alert.id,
                   std::move(value)});
  }
}

bool AlertBook::load(std::string_view key, std::string_view value) {
  if (!key.starts_with(kKeyPrefix)) return false;
  ByteReader reader(value);
  if (reader.get<uint8_t>() != kFormat) return false;
  Open open;
  monitor::Alert& alert = open.alert;
  alert.id = key.substr(kKeyPrefix.size());
  alert.kind = reader.text();
  alert.subject_type = reader.text();
  alert.subject = reader.text();
  alert.started_at = TimeMs(get_ms(reader));
  alert.at = TimeMs(get_ms(reader));
  open.last_signal = TimeMs(get_ms(reader));
  open.noticed_at = TimeMs(get_ms(reader));
  open.next_notice = reader.get<uint64_t>();
  alert.observed = get_finite<double>(reader);
  alert.baseline = get_finite<double>(reader);
  alert.threshold = get_finite<double>(reader);
  alert.distinct_users = reader.get<uint64_t>();
  alert.folded = reader.get<uint64_t>();
  const auto samples = reader.get<uint8_t>();
  if (samples > kSamplesMax) return false;
  for (size_t i = 0; i < samples; ++i) alert.samples.emplace_back(reader.text());
  const auto kind = kind_named(alert.kind);
  if (!reader.done() || !kind) return false;
  if (alert.subject_type != "user" && alert.subject_type != "video") return false;
  const Place place = place_of(alert.kind, alert.subject_type, alert.subject);
  if (place != open_.end() &&
      std::tie(place->alert.kind, place->alert.subject_type, place->alert.subject) ==
          std::tie(alert.kind, alert.subject_type, alert.subject))
    return false;
  word(alert, *kind);
  open_.insert(place, std::move(open));
  return true;
}

}  // namespace potik::detect
