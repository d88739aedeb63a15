#include "host/portable_state.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>
#include <utility>

#include "host/saved_state.h"
#include "pipeline/state_parts.h"
#include "state/chunk.h"

namespace potik::host {
namespace {

bool is_of_neither(state::Section section, std::string_view key) {
  return !pipeline::is_of_viewers(section, key) && !pipeline::is_of_judge(section, key);
}

constexpr std::string_view kWaits =
    "records wait for their slice in it: it is no state as `potik state export` and a job's "
    "--export write it";

std::string damaged_part(const std::string& name) { return name + " is damaged"; }

struct Joined {
  std::vector<state::Change> changes;
  std::optional<Epoch> epoch;

  // Empty, or what is wrong.
  std::string add(const std::string& name, std::string_view bytes, uint16_t group) {
    const auto chunk = state::decode_chunk(bytes);
    if (!chunk || chunk->key_group != KeyGroup(group)) return damaged_part(name);
    if (epoch.value_or(chunk->epoch) != chunk->epoch)
      return name + " is of epoch " + std::to_string(chunk->epoch.value()) +
             " and what was read before of " + std::to_string(epoch->value());
    epoch = chunk->epoch;
    std::ranges::move(state::changes_of(*chunk), std::back_inserter(changes));
    return {};
  }
};

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

std::string part_name(const char* part, uint16_t group) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%s-%03u", part, unsigned{group});
  return name.data();
}

Result<std::vector<state::Change>, std::string> join_state(PortableState& state) {
  Joined joined;
  const auto model = read_model_state(state.model);
  if (!model) return Error{damaged_part("model")};
  if (!model->frames.empty()) return Error{std::string(kWaits)};
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    const std::string viewers_name = part_name("viewers", group);
    const std::string judge_name = part_name("judge", group);
    const auto viewers = read_viewers_state(state.viewers[group]);
    const auto judge = read_judge_state(state.judges[group]);
    if (!viewers) return Error{damaged_part(viewers_name)};
    if (!viewers->frames.empty()) return Error{std::string(kWaits)};
    if (!judge) return Error{damaged_part(judge_name)};
    for (const auto& [name, bytes] :
         {std::pair(std::string("model"), model->chunks[group]),
          std::pair(viewers_name, viewers->chunk), std::pair(judge_name, judge->chunk)}) {
      if (std::string wrong = joined.add(name, bytes, group); !wrong.empty()) return Error{wrong};
    }
  }
  state.epoch = *joined.epoch;
  return std::move(joined.changes);
}

}  // namespace potik::host
