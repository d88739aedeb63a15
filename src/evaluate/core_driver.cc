#include "evaluate/core_driver.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "base/json_writer.h"
#include "event/encode.h"
#include "log/layout.h"

namespace potik::evaluate {
namespace {

using event::EventType;
using log::RecordKind;

constexpr log::Layout kLayout{.events = 1};
constexpr uint32_t kNoImpression = 0xffffffffU;
constexpr std::array<std::pair<Act, EventType>, 5> kActs{{{kLiked, EventType::video_liked},
                                                          {kCommented, EventType::comment_posted},
                                                          {kFollowed, EventType::author_followed},
                                                          {kShared, EventType::video_shared},
                                                          {kDisliked, EventType::video_disliked}}};

}  // namespace

CoreDriver::CoreDriver(const RecordedTraffic& traffic, const pipeline::CoreOptions& core,
                       CoreDriverOptions options, OnShown on_shown)
    : traffic_(traffic),
      options_(options),
      on_shown_(std::move(on_shown)),
      pool_(options.threads),
      core_(core),
      scratch_(options.threads),
      numbers_(1) {
  buffer_.partitions = std::vector<pipeline::PartitionInput>(kLayout.size());
}

void CoreDriver::put(const ReferenceRecord& record) {
  pending_.push_back(
      {bytes_.size(), record.id.size(), record.json.size(), record.kind, 0, time_, kNoImpression});
  bytes_ += record.id;
  bytes_ += record.json;
  if (pending_.size() >= options_.epoch_events_max) end_epoch();
}

event::EventView CoreDriver::view_of(const Impression& impression, EventType type,
                                     TimeMs at) const {
  event::EventView event;
  event.type = type;
  event.occurred_at = at;
  event.user_id = traffic_.users.id(impression.user);
  event.video_id = traffic_.videos.id(impression.video);
  return event;
}

void CoreDriver::add_history(const Impression& impression, uint32_t index) {
  const std::string origin = "h" + std::to_string(index);
  if (impression.shown) {
    add_event(view_of(impression, EventType::video_shown, impression.at), origin, true,
              kNoImpression);
  }
  add_outcome(impression, origin, true, impression.outcome_at);
}

void CoreDriver::show(const Impression& impression, uint32_t index) {
  add_event(view_of(impression, EventType::video_shown, impression.at),
            "r" + std::to_string(impression.row), false, index);
}

void CoreDriver::tell_outcome(const Impression& impression) {
  add_outcome(impression, "r" + std::to_string(impression.row), false, impression.outcome_at);
}

void CoreDriver::add_outcome(const Impression& impression, std::string_view origin, bool history,
                             TimeMs at) {
  if (impression.watch_ms != event::kAbsent) {
    event::EventView played = view_of(impression, EventType::video_played, at);
    played.watch_ms = impression.watch_ms;
    played.duration_ms = impression.duration_ms;
    add_event(played, origin, history, kNoImpression);
  }
  for (const auto& [act, type] : kActs) {
    if ((impression.acts & act) != 0)
      add_event(view_of(impression, type, at), origin, history, kNoImpression);
  }
}

// Showing and outcome carry the same request id; what a surface is called travels with the event.
void CoreDriver::add_event(event::EventView event, std::string_view origin, bool history,
                           uint32_t impression) {
  id_ = origin;
  id_ += '.';
  id_ += event::name(event.type);
  event.event_id = id_;
  if (!history) event.request_id = origin;
  if (impression != kNoImpression && traffic_.log[impression].surface != kNoSurface) {
    event.surface = traffic_.surfaces.id(traffic_.log[impression].surface);
  }
  if (event.type == EventType::comment_posted) {
    // One of its own for each comment keeps the flood detector quiet.
    text_ = "comment " + id_;
    event.comment_id = id_;
    event.text = text_;
  }
  time_ = std::max(time_, event.occurred_at);
  const size_t at = bytes_.size();
  event::encode(event, bytes_);
  pending_.push_back({at, 0, bytes_.size() - at, RecordKind::event,
                      history ? log::kFlagHistory : uint8_t{0}, event.occurred_at, impression});
  ++events_;
  if (pending_.size() >= options_.epoch_events_max) end_epoch();
}

// One partition's records as a read of the log would give them: views into bytes_, which is kept
// until the epoch has run.
void CoreDriver::fill(pipeline::PartitionInput& partition, uint16_t index) {
  log::RecordBlock& block = partition.block;
  block.clear();
  block.partition = Partition(index);
  block.first = Offset(next_offset_);
  const char* const start = bytes_.data();
  int64_t offset = next_offset_;
  for (const Pending& record : pending_) {
    const Offset at(offset++);
    const bool event = record.kind == RecordKind::event;
    const size_t place = event ? 0 : record.kind == RecordKind::user_put ? 1 : 2;
    if (place != index) continue;
    const std::string_view key(start + record.at, record.key_bytes);
    const std::string_view value(key.data() + key.size(), record.value_bytes);
    block.records.push_back({record.kind, record.flags, record.time, key, value, at});
  }
  block.next = Offset(offset);
}

void CoreDriver::end_epoch() {
  if (pending_.empty()) return;
  bytes_.append(log::kReadPadding, '\0');
  buffer_.entry = pipeline::EpochEntry{Epoch(++epoch_), time_, {}, {}};
  for (uint16_t i = 0; i < buffer_.partitions.size(); ++i) fill(buffer_.partitions[i], i);
  [[maybe_unused]] const auto processed = core_.process(buffer_, nullptr, pool_);
  assert(processed.ok());  // fails only where cold viewers cannot be read, and there are none
  read_results();
  next_offset_ += static_cast<int64_t>(pending_.size());
  pending_.clear();
  bytes_.clear();
}

void CoreDriver::read_results() {
  for (size_t handle = numbers_.size(); handle <= core_.videos().size(); ++handle) {
    const auto id = core_.videos().id(VideoHandle(static_cast<uint32_t>(handle)));
    numbers_.push_back(traffic_.videos.find(id).value_or(0));
  }
  refused_ += buffer_.rows.dead_letters.size();
  taken_back_ += buffer_.counts.taken_back;
  for (const store::FactRow& row : buffer_.rows.facts) {
    suspicious_ += (row.flags & store::kSuspicious) != 0 ? 1 : 0;
    const auto place = static_cast<size_t>(row.offset.value() - next_offset_);
    const uint32_t impression = pending_[place].impression;
    if (impression != kNoImpression) on_shown_(impression, row);
  }
}

std::vector<uint32_t> CoreDriver::ranked_for(uint32_t user, size_t limit, model::Horizon horizon,
                                             size_t worker) {
  std::unique_ptr<pipeline::Viewer> loaded;
  const std::string& id = traffic_.users.id(user);
  const auto viewer = core_.find_viewer(id, nullptr, loaded);
  const auto list =
      core_.recommend(id, viewer.ok() ? *viewer : nullptr, limit, scratch_[worker], horizon);
  std::vector<uint32_t> videos;
  videos.reserve(list->videos.size());
  for (const cache::RecommendedVideo& video : list->videos)
    videos.push_back(numbers_[video.video.value()]);
  return videos;
}

bool CoreDriver::predict(const Impression& impression, model::Scores& scores) const {
  std::unique_ptr<pipeline::Viewer> loaded;
  const std::string& user = traffic_.users.id(impression.user);
  const auto viewer = core_.find_viewer(user, nullptr, loaded);
  const std::string_view surface = impression.surface == kNoSurface
                                       ? std::string_view()
                                       : traffic_.surfaces.id(impression.surface);
  const auto predicted =
      core_.predict(viewer.ok() ? *viewer : nullptr, traffic_.videos.id(impression.video),
                    impression.at, surface);
  if (predicted) scores = *predicted;
  return predicted.has_value();
}

bool CoreDriver::knows(uint32_t user) const {
  std::unique_ptr<pipeline::Viewer> loaded;
  const auto viewer = core_.find_viewer(traffic_.users.id(user), nullptr, loaded);
  return viewer.ok() && *viewer != nullptr;
}

}  // namespace potik::evaluate
