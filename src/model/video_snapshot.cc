// The table as records. Section::videos throughout; keys begin with their kind, numbers in them are
// big-endian so that they sort: 's' handle: counters and co-watch row; 'm' handle: metadata; 'g'
// slot: segment; 't': the table itself. Lists and `listed` follow from these and are rebuilt.

#include <algorithm>
#include <cstdlib>

#include "base/big_endian.h"
#include "base/stored_numbers.h"
#include "model/neighbour_row.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

constexpr uint8_t kFormat = 1;
// Of a video's counters and row; 1 had a norm instead of pairs, and no pulse.
constexpr uint8_t kStatsFormat = 2;
constexpr KeyGroup kTableGroup{0};
// Of a row: at the shortest half-life that is allowed, far behind the year 9999.
constexpr int64_t kScaleMax = 10'000'000;

std::string numbered_key(char kind, uint32_t number) {
  std::string key(1, kind);
  append_big_endian(key, number);
  return key;
}

void put_decayed(ByteWriter& out, const Decayed& decayed) {
  out.put(decayed.value);
  out.put(decayed.at.value());
}

Decayed get_decayed(ByteReader& in) {
  Decayed decayed;
  decayed.value = get_finite<float>(in);
  decayed.at = TimeMs(get_ms(in));
  return decayed;
}

void put_pulse(ByteWriter& out, const Pulse& pulse) {
  for (const float value : pulse.value) out.put(value);
  out.put(pulse.at.value());
}

Pulse get_pulse(ByteReader& in) {
  Pulse pulse;
  for (float& value : pulse.value) value = get_finite<float>(in);
  pulse.at = TimeMs(get_ms(in));
  return pulse;
}

void put_totals(ByteWriter& out, const Totals& totals) {
  out.put(totals.pairs);
  put_pulse(out, totals.shows);
  put_decayed(out, totals.pairs_now);
  put_decayed(out, totals.liked_now);
  put_decayed(out, totals.trend);
}

Totals get_totals(ByteReader& in) {
  Totals totals;
  totals.pairs = in.get<uint64_t>();
  totals.shows = get_pulse(in);
  totals.pairs_now = get_decayed(in);
  totals.liked_now = get_decayed(in);
  totals.trend = get_decayed(in);
  return totals;
}

// Above a neighbour's handle: what is known of `liked` without writing it.
constexpr uint32_t kLikedAlways = 1U << 30U;
constexpr uint32_t kLikedNever = 1U << 31U;
constexpr uint32_t kNeighbourHandle = kLikedAlways - 1;

// In the order of the places, which the neighbours and the number of places decide.
void put_neighbours(ByteWriter& out, const VideoStats& stats) {
  out.put(stats.neighbour_scale);
  out.put(static_cast<uint16_t>(stats.neighbours.size()));
  out.put(static_cast<uint16_t>(stats.neighbour_count));
  for (const Neighbour& neighbour : stats.neighbours) {
    if (neighbour.video == kNoVideo) continue;
    uint32_t kind = 0;
    if (neighbour.liked == 0) kind = kLikedNever;
    if (neighbour.liked == neighbour.weight) kind = kLikedAlways;
    out.put(neighbour.video.value() | kind);
    out.put(neighbour.weight);
    if (kind == 0) out.put(neighbour.liked);
  }
}

Neighbour get_neighbour(ByteReader& in, uint8_t format) {
  Neighbour neighbour;
  const auto handle = in.get<uint32_t>();
  neighbour.video = VideoHandle(handle & kNeighbourHandle);
  neighbour.weight = get_finite<float>(in);
  if (format == 1) return neighbour;
  if ((handle & kLikedAlways) != 0) neighbour.liked = neighbour.weight;
  if ((handle & (kLikedAlways | kLikedNever)) == 0) neighbour.liked = get_finite<float>(in);
  return neighbour;
}

bool get_neighbours(ByteReader& in, uint8_t format, VideoStats& stats) {
  if (format == 1 && get_finite<float>(in) < 0) return false;
  stats.neighbour_scale = in.get<int32_t>();
  const size_t places = format == 1 ? 0 : in.get<uint16_t>();
  const size_t size = in.get<uint16_t>();
  if (std::abs(int64_t{stats.neighbour_scale}) > kScaleMax) return false;
  if (!in.ok() || size > kNeighboursMax) return false;
  NeighbourRow row(stats);
  if (format > 1 && !row.restore(places, size)) return false;
  for (size_t i = 0; i < size; ++i) {
    const Neighbour neighbour = get_neighbour(in, format);
    if (!in.ok() || neighbour.video == kNoVideo || row.find(neighbour.video) != nullptr)
      return false;
    row.insert(neighbour, kNeighboursMax);
  }
  return in.ok();
}

void put_pairs(ByteWriter& out, const VideoStats& stats) {
  out.put(stats.pairs);
  put_pulse(out, stats.shows);
  put_decayed(out, stats.pairs_now);
  put_decayed(out, stats.liked_now);
}

