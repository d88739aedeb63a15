#include "newcomers/lived_lists.h"

#include <cstdio>
#include <cstdlib>

#include "base/hash.h"
#include "event/encode.h"
#include "log/layout.h"

namespace potik::bench {
namespace {

constexpr log::Layout kLayout{.events = 1};

app::TrafficOptions traffic_options(const app::SimulatedCatalogue& catalogue,
                                    const LivedOptions& options) {
  app::TrafficOptions traffic;
  traffic.seed = options.seed;
  traffic.start = kLivedStart;
  traffic.events_per_second = options.events_per_second;
  traffic.viewers =
      options.crowd * app::viewers_for(options.events_per_second, catalogue, options.seed);
  return traffic;
}

size_t partition_of(log::RecordKind kind) {
  if (kind == log::RecordKind::event) return 0;
  return kind == log::RecordKind::user_put ? 1 : 2;
}

}  // namespace

LivedLists::LivedLists(app::SimulatedCatalogue catalogue, LivedOptions options)
    : options_(std::move(options)),
      catalogue_(std::move(catalogue)),
      pool_(options_.threads),
      core_(options_.core) {
  const app::TrafficOptions traffic = traffic_options(catalogue_, options_);
  traffic_ = std::make_unique<app::SimulatedTraffic>(catalogue_, traffic);
  buffer_.partitions = std::vector<pipeline::PartitionInput>(kLayout.size());
  for (uint32_t i = 0; i < catalogue_.videos.size(); ++i) {
    numbers_[catalogue_.videos[i].id] = i;
    add(log::RecordKind::video_put, catalogue_.videos[i].id, catalogue_.videos[i].json);
  }
  for (uint32_t viewer = 0; viewer < traffic.viewers; ++viewer)
    add(log::RecordKind::user_put, traffic_->user_id(viewer), traffic_->profile_json(viewer));
  end_epoch();
}

void LivedLists::add(log::RecordKind kind, std::string_view key, std::string_view value) {
  pending_.push_back({kind, std::string(key), std::string(value)});
}

void LivedLists::fill(pipeline::PartitionInput& partition, uint16_t index) {
  log::RecordBlock& block = partition.block;
  block.clear();
  block.partition = Partition(index);
  block.first = Offset(next_offset_);
  int64_t offset = next_offset_;
  const char* at = bytes_.data();
  for (const Pending& record : pending_) {
    const Offset place(offset++);
    const std::string_view key(at, record.key.size());
    const std::string_view value(at + key.size(), record.value.size());
    at += key.size() + value.size();
    if (partition_of(record.kind) == index)
      block.records.push_back({record.kind, 0, now_, key, value, place});
  }
  block.next = Offset(offset);
}

void LivedLists::end_epoch() {
  bytes_.clear();
  for (const Pending& record : pending_) {
    bytes_ += record.key;
    bytes_ += record.value;
  }
  bytes_.append(log::kReadPadding, '\0');
  buffer_.entry = pipeline::EpochEntry{Epoch(++epoch_), now_, {}, {}};
  for (uint16_t i = 0; i < buffer_.partitions.size(); ++i) fill(buffer_.partitions[i], i);
  if (!core_.process(buffer_, nullptr, pool_).ok() || !buffer_.rows.dead_letters.empty()) {
    std::fprintf(stderr, "lived_lists: the core refused a record that was made here\n");
    std::abort();
  }
  next_offset_ += static_cast<int64_t>(pending_.size());
  pending_.clear();
}

void LivedLists::live(int64_t ms) {
  const TimeMs until = plus_ms(now_, ms);
  while (now_ < until) {
    now_ = std::min(plus_ms(now_, options_.step_ms), until);
    step_.clear();
    traffic_->advance(now_, step_);
    for (const app::TrafficStep::Line& line : step_.lines)
      add(log::RecordKind::event, {},
          std::string_view(step_.text).substr(line.begin, line.end - line.begin));
    events_ += step_.lines.size();
    end_epoch();
    give_lists();
  }
}

void LivedLists::give_lists() {
  for (const uint32_t viewer : traffic_->crowd().take_asking()) {
    traffic_->crowd().give_list(viewer, list_of(traffic_->user_id(viewer)),
                                "r" + std::to_string(++lists_));
  }
}

std::vector<uint32_t> LivedLists::list_of(std::string_view user) {
  std::unique_ptr<pipeline::Viewer> loaded;
  const auto viewer = core_.find_viewer(user, nullptr, loaded);
  const auto list =
      core_.recommend(user, viewer.ok() ? *viewer : nullptr, options_.list_length, scratch_);
  std::vector<uint32_t> videos;
  for (const cache::RecommendedVideo& video : list->videos)
    videos.push_back(numbers_.find(video.video_id)->second);
  return videos;
}

uint32_t LivedLists::publish(app::SimulatedVideo video) {
  const auto number = static_cast<uint32_t>(catalogue_.videos.size());
  numbers_[video.id] = number;
  add(log::RecordKind::video_put, video.id, video.json);
  catalogue_.videos.push_back(std::move(video));
  return number;
}

void LivedLists::act(std::string_view user, event::EventType type, uint32_t video,
                     int32_t watch_ms) {
  const app::SimulatedVideo& of = catalogue_.videos[video];
  now_ = plus_ms(now_, options_.step_ms);
  event::EventView view;
  const std::string id = "outside-" + std::to_string(epoch_);
  view.event_id = id;
  view.type = type;
  view.user_id = user;
  view.video_id = of.id;
  view.occurred_at = now_;
  view.surface = "feed";
  if (type == event::EventType::video_played) {
    view.watch_ms = watch_ms;
    view.duration_ms = of.duration_ms;
  }
  std::string json;
  event::encode(view, json);
  add(log::RecordKind::event, {}, json);
  end_epoch();
}

const model::Introduction* LivedLists::introduction(uint32_t video) const {
  const std::string& id = catalogue_.videos[video].id;
  return core_.introductions().find(core_.videos().find(id, hash64(id)));
}

}  // namespace potik::bench
