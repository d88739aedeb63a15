#include "pipeline/known_rows.h"

#include <utility>

#include "base/json_writer.h"
#include "event/decode.h"
#include "pipeline/viewer.h"

namespace potik::pipeline {
namespace {

store::VideoRow described(const event::VideoMetadata& metadata) {
  store::VideoRow row;
  row.author_id = metadata.author_id;
  row.title = metadata.title;
  row.language = metadata.language;
  row.duration_ms = metadata.duration_ms;
  row.published_at = metadata.published_at;
  row.json = metadata.json;
  JsonWriter tags(row.tags);
  tags.begin_array();
  for (const std::string& tag : metadata.tags) tags.value(tag);
  tags.end_array();
  return row;
}

void add_video(const model::VideoTable& videos, VideoHandle video, TimeMs at,
               std::vector<store::VideoRow>& rows) {
  const model::VideoStats& stats = videos.at(video);
  const event::VideoMetadata* metadata = videos.metadata(video);
  const auto add = [&](store::VideoRow row, uint32_t version, bool deleted) {
    row.video = video;
    row.video_id = videos.id(video);
    row.valid_from = at;
    row.version = version;
    row.deleted = deleted;
    rows.push_back(std::move(row));
  };
  add({}, 0, false);
  if (stats.version == 0) return;
  const bool has = metadata != nullptr && !stats.deleted;
  add(has ? described(*metadata) : store::VideoRow{}, stats.version, stats.deleted);
}

// False where the profile is none that was taken.
bool add_user(const Viewer& viewer, TimeMs at, std::vector<store::UserRow>& rows) {
  rows.push_back({viewer.handle, 0, false, at, viewer.id, {}, {}, {}, {}});
  const enrich::Profile& profile = viewer.profile;
  if (profile.version == 0) return true;
  store::UserRow row{
      viewer.handle, profile.version, !profile.present, at, viewer.id, {}, {}, {}, {}};
  if (profile.present) {
    std::string padded = profile.json;
    padded.append(event::kDecodePadding, '\0');
    auto decoded =
        event::decode_user(std::string_view(padded).substr(0, profile.json.size()), viewer.id);
    if (!decoded) return false;
    row.segment = std::move(decoded->segment);
    row.country = std::move(decoded->country);
    row.language = std::move(decoded->language);
    row.json = std::move(decoded->json);
  }
  rows.push_back(std::move(row));
  return true;
}

}  // namespace

Result<store::RowBlock, state::SnapshotError> known_rows(const Core& core,
                                                         const state::SnapshotStore& snapshot) {
  store::RowBlock rows;
  rows.epoch = core.epoch();
  rows.time = core.time();
  rows.model_version = Epoch(core.epoch().value() - 1);
  for (uint32_t video = 1; video <= core.videos().size(); ++video)
    add_video(core.videos(), VideoHandle(video), core.time(), rows.videos);
  bool good = true;
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    const auto read = snapshot.read(
        state::Section::users, KeyGroup(group), [&](std::string_view id, std::string_view bytes) {
          Viewer viewer;
          viewer.id = id;
          good = good && viewer.load(bytes) && add_user(viewer, core.time(), rows.users);
        });
    if (!read) return Error{read.error()};
  }
  if (!good) return Error{state::SnapshotError::corrupt};
  return rows;
}

}  // namespace potik::pipeline