void get_pairs(ByteReader& in, uint8_t format, VideoStats& stats) {
  if (format == 1) {
    stats.pairs = std::max(stats.plays, stats.impressions);
    return;
  }
  stats.pairs = in.get<uint32_t>();
  stats.shows = get_pulse(in);
  stats.pairs_now = get_decayed(in);
  stats.liked_now = get_decayed(in);
}

std::string stats_record(const Slot& slot) {
  std::string bytes;
  ByteWriter out(bytes);
  const VideoStats& stats = slot.stats;
  out.put(kStatsFormat);
  out.text(slot.id);
  out.put(stats.version);
  out.put(static_cast<uint8_t>(stats.deleted));
  out.put(slot.fresh_at.value());
  for (const uint32_t count : {stats.impressions, stats.plays, stats.positives, stats.skips,
                               stats.likes, stats.comments}) {
    out.put(count);
  }
  put_decayed(out, stats.trend);
  put_decayed(out, stats.recent_impressions);
  put_decayed(out, stats.recent_plays);
  put_decayed(out, stats.recent_positives);
  put_pairs(out, stats);
  put_neighbours(out, stats);
  return bytes;
}

bool read_stats(ByteReader& in, uint8_t format, Slot& slot) {
  VideoStats& stats = slot.stats;
  slot.id = in.text();
  stats.version = in.get<uint32_t>();
  stats.deleted = get_bool(in);
  slot.fresh_at = TimeMs(get_ms(in));
  for (uint32_t* count : {&stats.impressions, &stats.plays, &stats.positives, &stats.skips,
                          &stats.likes, &stats.comments}) {
    *count = in.get<uint32_t>();
  }
  stats.trend = get_decayed(in);
  stats.recent_impressions = get_decayed(in);
  stats.recent_plays = get_decayed(in);
  stats.recent_positives = get_decayed(in);
  get_pairs(in, format, stats);
  return get_neighbours(in, format, stats) && in.done() && !slot.id.empty();
}

std::string metadata_record(const event::VideoMetadata& metadata) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  for (const std::string* text : {&metadata.video_id, &metadata.author_id, &metadata.title,
                                  &metadata.language, &metadata.json}) {
    out.text(*text);
  }
  out.put(metadata.duration_ms);
  out.put(metadata.published_at.value());
  out.put(static_cast<uint16_t>(metadata.tags.size()));
  for (const std::string& tag : metadata.tags) out.text(tag);
  return bytes;
}

bool read_metadata(ByteReader& in, event::VideoMetadata& metadata) {
  for (std::string* text : {&metadata.video_id, &metadata.author_id, &metadata.title,
                            &metadata.language, &metadata.json}) {
    *text = in.text();
  }
  metadata.duration_ms = in.get<int32_t>();
  metadata.published_at = TimeMs(get_ms(in));
  const size_t tags = in.get<uint16_t>();
  if (!in.ok() || tags > event::kTagsMax) return false;
  metadata.tags.resize(tags);
  for (std::string& tag : metadata.tags) tag = in.text();
  return in.done();
}

std::string segment_record(const Segment& segment) {
  std::string bytes;
  ByteWriter out(bytes);
  out.put(kFormat);
  out.text(segment.name);
  out.put(static_cast<uint16_t>(segment.counts.size()));
  for (const SegmentCount& count : segment.counts) {
    out.put(count.video.value());
    put_decayed(out, count.trend);
  }
  return bytes;
}

bool read_segment(ByteReader& in, Segment& segment) {
  segment.name = in.text();
  const size_t size = in.get<uint16_t>();
  if (!in.ok() || size > kSegmentCountsMax) return false;
  segment.counts.resize(size);
  for (SegmentCount& count : segment.counts) {
    count.video = VideoHandle(in.get<uint32_t>());
    count.trend = get_decayed(in);
  }
  return in.done();
}

}  // namespace

void VideoTable::collect_changes(std::vector<state::Change>& out) {
  const auto add = [&out](KeyGroup group, std::string key, std::string value) {
    out.push_back({state::Section::videos, group, std::move(key), std::move(value)});
  };
  for (Group& group : impl_->groups) {
    std::ranges::sort(group.unsaved);
    for (const VideoHandle video : group.unsaved) {
      Slot& slot = impl_->slot(video);
      add(slot.stats.key_group, numbered_key('s', video.value()), stats_record(slot));
      if ((slot.marks & kDescribe) != 0) {
        add(slot.stats.key_group, numbered_key('m', video.value()),
            metadata_record(*slot.metadata));
      }
      slot.marks &= static_cast<uint8_t>(~static_cast<unsigned>(kUnsaved | kDescribe));
    }
    group.unsaved.clear();
  }
  for (uint32_t i = 1; i < impl_->segments.size(); ++i) {
    if (!impl_->segments[i].unsaved) continue;
    add(kTableGroup, numbered_key('g', i), segment_record(impl_->segments[i]));
    impl_->segments[i].unsaved = false;
  }
  if (!impl_->now_unsaved) return;
  std::string bytes;
  ByteWriter(bytes).put(impl_->now.value());
  add(kTableGroup, "t", std::move(bytes));
  std::string sums;
  ByteWriter totals(sums);
  totals.put(kFormat);
  put_totals(totals, impl_->totals);
  totals.put(impl_->reference_at.value());
  put_totals(totals, impl_->reference);
  add(kTableGroup, "sums", std::move(sums));
  impl_->now_unsaved = false;
}

