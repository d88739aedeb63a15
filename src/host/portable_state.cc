#include "host/portable_state.h"

#include <algorithm>
#include <iterator>

#include "host/saved_state.h"
#include "pipeline/state_parts.h"
#include "state/chunk.h"

namespace potik::host {
namespace {

bool is_of_neither(state::Section section, std::string_view key) {
  return !pipeline::is_of_viewers(section, key) && !pipeline::is_of_judge(section, key);
}

}  // namespace

Result<PortableState, state::SnapshotError> split_state(const state::SnapshotStore& snapshot,
                                                        uint32_t videos) {
  PortableState state;
  state.epoch = snapshot.epoch();
  std::vector<std::string> chunks;
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    const KeyGroup group(index);
    auto model = save_chunk(snapshot, group, is_of_neither);
    if (!model) return Error{model.error()};
    chunks.push_back(std::move(model).value());
    const auto viewers = save_chunk(snapshot, group, pipeline::is_of_viewers);
    if (!viewers) return Error{viewers.error()};
    append_state(state.viewers[index], ViewersState{.frames = {}, .chunk = *viewers});
    const auto judge = save_chunk(snapshot, group, pipeline::is_of_judge);
    if (!judge) return Error{judge.error()};
    append_state(state.judges[index], JudgeState{.slice = -1, .videos = videos, .chunk = *judge});
  }
  append_state(state.model,
               ModelState{.slice = -1, .frames = {}, .chunks = {chunks.begin(), chunks.end()}});
  return state;
}

Result<std::vector<state::Change>, state::SnapshotError> join_state(PortableState& state) {
  constexpr auto kCorrupt = state::SnapshotError::corrupt;
  std::vector<state::Change> changes;
  const auto model = read_model_state(state.model);
  if (!model || !model->frames.empty()) return Error{kCorrupt};
  state.epoch = Epoch(0);
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    const auto viewers = read_viewers_state(state.viewers[group]);
    const auto judge = read_judge_state(state.judges[group]);
    if (!viewers || !viewers->frames.empty() || !judge) return Error{kCorrupt};
    for (const std::string_view bytes : {model->chunks[group], viewers->chunk, judge->chunk}) {
      const auto chunk = state::decode_chunk(bytes);
      if (!chunk || chunk->key_group != KeyGroup(group)) return Error{kCorrupt};
      state.epoch = std::max(state.epoch, chunk->epoch);
      std::ranges::move(state::changes_of(*chunk), std::back_inserter(changes));
    }
  }
  return changes;
}

}  // namespace potik::host
