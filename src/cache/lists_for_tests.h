#pragma once
// Lists with which caches are tried.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "cache/recommendation.h"

namespace potik::cache {

inline std::string numbered(std::string_view prefix, uint64_t number) {
  return std::string(prefix).append(std::to_string(number));
}

inline std::shared_ptr<RecommendationList> make_list(std::string user_id, uint64_t epoch,
                                                     size_t videos = 3) {
  auto list = std::make_shared<RecommendationList>();
  list->user_id = std::move(user_id);
  list->receipt.epoch = Epoch(epoch);
  list->model_version = Epoch(epoch);
  for (size_t i = 0; i < videos; ++i) {
    RecommendedVideo video;
    video.video_id = numbered("v", i);
    video.score = 1.0F / static_cast<float>(i + 1);
    video.source = Source::cowatch;
    video.because = "seed-video-with-a-long-id";
    list->videos.push_back(video);
  }
  return list;
}

}  // namespace potik::cache
