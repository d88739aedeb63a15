#include "host/saved_state.h"

#include <algorithm>
#include <deque>

#include "state/chunk.h"

namespace potik::host {

std::string save_chunk(const state::SnapshotStore& store, KeyGroup key_group,
                       const Wanted& wanted) {
  state::Chunk chunk{.key_group = key_group, .epoch = store.epoch(), .records = {}};
  std::deque<std::string> texts;  // the store's views end with its call
  for (const state::Section section : state::kSections) {
    // A store in memory reads without fail.
    static_cast<void>(
        store.read(section, key_group, [&](std::string_view key, std::string_view value) {
          if (!wanted(section, key)) return;
          texts.emplace_back(key);
          texts.emplace_back(value);
          chunk.records.push_back({section, *(texts.end() - 2), texts.back()});
        }));
  }
  return state::encode_chunk(chunk);
}

Done restore_chunk(std::string_view bytes, KeyGroup key_group, state::SnapshotStore& store) {
  const auto chunk = state::decode_chunk(bytes);
  if (!chunk || chunk->key_group != key_group)
    return damaged("the saved state of key group " + std::to_string(key_group.value()) +
                   " is damaged, or of another key group");
  const auto written =
      store.write(std::max(store.epoch(), chunk->epoch), state::changes_of(*chunk));
  if (!written) return damaged(std::string(state::phrase(written.error())));
  return Ok{};
}

}  // namespace potik::host
