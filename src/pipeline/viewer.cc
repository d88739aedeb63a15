#include "pipeline/viewer.h"

#include "base/stored_numbers.h"
namespace potik::pipeline {
namespace {
constexpr uint8_t kViewerFormat = 2;
}

void Viewer::save(std::string& out) const {
  ByteWriter writer(out);
  writer.put(kViewerFormat);
  writer.put(handle.value());
  writer.put(events);
  writer.put(newest_at.value());
  writer.put(last_partition.value());
  writer.put(last_offset.value());
  writer.put(last_at.value());
  writer.put(last_appended_at.value());
  profile.save(writer);
  recent_ids.save(writer);
  taste.save(writer);
  trace.save(writer);
  counted.save(writer);
  writer.put(quarantined_until.value());
  writer.put(taken_back);
  forecasts.save(writer);  // last: where nothing was predicted it is empty
}

bool Viewer::load(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.get<uint8_t>() != kViewerFormat) return false;
  handle = UserHandle(in.get<uint64_t>());
  events = in.get<uint32_t>();
  newest_at = TimeMs(get_ms(in));
  last_partition = Partition(in.get<uint16_t>());
  last_offset = Offset(in.get<int64_t>());
  last_at = TimeMs(get_ms(in));
  last_appended_at = TimeMs(get_ms(in));
  if (!(profile.load(in) && recent_ids.load(in) && taste.load(in) && trace.load(in))) return false;
  if (in.done()) return true;  // of a version that took nothing back
  if (!counted.load(in)) return false;
  quarantined_until = TimeMs(get_ms(in));
  taken_back = in.get<uint32_t>();
  return (in.left() == 0 || forecasts.load(in)) && in.done();
}

size_t Viewer::memory_bytes() const {
  return sizeof(Viewer) + id.capacity() + profile.memory_bytes() + recent_ids.memory_bytes() +
         taste.memory_bytes() + trace.memory_bytes() + counted.memory_bytes() +
         forecasts.memory_bytes();
}

void Viewer::fetch_lists() const {
  recent_ids.fetch();
  const auto ask = [](const auto& list) {
    constexpr size_t kLine = 64 / sizeof(list[0]);
    static_assert(kLine > 0);
    for (size_t i = 0; i < list.size(); i += kLine) __builtin_prefetch(&list[i]);
  };
  ask(taste.ring);
  ask(taste.authors);
  ask(taste.tags);
  ask(taste.awaited);
  if (!counted.acts().empty()) __builtin_prefetch(&counted.acts().back());
}

}  // namespace potik::pipeline
