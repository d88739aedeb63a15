// The state of viewers and of their copy of the model, to bytes and back.

#include "host/viewers.h"
#include "pipeline/state_parts.h"

namespace potik::host {
namespace {

template <class Frames>
void put_frames(ByteWriter& out, const Frames& frames) {
  out.put(static_cast<uint32_t>(frames.size()));
  for (const std::string_view frame : frames) out.text(frame);
}

}  // namespace

// What changed since the last time, to where restored state rests too.
void Viewers::collect() {
  if (saved_.epoch() == core_.epoch()) return;
  std::vector<state::Change> changes;
  core_.collect_changes(changes, pool_);
  std::erase_if(changes, [&](const state::Change& change) {
    return pipeline::is_of_viewers(change.section, change.key) &&
           !settings_.owns(change.key_group.value());
  });
  static_cast<void>(saved_.write(core_.epoch(), changes));
}

Done Viewers::save(uint16_t key_group, std::string& out) {
  if (under_way_) return misuse("an epoch is under way: viewers are saved between epochs");
  if (key_group != kAllKeyGroups && !settings_.owns(key_group))
    return misuse("key group " + std::to_string(key_group) + " is not these viewers'");
  collect();
  if (key_group == kAllKeyGroups) {
    save_model(out);
  } else {
    save_group(key_group, out);
  }
  return Ok{};
}

// Frames that wait, then the chunk.
void Viewers::save_group(uint16_t key_group, std::string& out) const {
  std::vector<std::string_view> frames;
  for (const auto& [number, slice] : pending_) {
    for (const Frame& frame : slice.records) {
      if (frame.key_group == key_group)
        frames.push_back(
            std::string_view(frame.bytes).substr(0, frame.bytes.size() - log::kReadPadding));
    }
  }
  ByteWriter writer(out);
  put_frames(writer, frames);
  writer.text(save_chunk(saved_, KeyGroup(key_group), pipeline::is_of_viewers));
}

// The slice that is done, frames that wait, then the chunks of all key groups.
void Viewers::save_model(std::string& out) const {
  std::vector<std::string_view> frames;
  for (const auto& [number, slice] : pending_) {
    for (const Frame& frame : slice.catalogues)
      frames.push_back(
          std::string_view(frame.bytes).substr(0, frame.bytes.size() - log::kReadPadding));
  }
  ByteWriter writer(out);
  writer.put(slice_);
  put_frames(writer, frames);
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    writer.text(save_chunk(saved_, KeyGroup(group), [](state::Section section, auto key) {
      return !pipeline::is_of_viewers(section, key);
    }));
  }
}

Done Viewers::restore(uint16_t key_group, std::string_view bytes) {
  if (key_group == kAllKeyGroups) return restore_model(bytes);
  if (!settings_.owns(key_group))
    return misuse("key group " + std::to_string(key_group) + " is not these viewers'");
  ByteReader in(bytes);
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    if (auto pushed = push(in.text()); !pushed) return pushed;
  }
  const std::string_view chunk = in.text();
  if (!in.done()) return damaged("the saved state of viewers is damaged");
  return restore_chunk(chunk, KeyGroup(key_group), saved_);
}

Done Viewers::restore_model(std::string_view bytes) {
  ByteReader in(bytes);
  const auto slice = in.get<int64_t>();
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    if (auto pushed = push(in.text()); !pushed) return pushed;
  }
  for (uint16_t group = 0; group < kKeyGroups && in.ok(); ++group) {
    const std::string_view chunk = in.text();
    if (!in.ok()) break;
    if (auto restored = restore_chunk(chunk, KeyGroup(group), saved_); !restored) return restored;
  }
  if (!in.done() || slice < -1) return damaged("the saved state of the model is damaged");
  slice_ = slice;
  return Ok{};
}

Done Viewers::start() {
  if (saved_.epoch() == Epoch(0)) return Ok{};
  if (!core_.load(saved_)) return damaged("the saved state of the model cannot be read");
  return Ok{};
}

}  // namespace potik::host
