// What the model costs as the catalogue grows: microseconds an act learned in full and a list made,
// bytes a video; of catalogues too large to be searched in full, what part of the nearest vectors a
// search finds.
//   growth [VIDEOS...]      default: 10000 100000 1000000

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "model/recommender.h"
#include "recommend/world.h"

namespace potik::bench {
namespace {

using namespace potik::model;
using SteadyClock = std::chrono::steady_clock;

constexpr int kLists = 400;
constexpr int kActs = 20'000;
constexpr int kSearches = 50;
constexpr size_t kNearest = 100;
constexpr size_t kListLength = 50;

double micros_since(SteadyClock::time_point start, int count) {
  return std::chrono::duration<double, std::micro>(SteadyClock::now() - start).count() / count;
}

double time_acts(World& world) {
  const auto start = SteadyClock::now();
  for (int i = 0; i < kActs; ++i) {
    world.act();
    if (i % 1'000 == 0) world.settle();
  }
  world.settle();
  return micros_since(start, kActs);
}

double time_lists(const World& world) {
  const Recommender recommender({world.videos, world.ranker, world.factors}, {});
  RecommendScratch scratch;
  cache::RecommendationList list;
  const auto make = [&](uint64_t i) {
    list.videos.clear();
    recommender.recommend(world.tastes[i % 60], UserHandle(1 + i % 60), world.segment, Epoch(i),
                          kListLength, scratch, list);
  };
  make(0);  // its memory grows once
  const auto start = SteadyClock::now();
  for (int i = 1; i <= kLists; ++i) make(static_cast<uint64_t>(i));
  return micros_since(start, kLists);
}

// Of the vectors nearest to some videos' own, what part a search gives.
double part_found(const World& world) {
  size_t found = 0;
  FactorSearch search;
  for (int i = 0; i < kSearches; ++i) {
    const float* asked =
        world.factors.video(VideoHandle(1 + static_cast<uint32_t>(i) * 97 % world.count));
    if (asked == nullptr) continue;
    Factors own;
    std::copy(asked, asked + kFactors, own.at.begin());
    std::vector<std::pair<float, uint32_t>> all;
    for (uint32_t video = 1; video < world.factors.videos(); ++video) {
      const float* vector = world.factors.video(VideoHandle(video));
      if (vector != nullptr) all.emplace_back(-dot(own.at.data(), vector), video);
    }
    const size_t most = std::min(kNearest, all.size());
    std::ranges::nth_element(all, all.begin() + static_cast<ptrdiff_t>(most - 1));
    world.factors.search(own, search);
    std::ranges::sort(search.videos);
    for (size_t n = 0; n < most; ++n) {
      found += search.videos.empty() ||
                       std::ranges::binary_search(search.videos, VideoHandle(all[n].second))
                   ? 1
                   : 0;
    }
  }
  return static_cast<double>(found) / (kSearches * static_cast<double>(kNearest));
}

void measure(uint32_t videos) {
  World world(videos, 5);
  const double act = time_acts(world);
  const double list = time_lists(world);
  const double found = part_found(world);
  std::printf("%9u %10.1f %10.0f %14.0f %14.0f %12.3f\n", videos, act, list,
              static_cast<double>(world.videos.memory_bytes()) / videos,
              static_cast<double>(world.factors.memory_bytes()) / videos, found);
  std::fflush(stdout);
}

}  // namespace
}  // namespace potik::bench

int main(int argc, char** argv) {
  std::vector<uint32_t> sizes;
  for (int i = 1; i < argc; ++i)
    sizes.push_back(static_cast<uint32_t>(std::strtoul(argv[i], nullptr, 10)));
  if (std::ranges::find(sizes, 0U) != sizes.end()) {
    std::fprintf(stderr, "usage: growth [VIDEOS...]\n");
    return 2;
  }
  if (sizes.empty()) sizes = {10'000, 100'000, 1'000'000};
  std::printf("%9s %10s %10s %14s %14s %12s\n", "videos", "us/act", "us/list", "table B/video",
              "factors B/video", "found");
  for (const uint32_t size : sizes) potik::bench::measure(size);
  return 0;
}
