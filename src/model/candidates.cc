#include "model/candidates.h"

#include <algorithm>
#include <limits>

#include "model/feature_context.h"
#include "model/neighbour_row.h"

namespace potik::model {
namespace {

using cache::Source;

// How many videos each source gives, so that every list mixes; co-watch fills what the others
// leave.
constexpr size_t kPopularQuota = 60;
constexpr size_t kSegmentQuota = 30;
constexpr size_t kPerAuthorQuota = 6;
constexpr size_t kPerTagQuota = 6;
constexpr size_t kFreshQuota = 20;
constexpr size_t kTagsPerVideo = 2;
constexpr size_t kAnyLookedAt = 1024;  // videos looked at when the sources do not fill a list

constexpr float kRecencyStep = 0.9F;      // weight of the k-th last watched video is this to the k
constexpr float kPlainPlayWeight = 0.6F;  // of a video watched neither long nor liked
constexpr float kKept = 16;  // puts what a source named ahead of co-watched videos in trim()

// More candidates than one list can gather: 8 rows and all quotas.
constexpr uint32_t kMarksPerList = 4096;
static_assert(kRecentMax * kNeighboursMax + kPopularMax + kSegmentPopularMax + kFreshMax +
                  kAnyLookedAt + kRecentMax * (kPerAuthorQuota + kTagsPerVideo * kPerTagQuota) <
              kMarksPerList);

}  // namespace

CandidateGatherer::CandidateGatherer(const VideoTable& videos, const RecommenderOptions& options,
                                     const Taste& taste, uint16_t segment,
                                     RecommendScratch& scratch)
    : videos_(videos), options_(options), taste_(taste), segment_(segment), scratch_(scratch) {
  scratch_.candidates.clear();
  begin_marks();
  for (const Watched& watched : taste_.ring) {
    if ((watched.flags & (kPlayed | kDisliked)) != 0) block(watched.video);
  }
}

// A new stamp forgets all marks at once; they are cleared only when stamps run out.
void CandidateGatherer::begin_marks() {
  if (scratch_.mark.size() <= videos_.size()) scratch_.mark.resize(size_t{videos_.size()} + 1, 0);
  if (scratch_.stamp > std::numeric_limits<uint32_t>::max() - 2 * kMarksPerList) {
    std::ranges::fill(scratch_.mark, 0U);
    scratch_.stamp = 0;
  }
  scratch_.stamp += kMarksPerList;
}

void CandidateGatherer::block(VideoHandle video) { scratch_.mark[video.value()] = scratch_.stamp; }

bool CandidateGatherer::hidden(uint32_t author) const {
  return author != 0 &&
         std::ranges::find(taste_.hidden_authors, author) != taste_.hidden_authors.end();
}

bool CandidateGatherer::eligible(VideoHandle video) const {
  const VideoStats& stats = videos_.at(video);
  return stats.listed && !hidden(stats.author);
}

CandidateGatherer::Candidate* CandidateGatherer::candidate(VideoHandle video, Source source,
                                                           VideoHandle because) {
  uint32_t& mark = scratch_.mark[video.value()];
  if (mark > scratch_.stamp) return &scratch_.candidates[mark - scratch_.stamp - 1];
  if (mark == scratch_.stamp) return nullptr;
  if (!eligible(video)) {
    block(video);
    return nullptr;
  }
  scratch_.candidates.push_back(
      {.video = video, .source = source, .because = because, .scores = {}});
  mark = scratch_.stamp + static_cast<uint32_t>(scratch_.candidates.size());
  return &scratch_.candidates.back();
}

void CandidateGatherer::add_cowatched() {
  for_each_recent(taste_,
                  [this](const Watched& watched) { fetch_row(videos_.neighbours(watched.video)); });
  float recency = 1;
  for_each_recent(taste_, [&](const Watched& watched) {
    const VideoStats& from = videos_.at(watched.video);
    const float weight = recency * ((watched.flags & kPositive) != 0 ? 1.0F : kPlainPlayWeight);
    recency *= kRecencyStep;
    for (const Neighbour& neighbour : from.neighbours)
      __builtin_prefetch(&videos_.at(neighbour.video));
    for (const Neighbour& neighbour : from.neighbours) {
      Candidate* found = candidate(neighbour.video, Source::cowatch, watched.video);
      if (found == nullptr) continue;
      const float strength = videos_.strength(from, neighbour);
      if (strength > found->neighbour) found->because = watched.video;
      found->neighbour = std::max(found->neighbour, strength);
      found->affinity += weight * strength;
    }
  });
}

void CandidateGatherer::add_from(std::span<const VideoHandle> list, size_t quota, Source source,
                                 VideoHandle because) {
  for (const VideoHandle video : list) {
    if (quota == 0) return;
    Candidate* found = candidate(video, source, because);
    if (found == nullptr) continue;
    found->utility = kKept;
    --quota;
  }
}

void CandidateGatherer::add_of_authors() {
  for_each_recent(taste_, [&](const Watched& watched) {
    const std::span<const VideoHandle> list = videos_.by_author(videos_.at(watched.video).author);
    add_from(list, kPerAuthorQuota, Source::author, watched.video);
  });
}

void CandidateGatherer::add_of_topics() {
  for_each_recent(taste_, [&](const Watched& watched) {
    if ((watched.flags & kPositive) == 0) return;
    const VideoStats& stats = videos_.at(watched.video);
    for (size_t i = 0; i < kTagsPerVideo; ++i) {
      add_from(videos_.by_tag(stats.tags[i]), kPerTagQuota, Source::topic, watched.video);
    }
  });
}

// Where sources are thin (a small or a young catalogue) any video will do, from a place that
// differs between viewers.
void CandidateGatherer::add_any(size_t wanted, CounterRandom& random) {
  add_from(videos_.popular(), kPopularMax, Source::popular, kNoVideo);
  add_from(videos_.fresh(), kFreshMax, Source::fresh, kNoVideo);
  const uint32_t size = videos_.size();
  if (size == 0) return;
  uint32_t at = random.below(size);
  const size_t looked_at = std::min<size_t>(size, kAnyLookedAt);
  for (size_t i = 0; i < looked_at && scratch_.candidates.size() < wanted; ++i) {
    at = at % size + 1;
    if (Candidate* found = candidate(VideoHandle(at), Source::popular, kNoVideo))
      found->utility = kKept;
  }
}

void CandidateGatherer::trim() {
  std::vector<Candidate>& all = scratch_.candidates;
  if (all.size() <= options_.candidates_max) return;
  const auto closer = [](const Candidate& a, const Candidate& b) {
    const float left = a.utility + a.affinity;
    const float right = b.utility + b.affinity;
    return left != right ? left > right : a.video < b.video;
  };
  const auto last = all.begin() + static_cast<ptrdiff_t>(options_.candidates_max);
  std::nth_element(all.begin(), last, all.end(), closer);
  all.erase(last, all.end());
}

void CandidateGatherer::gather(size_t wanted, CounterRandom& random) {
  if (options_.use_cowatch) add_cowatched();
  if (options_.use_author) add_of_authors();
  if (options_.use_topic) add_of_topics();
  if (options_.use_segment && segment_ != 0) {
    add_from(videos_.popular_in(segment_), kSegmentQuota, Source::segment, kNoVideo);
  }
  if (options_.use_popular) add_from(videos_.popular(), kPopularQuota, Source::popular, kNoVideo);
  if (options_.use_fresh) add_from(videos_.fresh(), kFreshQuota, Source::fresh, kNoVideo);
  if (scratch_.candidates.size() < wanted) add_any(wanted, random);
  trim();
}

void CandidateGatherer::gather_seen(size_t wanted) {
  for (const Watched& watched : taste_.ring) {
    if (scratch_.candidates.size() == wanted) break;
    if ((watched.flags & kDisliked) != 0 || !eligible(watched.video)) continue;
    scratch_.candidates.push_back(
        {.video = watched.video, .source = Source::popular, .scores = {}});
  }
}

void CandidateGatherer::gather_newcomers(std::span<const uint32_t> chosen) {
  for (const uint32_t index : chosen) block(scratch_.candidates[index].video);
  scratch_.newcomers.clear();
  for (const VideoHandle video : videos_.fresh()) {
    const bool taken = scratch_.mark[video.value()] == scratch_.stamp;
    if (!taken && eligible(video)) scratch_.newcomers.push_back(video);
  }
}

}  // namespace potik::model