bool VideoTable::Impl::load_sums(ByteReader& in) {
  if (in.get<uint8_t>() != kFormat) return false;
  totals = get_totals(in);
  reference_at = TimeMs(get_ms(in));
  reference = get_totals(in);
  return in.done();
}

bool VideoTable::Impl::load_video(VideoHandle video, uint8_t format, bool metadata,
                                  ByteReader& in) {
  if (video == kNoVideo || video.value() > options.videos_max) return false;
  if (slots.size() <= video.value()) slots.resize(size_t{video.value()} + 1);
  Slot& loaded = slot(video);
  loaded.stats.handle = video;
  if (!metadata) {
    if (!read_stats(in, format, loaded)) return false;
    loaded.stats.key_group = key_group_of(loaded.id);
    return true;
  }
  loaded.metadata = std::make_unique<event::VideoMetadata>();
  return read_metadata(in, *loaded.metadata);
}

bool VideoTable::Impl::load_segment(uint32_t number, ByteReader& in) {
  if (number == 0 || number >= kSegmentsMax) return false;
  if (segments.size() <= number) segments.resize(number + 1);
  if (!read_segment(in, segments[number])) return false;
  segment_slots[segments[number].name] = static_cast<uint16_t>(number);
  return true;
}

bool VideoTable::load(state::Section section, std::string_view key, std::string_view value) {
  if (section != state::Section::videos || key.empty()) return false;
  ByteReader in(value);
  if (key == "t") {
    impl_->now = TimeMs(get_ms(in));
    return in.done();
  }
  if (key == "sums") return impl_->load_sums(in);
  const auto format = in.get<uint8_t>();
  const uint8_t newest = key[0] == 's' ? kStatsFormat : kFormat;
  if (key.size() != 5 || format < kFormat || format > newest) return false;
  const uint32_t number = big_endian<uint32_t>(key.substr(1));
  switch (key[0]) {
    case 's':
      return impl_->load_video(VideoHandle(number), format, false, in);
    case 'm':
      return impl_->load_video(VideoHandle(number), format, true, in);
    case 'g':
      return impl_->load_segment(number, in);
    default:
      return false;
  }
}

bool VideoTable::Impl::is_video(VideoHandle video) const {
  return video != kNoVideo && video.value() < slots.size();
}

bool VideoTable::Impl::refers_to_videos(const Slot& loaded) const {
  return std::ranges::all_of(loaded.stats.neighbours, [this](const Neighbour& neighbour) {
    return neighbour.video == kNoVideo || is_video(neighbour.video);
  });
}

bool VideoTable::Impl::is_whole(const Segment& segment) const {
  const auto falls = [](const SegmentCount& a, const SegmentCount& b) {
    return a.video >= b.video;
  };
  return !segment.name.empty() &&
         std::ranges::adjacent_find(segment.counts, falls) == segment.counts.end() &&
         std::ranges::all_of(segment.counts,
                             [this](const SegmentCount& count) { return is_video(count.video); });
}

// Everything that follows from the records: ids, what metadata says, lists.
bool VideoTable::finish_load() {
  Impl& table = *impl_;
  for (size_t i = 1; i < table.slots.size(); ++i) {
    Slot& slot = table.slots[i];
    const uint64_t hash = hash64(slot.id);
    if (slot.id.empty() || find(slot.id, hash) != kNoVideo) return false;
    // The last change was a put, so that its metadata must be there; without any it cannot be.
    const bool put = slot.stats.version > 0 && !slot.stats.deleted;
    const bool has = slot.metadata != nullptr;
    if ((put && !has) || (has && slot.stats.version == 0)) return false;
    if (!table.refers_to_videos(slot)) return false;
    table.add_id(slot.stats.handle, hash);
    table.group_of(slot).neighbours += slot.stats.neighbour_count;
    if (!has) continue;
    slot.stats.described = true;
    ++table.described;
    table.draw_from_metadata(slot);
  }
  const auto named = std::span(table.segments).subspan(1);
  if (table.segment_slots.size() != named.size()) return false;  // a name stands twice
  if (!std::ranges::all_of(named, [&](const Segment& s) { return table.is_whole(s); }))
    return false;
  table.listed.resize(table.slots.size());
  table.rebuild_lists();
  table.update_growth();
  table.rebuild_priors();
  return true;
}

}  // namespace potik::model
