#pragma once
// The state of a part by key group, as chunks (state/chunk.h). Threads: as the store.

#include <bitset>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/key_group.h"
#include "host/part.h"
#include "state/memory_snapshot_store.h"

namespace potik::host {

// Of the store's records of a key group those that `wanted` takes.
using Wanted = std::function<bool(state::Section, std::string_view key)>;
[[nodiscard]] Result<std::string, state::SnapshotError> save_chunk(
    const state::SnapshotStore& store, KeyGroup key_group, const Wanted& wanted);
// Adds a chunk's records to the store, whose epoch is then the chunk's. `first`: nothing was added
// before; all further chunks are of the same epoch.
[[nodiscard]] Done restore_chunk(std::string_view bytes, KeyGroup key_group, bool first,
                                 state::SnapshotStore& store);

// Which key groups of a part have their state, each once.
class Restored {
 public:
  [[nodiscard]] bool none() const { return groups_.none(); }
  // False if it was there.
  [[nodiscard]] bool add(uint16_t key_group) {
    const bool fresh = !groups_.test(key_group);
    groups_.set(key_group);
    return fresh;
  }
  // Whether none or all from `first` to `last` have it.
  [[nodiscard]] bool whole(uint16_t first, uint16_t last) const {
    return none() || groups_.count() == size_t{last} - first + 1;
  }

 private:
  std::bitset<kKeyGroups> groups_;
};
// For a part that was given a part of its state.
[[nodiscard]] inline Error<Failure> in_part() {
  return damaged(
      "only a part of the state was restored: every key group's and, of viewers, the "
      "model's are needed");
}
// The last slice that there can be. A part may start from there, and end again.
inline constexpr int64_t kLogEnded = std::numeric_limits<int64_t>::max();
// Of records that come then all the same.
[[nodiscard]] inline Error<Failure> at_the_end() {
  return damaged(
      "records have come after the log had ended: nothing can come after that. Stop a job that is "
      "to go on without --drain");
}

// What potik_host_save() gives, little-endian, texts behind their length as uint32_t. Views point
// into whatever they were read from.

// Of a key group of viewers: records that wait for their slice, as frames behind their count
// (uint32_t); the chunk.
struct ViewersState {
  std::vector<std::string_view> frames;
  std::string_view chunk;
};
// Of the model: the last slice that is done, or -1 (int64_t); catalogues that wait, as above; the
// chunks of all key groups.
struct ModelState {
  int64_t slice = -1;
  std::vector<std::string_view> frames;
  std::vector<std::string_view> chunks;
};
// Of a key group of a judge: the last slice (int64_t), how many videos had a handle (uint32_t), the
// chunk.
struct JudgeState {
  int64_t slice = -1;
  uint32_t videos = 0;
  std::string_view chunk;
};
void append_state(std::string& out, const ViewersState& state);
void append_state(std::string& out, const ModelState& state);
void append_state(std::string& out, const JudgeState& state);
// Nothing where the bytes are no such state.
[[nodiscard]] std::optional<ViewersState> read_viewers_state(std::string_view bytes);
[[nodiscard]] std::optional<ModelState> read_model_state(std::string_view bytes);
[[nodiscard]] std::optional<JudgeState> read_judge_state(std::string_view bytes);

}  // namespace potik::host
