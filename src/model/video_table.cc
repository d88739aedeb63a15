#include "model/video_table.h"

#include <algorithm>

#include "base/hash.h"
#include "model/video_table_impl.h"

namespace potik::model {
namespace {

// 0 means "none", so that a real name never hashes to it.
uint32_t name_hash(std::string_view name) {
  if (name.empty()) return 0;
  return std::max(static_cast<uint32_t>(hash64(name)), 1U);
}

std::array<uint32_t, 4> tag_hashes(const std::vector<std::string>& tags) {
  std::array<uint32_t, 4> hashes{};
  size_t count = 0;
  for (const std::string& tag : tags) {
    const uint32_t hash = name_hash(tag);
    const auto end = hashes.begin() + static_cast<ptrdiff_t>(count);
    if (hash == 0 || std::find(hashes.begin(), end, hash) != end) continue;
    hashes[count++] = hash;
    if (count == hashes.size()) break;
  }
  return hashes;
}

}  // namespace

VideoTable::Impl::Impl(VideoTableOptions table_options)
    : options(table_options), groups(kKeyGroups), segments(1) {
  slots.reserve(size_t{options.videos_max} + 1);
  slots.emplace_back();
  priors.resize(1);
  listed.resize(1);
}

void VideoTable::Impl::mark_unsaved(Slot& changed) {
  if ((changed.marks & kUnsaved) != 0) return;
  changed.marks |= kUnsaved;
  group_of(changed).unsaved.push_back(changed.stats.handle);
}

void VideoTable::Impl::add_id(VideoHandle video, uint64_t hash) {
  while (!handles.try_emplace(hash, video).second) hash = mix64(hash);
}

bool VideoTable::Impl::may_be_listed(const VideoStats& stats) const {
  if (stats.deleted) return false;
  return stats.described || (described == 0 && stats.plays > 0);
}

void VideoTable::Impl::relist(Slot& changed) {
  const bool may = may_be_listed(changed.stats);
  if (may == is_listed(changed)) return;
  if (!may) delist(changed);
  listed[changed.stats.handle.value()] = may ? 1 : 0;
  if (may) enlist(changed);
}

void VideoTable::Impl::draw_from_metadata(Slot& changed) {
  const event::VideoMetadata& metadata = *changed.metadata;
  VideoStats& stats = changed.stats;
  stats.author = name_hash(metadata.author_id);
  stats.duration_ms = metadata.duration_ms;
  stats.published_at = metadata.published_at;
  stats.tags = tag_hashes(metadata.tags);
  stats.title = name_hash(metadata.title);
}

void VideoTable::Impl::describe(Slot& changed, const event::VideoMetadata& metadata,
                                TimeMs now_given) {
  const bool dated = metadata.published_at.value() > 0;
  const TimeMs first = changed.fresh_at.value() > 0 ? changed.fresh_at : now_given;
  changed.fresh_at = dated ? std::min(metadata.published_at, now_given) : first;
  changed.metadata = std::make_unique<event::VideoMetadata>(metadata);
  draw_from_metadata(changed);
}

VideoTable::VideoTable(VideoTableOptions options) : impl_(std::make_unique<Impl>(options)) {}
VideoTable::~VideoTable() = default;

VideoHandle VideoTable::find(std::string_view id, uint64_t hash) const {
  for (;; hash = mix64(hash)) {
    const auto found = impl_->handles.find(hash);
    if (found == impl_->handles.end()) return kNoVideo;
    if (impl_->slot(found->second).id == id) return found->second;
  }
}

VideoHandle VideoTable::intern(std::string_view id, uint64_t hash, bool& created, bool described) {
  const VideoHandle known = find(id, hash);
  created = false;
  if (known != kNoVideo) return known;
  const bool too_many_bare = !described && size() - impl_->described >= impl_->options.unlisted_max;
  if (size() >= impl_->options.videos_max || too_many_bare) return kNoVideo;
  created = true;
  const VideoHandle video(size() + 1);
  Slot& slot = impl_->slots.emplace_back();
  slot.id = id;
  slot.stats.handle = video;
  slot.stats.key_group = key_group_of(id);
  impl_->listed.push_back(0);
  impl_->priors.push_back(impl_->prior_of(slot.stats));
  impl_->add_id(video, hash);
  impl_->mark_unsaved(slot);
  return video;
}

void VideoTable::put(VideoHandle video, const event::VideoMetadata& metadata, TimeMs now) {
  Slot& slot = impl_->slot(video);
  if (impl_->is_listed(slot)) impl_->delist(slot);
  impl_->listed[video.value()] = 0;
  impl_->describe(slot, metadata, now);
  slot.stats.deleted = false;
  const bool first_of_all = !slot.stats.described && impl_->described++ == 0;
  slot.stats.described = true;
  ++slot.stats.version;
  impl_->relist(slot);
  impl_->mark_unsaved(slot);
  slot.marks |= kDescribe;
  // From the first metadata on there is a catalogue, and what it does not hold is not recommended.
  if (first_of_all) {
    for (Slot& other : impl_->slots) impl_->relist(other);
  }
  impl_->refill_short_lists();
}

void VideoTable::erase(VideoHandle video) {
  Slot& slot = impl_->slot(video);
  slot.stats.deleted = true;
  ++slot.stats.version;
  impl_->relist(slot);
  impl_->mark_unsaved(slot);
  // At once: this epoch's viewer pass reads the lists, and a list rebuilt by recovery is not short.
  impl_->refill_short_lists();
}

const VideoStats& VideoTable::at(VideoHandle video) const { return impl_->slot(video).stats; }
std::string_view VideoTable::id(VideoHandle video) const { return impl_->slot(video).id; }
const event::VideoMetadata* VideoTable::metadata(VideoHandle video) const {
  return impl_->slot(video).metadata.get();
}
bool VideoTable::is_listed(VideoHandle video) const { return impl_->listed[video.value()] != 0; }
uint32_t VideoTable::size() const { return static_cast<uint32_t>(impl_->slots.size() - 1); }
TimeMs VideoTable::now() const { return impl_->now; }

uint16_t VideoTable::intern_segment(std::string_view name) {
  const uint16_t known = find_segment(name);
  if (known != 0 || name.empty() || impl_->segments.size() >= kSegmentsMax) return known;
  const auto slot = static_cast<uint16_t>(impl_->segments.size());
  Segment& segment = impl_->segments.emplace_back();
  segment.name = name;
  segment.unsaved = true;
  impl_->segment_slots.emplace(std::string(name), slot);
  return slot;
}

uint16_t VideoTable::find_segment(std::string_view name) const {
  const auto found = impl_->segment_slots.find(name);
  return found == impl_->segment_slots.end() ? uint16_t{0} : found->second;
}

size_t VideoTable::memory_bytes() const {
  const Impl& table = *impl_;
  size_t bytes = sizeof(Impl) + table.slots.size() * (sizeof(Slot) + sizeof(Prior) + 1) +
                 table.handles.size() * 2 * sizeof(uint64_t);
  for (const Slot& slot : table.slots) {
    bytes += slot.stats.neighbours.capacity() * sizeof(Neighbour);
    // Metadata: the document and what was drawn from it; strings are about as long again.
    if (slot.metadata) bytes += sizeof(event::VideoMetadata) + 2 * slot.metadata->json.capacity();
  }
  for (const Segment& segment : table.segments)
    bytes += segment.counts.capacity() * sizeof(SegmentCount);
  return bytes;
}

}  // namespace potik::model
