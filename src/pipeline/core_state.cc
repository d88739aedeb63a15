// Core's state to and from a snapshot: the changed keys of every section, in key-group order.

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/big_endian.h"
#include "base/stored_numbers.h"
#include "pipeline/core.h"
#include "pipeline/state_parts.h"

namespace potik::pipeline {
namespace {

std::string key_of(uint32_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

constexpr std::string_view kGroupKey = "group";
constexpr std::string_view kTimesKey = "times";
constexpr std::string_view kQualityKey = "quality";

}  // namespace

bool is_of_viewers(state::Section section, std::string_view key) {
  return section == state::Section::users || (section == state::Section::meta && key != kTimesKey);
}

bool is_of_judge(state::Section section, std::string_view key) {
  return section == state::Section::detectors && !key.starts_with(detect::AlertBook::kKeyPrefix);
}

void Core::save_meta(std::vector<state::Change>& out) {
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    Group& group = groups_[index];
    save_quality(index, out);
    if (!group.meta_dirty) continue;
    group.meta_dirty = false;
    std::string value;
    ByteWriter writer(value);
    writer.put(group.next_user);
    group.served.save(writer);
    out.push_back(
        {state::Section::meta, KeyGroup(index), std::string(kGroupKey), std::move(value)});
  }
  std::string times;
  ByteWriter writer(times);
  writer.put(epoch_.value());
  writer.put(time_.value());
  writer.put(newest_event_.value());
  writer.put(learnable_);
  out.push_back({state::Section::meta, KeyGroup(0), std::string(kTimesKey), std::move(times)});
}

void Core::save_quality(uint16_t index, std::vector<state::Change>& out) {
  model::LiveQuality& quality = groups_[index].quality;
  if (!quality.take_dirty()) return;
  std::string value;
  ByteWriter writer(value);
  quality.save(writer);
  out.push_back(
      {state::Section::meta, KeyGroup(index), std::string(kQualityKey), std::move(value)});
}

void Core::save_group(uint16_t index, std::vector<state::Change>& out) {
  std::string saved;
  groups_[index].viewers.take_dirty([&](const Viewer& viewer) {
    saved.clear();
    viewer.save(saved);
    out.push_back({state::Section::users, KeyGroup(index), viewer.id, saved});
  });
  video_judge_.save_group(index, out);
}

void Core::save_ranker(std::vector<state::Change>& out) {
  for (std::string& key : old_weights_)
    out.push_back({state::Section::ranker, KeyGroup(0), std::move(key), std::nullopt});
  old_weights_.clear();
  for (const uint32_t block : ranker_.take_dirty_blocks()) {
    out.push_back({state::Section::ranker, KeyGroup(0), key_of(block), ranker_.save_block(block)});
  }
}

// Parts touch nothing of each other; what they give is put together in the order of the parts.
void Core::collect_changes(std::vector<state::Change>& out, WorkerPool& pool) {
  enum Part : size_t { kMeta, kVideos, kRanker, kFactors, kAlerts, kGroups };
  std::vector<std::vector<state::Change>> parts(kGroups + kKeyGroups);
  pool.run(parts.size(), [&](size_t part, size_t) {
    std::vector<state::Change>& changes = parts[part];
    switch (part) {
      case kMeta:
        return save_meta(changes);
      case kVideos:
        videos_.collect_changes(changes);
        return introductions_.collect_changes(videos_, changes);
      case kRanker:
        return save_ranker(changes);
      case kFactors:
        return factors_.collect_changes(changes);
      case kAlerts:
        return alerts_.collect_changes(changes);
      default:
        return save_group(static_cast<uint16_t>(part - kGroups), changes);
    }
  });
  size_t count = out.size();
  for (const auto& changes : parts) count += changes.size();
  out.reserve(count);
  for (auto& changes : parts) std::ranges::move(changes, std::back_inserter(out));
}

bool Core::load_meta(uint16_t index, std::string_view key, std::string_view value) {
  ByteReader in(value);
  if (key == kTimesKey) {
    epoch_ = Epoch(in.get<uint64_t>());
    time_ = TimeMs(get_ms(in));
    newest_event_ = TimeMs(get_ms(in));
    if (in.left() > 0) learnable_ = in.get<uint64_t>();  // not there before 0.2
    return in.done();
  }
  if (key == kQualityKey) return groups_[index].quality.load(in) && in.done();
  return false;
}

Status<state::SnapshotError> Core::load(const state::SnapshotStore& snapshot) {
  bool good = true;
  const auto read = [&](state::Section section, uint16_t index,
                        auto&& take) -> Status<state::SnapshotError> {
    auto done = snapshot.read(
        section, KeyGroup(index),
        [&](std::string_view key, std::string_view value) { good = good && take(key, value); });
    if (!done) return done;
    if (!good) return Error{state::SnapshotError::corrupt};
    return Ok{};
  };
  // First, for they name the handles that every later section speaks of.
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    auto done = read(state::Section::videos, index, [&](auto key, auto value) {
      if (key.starts_with(model::Introductions::kKeyPrefix)) return introductions_.load(key, value);
      return videos_.load(state::Section::videos, key, value);
    });
    if (!done) return done;
  }
  if (!videos_.finish_load()) return Error{state::SnapshotError::corrupt};
  video_judge_.resize(videos_.size());
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    auto meta =
        read(state::Section::meta, index, [&](std::string_view key, std::string_view value) {
          if (key != kGroupKey) return load_meta(index, key, value);
          ByteReader in(value);
          groups_[index].next_user = in.get<uint64_t>();
          return groups_[index].served.load(in) && in.done();
        });
    if (!meta) return meta;
    auto detectors =
        read(state::Section::detectors, index, [&](std::string_view key, std::string_view value) {
          if (key.starts_with(detect::AlertBook::kKeyPrefix)) return alerts_.load(key, value);
          return video_judge_.load(index, key, value);
        });
    if (!detectors) return detectors;
  }
  // Paced at the time that the meta records tell.
  if (!introductions_.finish_load(videos_, time_)) return Error{state::SnapshotError::corrupt};
  auto learned = read(state::Section::factors, 0,
                      [&](auto key, auto value) { return factors_.load(key, value); });
  if (!learned) return learned;
  if (!factors_.finish_load(videos_.size())) return Error{state::SnapshotError::corrupt};
  return read(state::Section::ranker, 0, [&](std::string_view key, std::string_view value) {
    if (value.size() == model::Ranker::kBlockBytesBefore) {
      old_weights_.emplace_back(key);
      return true;
    }
    return key.size() == sizeof(uint32_t) && ranker_.load_block(big_endian<uint32_t>(key), value);
  });
}

}  // namespace potik::pipeline
