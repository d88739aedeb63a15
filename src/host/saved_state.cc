#include "host/saved_state.h"

#include <deque>

#include "base/bytes.h"
#include "base/key_group.h"
#include "state/chunk.h"

namespace potik::host {
namespace {

void put_frames(ByteWriter& out, const std::vector<std::string_view>& frames) {
  out.put(static_cast<uint32_t>(frames.size()));
  for (const std::string_view frame : frames) out.text(frame);
}

std::vector<std::string_view> take_frames(ByteReader& in) {
  std::vector<std::string_view> frames;
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) frames.push_back(in.text());
  return frames;
}

}  // namespace

Result<std::string, state::SnapshotError> save_chunk(const state::SnapshotStore& store,
                                                     KeyGroup key_group, const Wanted& wanted) {
  state::Chunk chunk{.key_group = key_group, .epoch = store.epoch(), .records = {}};
  std::deque<std::string> texts;  // the store's views end with its call
  for (const state::Section section : state::kSections) {
    const auto read =
        store.read(section, key_group, [&](std::string_view key, std::string_view value) {
          if (!wanted(section, key)) return;
          texts.emplace_back(key);
          texts.emplace_back(value);
          chunk.records.push_back({section, *(texts.end() - 2), texts.back()});
        });
    if (!read) return Error{read.error()};
  }
  return state::encode_chunk(chunk);
}

Done restore_chunk(std::string_view bytes, KeyGroup key_group, bool first,
                   state::SnapshotStore& store) {
  const auto chunk = state::decode_chunk(bytes);
  if (!chunk || chunk->key_group != key_group)
    return damaged("the saved state of key group " + std::to_string(key_group.value()) +
                   " is damaged, or of another key group");
  if (!first && chunk->epoch != store.epoch())
    return damaged("the saved state of key group " + std::to_string(key_group.value()) +
                   " is of another epoch than the rest");
  const auto written = store.write(chunk->epoch, state::changes_of(*chunk));
  if (!written) return damaged(std::string(state::phrase(written.error())));
  return Ok{};
}

void append_state(std::string& out, const ViewersState& state) {
  ByteWriter writer(out);
  put_frames(writer, state.frames);
  writer.text(state.chunk);
}

void append_state(std::string& out, const ModelState& state) {
  ByteWriter writer(out);
  writer.put(state.slice);
  put_frames(writer, state.frames);
  for (const std::string_view chunk : state.chunks) writer.text(chunk);
}

void append_state(std::string& out, const JudgeState& state) {
  ByteWriter writer(out);
  writer.put(state.slice);
  writer.put(state.videos);
  writer.text(state.chunk);
}

std::optional<ViewersState> read_viewers_state(std::string_view bytes) {
  ByteReader in(bytes);
  ViewersState state;
  state.frames = take_frames(in);
  state.chunk = in.text();
  if (!in.done()) return std::nullopt;
  return state;
}

std::optional<ModelState> read_model_state(std::string_view bytes) {
  ByteReader in(bytes);
  ModelState state;
  state.slice = in.get<int64_t>();
  state.frames = take_frames(in);
  for (uint16_t group = 0; group < kKeyGroups; ++group) state.chunks.push_back(in.text());
  if (!in.done() || state.slice < -1) return std::nullopt;
  return state;
}

std::optional<JudgeState> read_judge_state(std::string_view bytes) {
  ByteReader in(bytes);
  JudgeState state;
  state.slice = in.get<int64_t>();
  state.videos = in.get<uint32_t>();
  state.chunk = in.text();
  if (!in.done() || state.slice < -1) return std::nullopt;
  return state;
}

}  // namespace potik::host
