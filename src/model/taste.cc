#include "model/taste.h"

#include <algorithm>

#include "base/stored_numbers.h"
namespace potik::model {
namespace {

constexpr uint8_t kTasteFormat = 2;
constexpr uint8_t kTasteFormatBefore = 1;  // without exposures; still read

void save_watched(ByteWriter& out, const Watched& watched) {
  out.put(watched.video.value());
  out.put(watched.flags);
  out.put(watched.times);
  out.put(watched.shown);
  out.put(watched.taught);
  out.put(watched.at.value());
}

Watched load_watched(ByteReader& in, uint8_t format) {
  Watched watched;
  watched.video = VideoHandle(in.get<uint32_t>());
  watched.flags = in.get<uint8_t>();
  watched.times = in.get<uint8_t>();
  watched.shown = in.get<uint8_t>();
  if (format >= kTasteFormat) watched.taught = in.get<uint8_t>();
  watched.at = TimeMs(get_ms(in));
  return watched;
}

void save_affinity(ByteWriter& out, const Affinity& affinity) {
  out.put(affinity.key);
  out.put(affinity.plays);
  out.put(affinity.positives);
}

Affinity load_affinity(ByteReader& in) {
  Affinity affinity;
  affinity.key = in.get<uint32_t>();
  affinity.plays = in.get<uint16_t>();
  affinity.positives = in.get<uint16_t>();
  return affinity;
}

void save_habit(ByteWriter& out, const Habit& habit) {
  out.put(habit.exposures);
  out.put(habit.positives);
  out.put(habit.recent_rate);
  out.put(habit.slow_rate);
  out.put(habit.last_label);
}

Habit load_habit(ByteReader& in) {
  Habit habit;
  habit.exposures = in.get<uint32_t>();
  habit.positives = in.get<uint32_t>();
  habit.recent_rate = get_finite<float>(in);
  habit.slow_rate = get_finite<float>(in);
  habit.last_label = in.get<uint8_t>();
  return habit;
}

void save_awaited(ByteWriter& out, const Awaited& awaited) {
  out.put(awaited.video.value());
  out.put(awaited.request);
  out.put(awaited.at.value());
  out.put(awaited.surface);
  out.put(awaited.gap);
  out.put(static_cast<uint8_t>(awaited.history));
  out.put(static_cast<uint8_t>(awaited.spoken_for));
}

Awaited load_awaited(ByteReader& in) {
  Awaited awaited;
  awaited.video = VideoHandle(in.get<uint32_t>());
  awaited.request = in.get<uint32_t>();
  awaited.at = TimeMs(get_ms(in));
  awaited.surface = in.get<uint32_t>();
  awaited.gap = in.get<uint8_t>();
  awaited.history = get_bool(in);
  awaited.spoken_for = get_bool(in);
  return awaited;
}

void save_last(ByteWriter& out, const LastExposure& last) {
  out.put(last.video.value());
  out.put(last.exposure.at.value());
  out.put(last.exposure.surface);
  out.put(last.exposure.gap);
  save_habit(out, last.exposure.habit);
}

LastExposure load_last(ByteReader& in) {
  LastExposure last;
  last.video = VideoHandle(in.get<uint32_t>());
  last.exposure.at = TimeMs(get_ms(in));
  last.exposure.surface = in.get<uint32_t>();
  last.exposure.gap = in.get<uint8_t>();
  last.exposure.habit = load_habit(in);
  return last;
}

template <class T, class Save>
void save_list(ByteWriter& out, const std::vector<T>& list, Save save) {
  out.put(static_cast<uint16_t>(list.size()));
  for (const T& item : list) save(out, item);
}

// False if the list is longer than `max`: such bytes were not written by save().
template <class T, class Load>
bool load_list(ByteReader& in, std::vector<T>& list, size_t max, Load load) {
  const size_t size = in.get<uint16_t>();
  if (!in.ok() || size > max) return false;
  list.resize(size);
  for (T& item : list) item = load(in);
  return in.ok();
}

}  // namespace

void Taste::save(ByteWriter& out) const {
  out.put(kTasteFormat);
  save_list(out, ring, save_watched);
  save_list(out, authors, save_affinity);
  save_list(out, tags, save_affinity);
  save_list(out, hidden_authors, [](ByteWriter& to, uint32_t author) { to.put(author); });
  for (const Affinity& affinity : durations) save_affinity(out, affinity);
  for (const uint32_t count : {impressions, plays, positives, skips, likes, comments})
    out.put(count);
  save_list(out, surfaces, save_affinity);
  save_list(out, awaited, save_awaited);
  save_habit(out, habit);
  save_last(out, last);
  out.put(last_at.value());
  out.put(last_exposed_at.value());
}

bool Taste::load(ByteReader& in) {
  const auto format = in.get<uint8_t>();
  if (format != kTasteFormat && format != kTasteFormatBefore) return false;
  const auto watched = [format](ByteReader& from) { return load_watched(from, format); };
  if (!load_list(in, ring, kRingMax, watched)) return false;
  if (!load_list(in, authors, kAuthorsMax, load_affinity)) return false;
  if (!load_list(in, tags, kTastedTagsMax, load_affinity)) return false;
  if (!load_list(in, hidden_authors, kAuthorsMax,
                 [](ByteReader& from) { return from.get<uint32_t>(); }))
    return false;
  for (Affinity& affinity : durations) affinity = load_affinity(in);
  for (uint32_t* count : {&impressions, &plays, &positives, &skips, &likes, &comments})
    *count = in.get<uint32_t>();
  return format == kTasteFormatBefore ? load_rest_before(in) : load_rest(in);
}

bool Taste::load_rest(ByteReader& in) {
  if (!load_list(in, surfaces, kSurfacesMax, load_affinity)) return false;
  if (!load_list(in, awaited, kAwaitedMax, load_awaited)) return false;
  habit = load_habit(in);
  last = load_last(in);
  last_at = TimeMs(get_ms(in));
  last_exposed_at = TimeMs(get_ms(in));
  return in.ok();
}

// Exposures were not counted apart then: plays and impressions say how many there were.
bool Taste::load_rest_before(ByteReader& in) {
  habit.exposures = std::max(impressions, plays);
  habit.positives = std::min(positives, habit.exposures);
  habit.recent_rate = habit.slow_rate = get_finite<float>(in);
  habit.last_label = in.get<uint8_t>();
  last_at = last_exposed_at = TimeMs(get_ms(in));
  return in.ok();
}

size_t Taste::memory_bytes() const {
  return sizeof(Taste) + ring.capacity() * sizeof(Watched) +
         (authors.capacity() + tags.capacity() + surfaces.capacity()) * sizeof(Affinity) +
         awaited.capacity() * sizeof(Awaited) + hidden_authors.capacity() * sizeof(uint32_t);
}

// From the newest: what is asked for was usually acted on just now.
const Watched* Taste::find(VideoHandle video) const {
  const auto found =
      std::find_if(ring.rbegin(), ring.rend(), [&](const Watched& w) { return w.video == video; });
  return found == ring.rend() ? nullptr : &*found;
}

}  // namespace potik::model
