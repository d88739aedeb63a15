#include "recommend/world.h"

#include <algorithm>
#include <string>

#include "base/hash.h"
#include "base/key_group.h"
#include "base/random.h"
#include "model/acts.h"
#include "model/feature_context.h"

namespace potik::bench {
namespace {

using namespace potik::model;

constexpr TimeMs kStart{1'700'000'000'000};
constexpr uint32_t kKinds = 20;
constexpr uint32_t kWatchedMost = 20'000;
constexpr size_t kPartners = 12;
constexpr int kActsPerEpoch = 20'000;
constexpr int64_t kEpochMs = 3'600'000;

void run_here(size_t count, const std::function<void(size_t, size_t)>& work) {
  for (size_t i = 0; i < count; ++i) work(i, 0);
}

VideoTableOptions table_of(uint32_t count) {
  VideoTableOptions options;
  options.videos_max = count + 1;
  return options;
}

FactorOptions factors_of(uint32_t count) {
  FactorOptions options;
  options.videos_max = count + 1;
  return options;
}

}  // namespace

World::World(uint32_t video_count, int epochs)
    : count(video_count),
      videos(table_of(video_count)),
      factors(factors_of(video_count)),
      now_(kStart),
      recent_(kPartners) {
  segment = videos.intern_segment("students");
  for (uint32_t i = 0; i < count; ++i) add_video(i);
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (int i = 0; i < kActsPerEpoch; ++i) act();
    settle();
    now_ = plus_ms(now_, kEpochMs - kActsPerEpoch);
  }
  if (count <= kWatchedMost) return;
  const std::array<VideoHandle, 1> before{VideoHandle(1)};
  for (uint32_t i = kWatchedMost; i < count; ++i) {
    factors.add({UserHandle(1 + i % 5'000), VideoHandle(1 + i), before});
    factors.learn(run_here);
  }
}

void World::add_video(uint32_t i) {
  bool created = false;
  event::VideoMetadata metadata;
  metadata.video_id = "video-" + std::to_string(i);
  metadata.author_id = "author-" + std::to_string(i % 3000);
  metadata.tags = {"tag-" + std::to_string(i % 40), "tag-" + std::to_string(i % 7)};
  metadata.duration_ms = 5000 + static_cast<int32_t>(i % 50) * 1000;
  metadata.published_at = plus_ms(kStart, -static_cast<int64_t>(i) * 60'000);
  const VideoHandle handle =
      videos.intern(metadata.video_id, hash64(metadata.video_id), created, true);
  videos.put(handle, metadata, kStart);
}

VideoHandle World::draw(uint32_t kind) {
  const uint32_t watched = std::min(count, kWatchedMost);
  return VideoHandle(1 + kind + kKinds * random_.below(1 + random_.below(watched / kKinds)));
}

void World::act() {
  static const std::vector<uint8_t> all(kKeyGroups, 1);
  const uint32_t kind = random_.below(kKinds);
  for (Met& other : recent_) other = {draw(kind), random_.below(2) == 0};
  const VideoHandle video = draw(kind);
  now_ = plus_ms(now_, 1);
  const uint32_t viewer = kind * 3 + random_.below(3);
  Taste& taste = tastes[viewer];
  const ViewerAct played{.type = event::EventType::video_played,
                         .video = &videos.at(video),
                         .watch_ms = static_cast<int32_t>(random_.below(20'000)),
                         .at = now_,
                         .surface = 1 + random_.below(3)};
  const FeatureRows rows =
      FeatureContext(taste, segment, exposure_of(taste, played)).rows(videos.at(video));
  before_.clear();
  for (const Watched& met : taste.ring) {
    if (met.video != video) before_.push_back(met.video);
  }
  const Judgement judged = apply_act(taste, played);
  examples_.push_back(example_of(judged, rows));
  const Act act{.video = video,
                .type = event::EventType::video_played,
                .positive = judged.positive,
                .skip = judged.skip,
                .segment = segment,
                .at = now_,
                .show = true,
                .meets = true,
                .wins = judged.positive,
                .recent = recent_};
  videos.count(act);
  videos.link(act, all);
  factors.add({UserHandle(1 + viewer), video, before_});
}

void World::settle() {
  factors.learn(run_here);
  videos.finish_epoch(now_);
  ranker.learn(examples_);
  examples_.clear();
}

}  // namespace potik::bench
