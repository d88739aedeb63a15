#include "monitor/alert_attention.h"

#include <algorithm>
#include <utility>

#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::monitor {
namespace {

// No kind and no type of subject holds a slash, so that no two subjects share a key.
std::string subject_key(const Alert& alert) {
  return alert.kind + '/' + alert.subject_type + '/' + alert.subject;
}

TimeMs time_in(const TextMap<int64_t>& entries, std::string_view key) {
  const auto found = entries.find(key);
  return TimeMs(found == entries.end() ? 0 : found->second);
}

void put_time(JsonWriter& json, std::string_view name, TimeMs time) {
  json.key(name);
  time.value() != 0 ? json.value(format_rfc3339(time)) : json.null();
}

}  // namespace

void AlertAttention::keep(Entries& entries, std::string key, TimeMs time) {
  // What was said first or ends first goes, never what is said now; ties by key, so that it does
  // not depend on the map.
  if (entries.size() >= entries_max_ && !entries.contains(key)) {
    const auto oldest = std::ranges::min_element(entries, {}, [](const auto& entry) {
      return std::pair(entry.second, std::string_view(entry.first));
    });
    if (oldest != entries.end()) entries.erase(oldest);
  }
  entries.insert_or_assign(std::move(key), time.value());
}

void AlertAttention::acknowledge(const Alert& alert, TimeMs now) {
  const MutexLock lock(mutex_);
  keep(acknowledged_, alert.id, now);
}

void AlertAttention::reopen(const Alert& alert) {
  const MutexLock lock(mutex_);
  acknowledged_.erase(alert.id);
}

void AlertAttention::mute(const Alert& alert, TimeMs until) {
  const MutexLock lock(mutex_);
  keep(muted_, subject_key(alert), until);
}

void AlertAttention::unmute(const Alert& alert) {
  const MutexLock lock(mutex_);
  muted_.erase(subject_key(alert));
}

Attention AlertAttention::of(const Alert& alert, TimeMs now) const {
  const MutexLock lock(mutex_);
  Attention attention{time_in(acknowledged_, alert.id), time_in(muted_, subject_key(alert))};
  if (attention.muted_until <= now) attention.muted_until = TimeMs{};
  return attention;
}

std::vector<AlertAttention::Entry> AlertAttention::entries() const {
  std::vector<Entry> all;
  const MutexLock lock(mutex_);
  for (const auto& [key, ms] : acknowledged_) all.push_back({false, key, TimeMs(ms)});
  for (const auto& [key, ms] : muted_) all.push_back({true, key, TimeMs(ms)});
  return all;
}

void AlertAttention::restore(const std::vector<Entry>& entries) {
  const MutexLock lock(mutex_);
  for (const Entry& entry : entries)
    keep(entry.mute ? muted_ : acknowledged_, entry.key, entry.time);
}

std::string alert_json(const Alert& alert, const Attention& attention) {
  std::string out = alert.json();
  out.pop_back();  // the closing brace
  std::string more;
  JsonWriter json(more);
  json.begin_object();
  put_time(json, "acknowledged_at", attention.acknowledged_at);
  put_time(json, "muted_until", attention.muted_until);
  json.end_object();
  more.front() = ',';
  return out += more;
}

}  // namespace potik::monitor
