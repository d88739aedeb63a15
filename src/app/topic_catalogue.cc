#include "app/topic_catalogue.h"

#include <algorithm>
#include <utility>

#include "app/catalogue_page.h"
#include "app/kafka_cluster.h"
#include "base/json_writer.h"
#include "event/decode.h"
#include "event/reference.h"

namespace potik::app {

Result<std::unique_ptr<TopicCatalogue>, std::string> TopicCatalogue::open(
    const Config& config, const log::Layout& layout) {
  auto client = kafka_client(config);
  if (!client) return Error{client.error()};
  auto catalogue = std::make_unique<TopicCatalogue>(config.core.videos.videos_max, layout);
  auto follower = kafka::TopicFollower::open(
      {.client = std::move(client).value(), .topic = kafka_topics(config).videos},
      {.take = [self = catalogue.get()](const auto& record) { self->take(record); },
       .filled = [self = catalogue.get()] { self->filled(); }});
  if (!follower) return Error{follower.error()};
  catalogue->follower_ = std::move(follower).value();
  return catalogue;
}

void TopicCatalogue::take(const kafka::FollowedRecord& record) {
  const MutexLock lock(mutex_);
  if (record.value) {
    put(record.key, *record.value);
  } else {
    erase(record.key);
  }
  if (record.partition >= next_.size()) next_.resize(record.partition + size_t{1});
  next_[record.partition] = Offset(record.offset.value() + 1);
}

// As the core takes it: what is no video's document changes nothing.
void TopicCatalogue::put(std::string_view id, std::string_view document) {
  std::string padded(document);
  padded.append(event::kDecodePadding, '\0');
  auto video =
      event::decode_video(std::string_view(padded).substr(0, document.size()), std::string(id));
  if (!video) return unreadable_.add();
  const auto known = numbers_.find(id);
  if (known == numbers_.end() && videos_.size() >= videos_max_) return left_out_.add();
  const uint32_t number = known == numbers_.end() ? ++last_ : known->second;
  if (known == numbers_.end()) numbers_.emplace(std::string(id), number);
  videos_[number] = {std::string(id), std::move(video->json)};
}

// A number is never given twice, so that who asks page by page misses nothing.
void TopicCatalogue::erase(std::string_view id) {
  const auto known = numbers_.find(id);
  if (known == numbers_.end()) {
    ++last_;  // it was there once
    return;
  }
  videos_.erase(known->second);
  numbers_.erase(known);
}

void TopicCatalogue::filled() {
  const MutexLock lock(mutex_);
  state_ = last_ == 0 ? State::began_empty : State::began_with_videos;
}

bool TopicCatalogue::video(const std::string& video_id, Json done) {
  std::string text;
  {
    const MutexLock lock(mutex_);
    const auto known = numbers_.find(video_id);
    if (known != numbers_.end()) {
      JsonWriter out(text);
      out.begin_object().field("video_id", video_id);
      out.key("metadata").raw(videos_.at(known->second).json).end_object();
    }
  }
  if (text.empty()) {
    done(Error{api::InspectionError::unknown});
  } else {
    done(std::move(text));
  }
  return true;
}

bool TopicCatalogue::videos(uint32_t after, size_t limit, Json done) {
  CataloguePage page;
  std::optional<uint32_t> next;
  {
    const MutexLock lock(mutex_);
    auto video = videos_.upper_bound(after);
    uint32_t listed = after;
    for (size_t i = 0; i < limit && video != videos_.end(); ++i, ++video) {
      page.add(video->second.id, video->second.json);
      listed = video->first;
    }
    if (video != videos_.end()) next = listed;
  }
  done(std::move(page).finish(next));
  return true;
}

std::function<std::optional<uint32_t>()> TopicCatalogue::videos_known() {
  return [this]() -> std::optional<uint32_t> {
    if (state_ == State::filling) return std::nullopt;
    const MutexLock lock(mutex_);
    return last_;
  };
}

std::function<bool()> TopicCatalogue::taking(std::vector<api::Progress::Position> positions) {
  return [this, positions = std::move(positions)] { return has_taken(positions); };
}

bool TopicCatalogue::has_taken(const std::vector<api::Progress::Position>& positions) const {
  const auto first = static_cast<size_t>(layout_.events + layout_.users);
  const MutexLock lock(mutex_);
  return std::ranges::all_of(positions, [&](const api::Progress::Position& position) {
    const size_t partition = position.partition.value() - first;
    return partition < next_.size() && next_[partition] > position.offset;
  });
}

std::string TopicCatalogue::trouble() const {
  return state_ == State::filling ? "The catalogue is being read from the topic of videos."
                                  : std::string();
}

void TopicCatalogue::register_in(monitor::MetricsRegistry& registry) const {
  registry.add("potik_catalogue_videos", "Videos in the catalogue.", "", "gauge", [this] {
    const MutexLock lock(mutex_);
    return static_cast<double>(videos_.size());
  });
  registry.add("potik_catalogue_unreadable_total",
               "Records of the topic of videos that are no video's document.", "", unreadable_);
  registry.add("potik_catalogue_left_out_total",
               "Records of new videos for which there was no room (model.videos_max).", "",
               left_out_);
}

}  // namespace potik::app
