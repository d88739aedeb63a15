// The state of viewers and of their copy of the model, to bytes and back.

#include "host/viewers.h"
#include "pipeline/state_parts.h"

namespace potik::host {
namespace {

std::string_view frame_of(const std::string& padded) {
  return std::string_view(padded).substr(0, padded.size() - log::kReadPadding);
}

bool is_of_model(state::Section section, std::string_view key) {
  return !pipeline::is_of_viewers(section, key);
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
  core_.evict(settings_.viewers_in_memory_max, core_.epoch());
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

// A store in memory reads without fail.
void Viewers::save_group(uint16_t key_group, std::string& out) const {
  ViewersState state;
  for (const auto& [number, slice] : pending_) {
    for (const Frame& frame : slice.records) {
      if (frame.key_group == key_group) state.frames.push_back(frame_of(frame.bytes));
    }
  }
  const std::string chunk =
      save_chunk(saved_, KeyGroup(key_group), pipeline::is_of_viewers).value();
  state.chunk = chunk;
  append_state(out, state);
}

void Viewers::save_model(std::string& out) const {
  ModelState state;
  state.slice = slice_;
  for (const auto& [number, slice] : pending_) {
    for (const Frame& frame : slice.catalogues) state.frames.push_back(frame_of(frame.bytes));
  }
  std::vector<std::string> chunks;
  for (uint16_t group = 0; group < kKeyGroups; ++group)
    chunks.push_back(save_chunk(saved_, KeyGroup(group), is_of_model).value());
  state.chunks.assign(chunks.begin(), chunks.end());
  append_state(out, state);
}

// Frames that waited, all of them of one key group.
Done Viewers::push_all(const std::vector<std::string_view>& frames, uint16_t key_group) {
  for (const std::string_view frame : frames) {
    ByteReader in(frame);
    const auto head = take_head(in);
    if (!head || head->key_group != key_group || head->kind == FrameKind::bundle)
      return damaged("a frame that waits in the saved state is damaged");
    if (auto pushed = push(frame); !pushed) return pushed;
  }
  return Ok{};
}

Done Viewers::restore(uint16_t key_group, std::string_view bytes) {
  if (key_group == kAllKeyGroups) return restore_model(bytes);
  if (!settings_.owns(key_group))
    return misuse("key group " + std::to_string(key_group) + " is not these viewers'");
  const auto state = read_viewers_state(bytes);
  if (!state) return damaged("the saved state of viewers is damaged");
  const bool first = restored_.none() && !model_restored_;
  if (!restored_.add(key_group)) return in_part();
  if (auto pushed = push_all(state->frames, key_group); !pushed) return pushed;
  return restore_chunk(state->chunk, KeyGroup(key_group), first, saved_);
}

Done Viewers::restore_model(std::string_view bytes) {
  const auto state = read_model_state(bytes);
  if (!state) return damaged("the saved state of the model is damaged");
  if (model_restored_) return in_part();
  if (auto pushed = push_all(state->frames, kAllKeyGroups); !pushed) return pushed;
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    const bool first = restored_.none() && group == 0;
    if (auto restored = restore_chunk(state->chunks[group], KeyGroup(group), first, saved_);
        !restored)
      return restored;
  }
  model_restored_ = true;
  slice_ = state->slice;
  return Ok{};
}

// Of what waits, by partition. False if it cannot be read, which was checked when it came.
bool Viewers::gather(std::vector<Waiting>& waiting) const {
  waiting.assign(settings_.layout.size(), {});
  for (const auto& [number, slice] : pending_) {
    for (const Frame& frame : slice.records) {
      if (!add_records(frame_of(frame.bytes), waiting)) return false;
    }
    for (const Frame& frame : slice.catalogues) {
      if (!add_catalogue(frame_of(frame.bytes), settings_.owns(0), waiting)) return false;
    }
  }
  return true;
}

Done Viewers::settle(JsonWriter& out) {
  if (under_way_) return misuse("an epoch is under way: viewers are saved between epochs");
  std::vector<Waiting> waiting;
  if (!gather(waiting)) return damaged("a frame that waits for its slice is damaged");
  out.field("epoch", core_.epoch().value()).field("model_version", pipeline::kModelVersion);
  out.field("settings", core_.options().fingerprint()).key("waited").begin_array();
  for (const Waiting& each : waiting) write(out, each);
  out.end_array();
  pending_.clear();
  pending_bytes_ = 0;
  slice_ = -1;
  return Ok{};
}

Done Viewers::start() {
  if (!restored_.whole(settings_.first, settings_.last) || restored_.none() == model_restored_)
    return in_part();
  if (!pending_.empty() && pending_.begin()->first <= slice_)
    return damaged("a frame that waits in the saved state is of a slice that was over");
  if (saved_.epoch() == Epoch(0)) return Ok{};
  if (!core_.load(saved_)) return damaged("the saved state of the model cannot be read");
  return Ok{};
}

}  // namespace potik::host
