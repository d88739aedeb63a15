#include "app/simulate_catalogue.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json_writer.h"
#include "base/random.h"
#include "event/json_object.h"

namespace potik::app {

namespace {

constexpr std::array<std::string_view, 12> kTopics{"cooking", "travel", "music",   "sport",
                                                   "science", "games",  "animals", "comedy",
                                                   "crafts",  "dance",  "news",    "cars"};

double appeal_of(std::string_view id, uint64_t seed) {
  CounterRandom random(seed, hash64(id), 0);
  return 0.3 * random.uniform() - 0.15;
}

uint32_t topic_index(SimulatedCatalogue& catalogue, std::string_view topic) {
  auto& topics = catalogue.topics;
  const auto found = std::ranges::find(topics, topic);
  if (found != topics.end()) return static_cast<uint32_t>(found - topics.begin());
  topics.emplace_back(topic);
  return static_cast<uint32_t>(topics.size() - 1);
}

std::string metadata_of(const SimulatedVideo& video, std::string_view topic, uint32_t author,
                        int64_t published_at_ms) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object()
      .field("video_id", video.id)
      .field("author_id", "sim-author-" + std::to_string(author))
      .field("title", std::string(topic) + " " + video.id)
      .field("duration_ms", video.duration_ms)
      .field("published_at", published_at_ms);
  writer.key("tags").begin_array().value(topic).end_array().end_object();
  return json;
}

}  // namespace

SimulatedCatalogue make_catalogue(uint64_t seed, uint32_t count, int64_t published_at_ms) {
  SimulatedCatalogue catalogue;
  CounterRandom random(seed, hash64("catalogue"), 0);
  for (uint32_t i = 0; i < count; ++i) {
    SimulatedVideo video;
    video.id = "sim-v" + std::to_string(i);
    const std::string_view topic = kTopics[random.below(kTopics.size())];
    video.topic = topic_index(catalogue, topic);
    video.duration_ms = static_cast<int32_t>(6'000 + random.below(30'000));
    video.appeal = appeal_of(video.id, seed);
    const uint32_t author = random.below(std::max(1U, count / 5));
    video.json = metadata_of(video, topic, author, published_at_ms);
    catalogue.videos.push_back(std::move(video));
  }
  return catalogue;
}

bool add_video(SimulatedCatalogue& catalogue, std::string_view metadata_json, uint64_t seed) {
  const auto object = event::JsonObject::parse(metadata_json);
  if (!object) return false;
  SimulatedVideo video;
  video.id = object->text("video_id").value_or("");
  if (video.id.empty()) return false;
  video.json = metadata_json;
  std::string topic = "none";
  if (const auto tags = event::json_array_elements(object->raw("tags").value_or("[]"));
      tags && !tags->empty()) {
    topic = tags->front();
  }
  video.topic = topic_index(catalogue, topic);
  const int64_t duration = object->integer("duration_ms").value_or(0);
  video.duration_ms = duration > 0 ? static_cast<int32_t>(std::min<int64_t>(duration, 600'000))
                                   : SimulatedCatalogue::kUsualDurationMs;
  video.appeal = appeal_of(video.id, seed);
  catalogue.videos.push_back(std::move(video));
  return true;
}

}  // namespace potik::app
