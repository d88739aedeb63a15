#include "model/taste.h"

#include <algorithm>

#include "base/stored_numbers.h"
namespace potik::model {
namespace {

constexpr uint8_t kTasteFormat = 1;

void save_watched(ByteWriter& out, const Watched& watched) {
  out.put(watched.video.value());
  out.put(watched.flags);
  out.put(watched.times);
  out.put(watched.shown);
  out.put(watched.at.value());
}

Watched load_watched(ByteReader& in) {
  Watched watched;
  watched.video = VideoHandle(in.get<uint32_t>());
  watched.flags = in.get<uint8_t>();
  watched.times = in.get<uint8_t>();
  watched.shown = in.get<uint8_t>();
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
  out.put(recent_rate);
  out.put(last_label);
  out.put(last_at.value());
}

bool Taste::load(ByteReader& in) {
  if (in.get<uint8_t>() != kTasteFormat) return false;
  if (!load_list(in, ring, kRingMax, load_watched)) return false;
  if (!load_list(in, authors, kAuthorsMax, load_affinity)) return false;
  if (!load_list(in, tags, kTastedTagsMax, load_affinity)) return false;
  if (!load_list(in, hidden_authors, kAuthorsMax,
                 [](ByteReader& from) { return from.get<uint32_t>(); }))
    return false;
  for (Affinity& affinity : durations) affinity = load_affinity(in);
  for (uint32_t* count : {&impressions, &plays, &positives, &skips, &likes, &comments})
    *count = in.get<uint32_t>();
  recent_rate = get_finite<float>(in);
  last_label = in.get<uint8_t>();
  last_at = TimeMs(get_ms(in));
  return in.ok();
}

size_t Taste::memory_bytes() const {
  return sizeof(Taste) + ring.capacity() * sizeof(Watched) +
         (authors.capacity() + tags.capacity()) * sizeof(Affinity) +
         hidden_authors.capacity() * sizeof(uint32_t);
}

// From the newest: what is asked for was usually acted on just now.
const Watched* Taste::find(VideoHandle video) const {
  const auto found =
      std::find_if(ring.rbegin(), ring.rend(), [&](const Watched& w) { return w.video == video; });
  return found == ring.rend() ? nullptr : &*found;
}

}  // namespace potik::model
