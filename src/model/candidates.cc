#include "model/candidates.h"

#include <algorithm>
#include <limits>

#include "model/feature_context.h"
#include "model/neighbour_row.h"

namespace potik::model {
namespace {

using cache::Source;
using Mention = RecommendScratch::Mention;

// How many videos each source gives, so that every list mixes.
constexpr size_t kPopularQuota = 60;
constexpr size_t kSegmentQuota = 30;
constexpr size_t kPerAuthorQuota = 6;
constexpr size_t kPerTagQuota = 6;
constexpr size_t kFreshQuota = 20;
constexpr size_t kNearestQuota = 100;  // or as many as are wanted, as the next
constexpr size_t kCowatchedQuota = 300;
constexpr size_t kTagsPerVideo = 2;
constexpr size_t kAnyLookedAt = 1024;  // videos looked at when the sources do not fill a list
constexpr size_t kRecentRows = 3;      // last videos whose links count once more
constexpr size_t kSoftmaxShare = 2;    // times the candidates that are kept get a softmax score
constexpr size_t kFetchedAhead = 16;   // videos whose sums are on their way
constexpr size_t kEnoughShare = 4;     // of what is wanted, half a list: less is too little
constexpr uint32_t kIntroducedWeighed = 24;  // of the videos under introduction, for one list
constexpr float kSegmentBonus = 0.7F;        // on a cold viewer's prior, for what the segment likes

// On top of the stamp of a list: what has become of a video in it.
constexpr uint32_t kBlocked = 0;
constexpr uint32_t kCowatched = 1;  // has sums
constexpr uint32_t kNamed = 2;
constexpr uint32_t kMarksPerList = 3;

}  // namespace

CandidateGatherer::CandidateGatherer(const Models& models, const RecommenderOptions& options,
                                     const Taste& taste, UserHandle user, uint16_t segment,
                                     Horizon horizon, RecommendScratch& scratch)
    : models_(models),
      videos_(models.videos),
      options_(options),
      taste_(taste),
      user_(user),
      segment_(segment),
      horizon_(horizon),
      weights_(horizon == Horizon::now ? BlendWeights{} : lasting_weights()),
      scratch_(scratch),
      seen_(options.shown_again ? kPlayed | kDisliked : 0xffU) {
  scratch_.candidates.clear();
  scratch_.ring.clear();
  for (const Watched& watched : taste_.ring) scratch_.ring.push_back(watched.video);
  find_left_out();
  block_seen();
}

void CandidateGatherer::block_seen() {
  begin_marks();
  for (const Watched& watched : taste_.ring) {
    if ((watched.flags & seen_) != 0) block(watched.video);
  }
  if (explanation_ != nullptr) watch(watched_, *explanation_);
}

// A dislike is no shade of a score: for a while nothing of its topic comes.
void CandidateGatherer::find_left_out() {
  scratch_.left_out.clear();
  size_t met_since = 0;
  for (auto met = taste_.ring.rbegin(); met != taste_.ring.rend(); ++met, ++met_since) {
    if (met_since >= options_.dislike_videos) return;
    const uint32_t topic = videos_.at(met->video).tags[0];
    if ((met->flags & kDisliked) != 0 && topic != 0) scratch_.left_out.push_back(topic);
  }
}

// A new stamp forgets all marks at once; they are cleared only when stamps run out.
void CandidateGatherer::begin_marks() {
  if (scratch_.met.size() <= videos_.size()) scratch_.met.resize(size_t{videos_.size()} + 1);
  if (scratch_.stamp > std::numeric_limits<uint32_t>::max() - 2 * kMarksPerList) {
    std::ranges::fill(scratch_.met, Mention{});
    scratch_.stamp = 0;
  }
  scratch_.stamp += kMarksPerList;
  block(kNoVideo);  // free places of rows name it
}

void CandidateGatherer::block(VideoHandle video) {
  scratch_.met[video.value()].mark = scratch_.stamp + kBlocked;
}

bool CandidateGatherer::hidden(VideoHandle video) const {
  if (taste_.hidden_authors.empty()) return false;
  const uint32_t author = videos_.at(video).author;
  return author != 0 &&
         std::ranges::find(taste_.hidden_authors, author) != taste_.hidden_authors.end();
}

bool CandidateGatherer::left_out(VideoHandle video) const {
  return !readmits_ && is_of_any(videos_.at(video), scratch_.left_out);
}

bool CandidateGatherer::eligible(VideoHandle video) const {
  return videos_.is_listed(video) && !hidden(video) && !left_out(video);
}

bool CandidateGatherer::name(VideoHandle video, Source source, VideoHandle because,
                             uint32_t place) {
  if (explanation_ != nullptr && video == watched_) note_mention(source, because, place);
  Mention& met = scratch_.met[video.value()];
  if (met.mark == scratch_.stamp + kNamed) return true;
  if (met.mark == scratch_.stamp + kBlocked) return false;
  if (!eligible(video)) {
    block(video);
    return false;
  }
  if (met.mark < scratch_.stamp) met = {};
  met.mark = scratch_.stamp + kNamed;
  scratch_.named.push_back({.video = video, .because = because, .source = source});
  return true;
}

// The sums of blocked videos are never read.
template <bool kRecent>
void CandidateGatherer::add_row(VideoHandle watched) {
  const float factor = videos_.row_factor(videos_.at(watched));
  const uint32_t stamp = scratch_.stamp;
  Mention* const all = scratch_.met.data();
  for (const Neighbour& neighbour : videos_.neighbours(watched)) {
    Mention& met = all[neighbour.video.value()];
    if (met.mark < stamp) {
      met = {.mark = stamp + kCowatched};
      scratch_.cowatched.push_back(neighbour.video);
    }
    const float weight = neighbour.weight * factor;
    met.watched += weight;
    met.liked += neighbour.liked * factor;
    if constexpr (kRecent) met.recent += weight;
  }
}

void CandidateGatherer::fetch(VideoHandle video) const {
  __builtin_prefetch(&scratch_.met[video.value()]);
  __builtin_prefetch(&videos_.prior(video));
}

void CandidateGatherer::add_cowatched(size_t wanted) {
  scratch_.cowatched.clear();
  size_t rows = 0;
  for (auto watched = taste_.ring.rbegin(); watched != taste_.ring.rend(); ++watched) {
    if (const auto next = watched + 1; next != taste_.ring.rend())
      fetch_row(videos_.neighbours(next->video));
    if ((watched->flags & kDisliked) != 0) continue;
    if (rows == kRowsMax) break;
    rows++ < kRecentRows ? add_row<true>(watched->video) : add_row<false>(watched->video);
  }
  const std::vector<VideoHandle>& met = scratch_.cowatched;
  scratch_.cowatching.resize(met.size());
  for (size_t i = 0; i < met.size(); ++i) {
    if (i + kFetchedAhead < met.size()) fetch(met[i + kFetchedAhead]);
    scratch_.cowatching[i] =
        scratch_.met[met[i].value()].watched * videos_.prior(met[i]).watched_norm;
  }
  scratch_.strongest.find(scratch_.cowatching, std::max(kCowatchedQuota, wanted));
  for (const uint32_t i : scratch_.strongest.found()) name(met[i], Source::cowatch, kNoVideo);
}

void CandidateGatherer::add_nearest(size_t wanted) {
  Factors own;
  FactorSearch& search = scratch_.search;
  if (!models_.factors.solve(user_, scratch_.ring, own)) return;
  models_.factors.search(own, search);
  scratch_.strongest.find(search.closeness, std::max(kNearestQuota, wanted));
  for (const uint32_t i : scratch_.strongest.found())
    name(search.video(i), Source::factors, kNoVideo);
}

void CandidateGatherer::add_peers() {
  models_.factors.peers(user_, scratch_.ring, scratch_.peers);
  uint32_t place = 0;
  for (const VideoHandle video : scratch_.peers) name(video, Source::peers, kNoVideo, ++place);
}

void CandidateGatherer::add_from(std::span<const VideoHandle> list, size_t quota, Source source,
                                 VideoHandle because) {
  uint32_t place = 0;
  for (const VideoHandle video : list) {
    if (quota == 0) return;
    quota -= name(video, source, because, ++place) ? 1 : 0;
  }
}

void CandidateGatherer::add_of_authors() {
  for_each_recent(taste_, [&](const Watched& watched) {
    const std::span<const VideoHandle> list = videos_.by_author(videos_.at(watched.video).author);
    add_from(list, kPerAuthorQuota, Source::author, watched.video);
  });
}

// To a viewer who has met few videos each good one of a topic brings more of it; of one who has met
// many, other sources know more.
void CandidateGatherer::add_of_topic(uint32_t tag, VideoHandle because) {
  const std::span<const VideoHandle> videos = videos_.by_tag(tag);
  if (taste_.ring.size() > kFewVideos)
    return add_from(videos, kPerTagQuota, Source::topic, because);
  const size_t enough = scratch_.named.size() + kPerTagQuota;
  for (const VideoHandle video : videos) {
    if (scratch_.named.size() >= enough) return;
    name(video, Source::topic, because);
  }
}

void CandidateGatherer::add_of_topics() {
  for_each_recent(taste_, [&](const Watched& watched) {
    if ((watched.flags & kPositive) == 0) return;
    const VideoStats& stats = videos_.at(watched.video);
    for (size_t i = 0; i < kTagsPerVideo; ++i) add_of_topic(stats.tags[i], watched.video);
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
  const size_t looked_at = std::min<size_t>(size, std::max(kAnyLookedAt, 4 * wanted));
  for (size_t i = 0; i < looked_at && scratch_.named.size() < wanted; ++i) {
    at = at % size + 1;
    name(VideoHandle(at), Source::popular, kNoVideo);
  }
}

void CandidateGatherer::set_inputs(const Named& named, size_t lane, BlendInputs& inputs) const {
  const Prior& prior = videos_.prior(named.video);
  const Mention& met = scratch_.met[named.video.value()];
  inputs.factors[lane] = models_.factors.closeness(scratch_.search, named.video);
  inputs.watched[lane] = met.watched * prior.watched_norm;
  inputs.recent[lane] = met.recent * prior.watched_norm;
  inputs.liked[lane] = met.liked * prior.liked_norm;
  inputs.prior[lane] = horizon_ == Horizon::now ? prior.momentum : prior.lasting;
}

POTIK_VECTOR_CODE
void CandidateGatherer::blend_known() {
  std::vector<Named>& all = scratch_.named;
  for (size_t first = 0; first < all.size(); first += kLaneWidth) {
    const size_t count = std::min(all.size() - first, kLaneWidth);
    BlendInputs inputs;
    for (size_t lane = 0; lane < count; ++lane) set_inputs(all[first + lane], lane, inputs);
    Lanes8 blends;
    blend(weights_, inputs, blends);
    for (size_t lane = 0; lane < count; ++lane) all[first + lane].blend = blends[lane];
  }
}

// Without anything known of the viewer popularity decides, the segment's first.
void CandidateGatherer::blend_unknown() {
  for (Named& named : scratch_.named) named.blend = unknown_blend(named);
}

float CandidateGatherer::unknown_blend(const Named& named) const {
  return videos_.prior(named.video).popularity +
         (named.source == Source::segment ? kSegmentBonus : 0.0F);
}

void CandidateGatherer::add_softmax() {
  Factors input;
  if (!known_ || !models_.factors.mean_input(scratch_.ring, input)) return;
  for (Named& named : scratch_.named)
    named.blend += weights_.softmax * log_odds(input, named.video);
}

float CandidateGatherer::log_odds(const Factors& input, VideoHandle video) const {
  const float* output = models_.factors.output(video);
  return output != nullptr ? dot(input.at.data(), output) : 0;
}

void CandidateGatherer::keep_best(size_t most) {
  std::vector<Named>& all = scratch_.named;
  if (all.size() <= most) return;
  const auto better = [](const Named& a, const Named& b) {
    return a.blend != b.blend ? a.blend > b.blend : a.video < b.video;
  };
  std::nth_element(all.begin(), all.begin() + static_cast<ptrdiff_t>(most), all.end(), better);
  if (explanation_ != nullptr) note_cut(most);
  all.resize(most);
}

void CandidateGatherer::make_candidates(size_t most) {
  if (explanation_ != nullptr) explanation_->named = static_cast<uint32_t>(scratch_.named.size());
  known_ ? blend_known() : blend_unknown();
  keep_best(kSoftmaxShare * most);
  add_softmax();
  keep_best(most);
  for (const Named& named : scratch_.named) {
    scratch_.candidates.push_back({.video = named.video,
                                   .source = named.source,
                                   .because = named.because,
                                   .blend = named.blend,
                                   .scores = {}});
  }
}

void CandidateGatherer::name_from_all(size_t wanted, CounterRandom& random) {
  scratch_.named.clear();
  if (options_.use_cowatch) add_cowatched(wanted);
  scratch_.search.clear();
  if (options_.use_factors) add_nearest(wanted);
  known_ = !scratch_.named.empty();
  if (options_.use_peers) add_peers();
  if (options_.use_author) add_of_authors();
  if (options_.use_topic) add_of_topics();
  if (options_.use_segment && segment_ != 0) {
    add_from(videos_.popular_in(segment_), kSegmentQuota, Source::segment, kNoVideo);
  }
  if (options_.use_popular) add_from(videos_.popular(), kPopularQuota, Source::popular, kNoVideo);
  if (options_.use_fresh) add_from(videos_.fresh(), kFreshQuota, Source::fresh, kNoVideo);
  if (scratch_.named.size() < wanted) add_any(wanted, random);
}

void CandidateGatherer::gather(size_t wanted, CounterRandom& random) {
  name_from_all(wanted, random);
  if (!scratch_.left_out.empty() && scratch_.named.size() < wanted / kEnoughShare) {
    readmits_ = true;
    block_seen();
    name_from_all(wanted, random);
  }
  make_candidates(std::max(options_.candidates_max, wanted));
}

void CandidateGatherer::gather_seen(size_t wanted) {
  for (const Watched& watched : taste_.ring) {
    if (scratch_.candidates.size() == wanted) break;
    if ((watched.flags & kDisliked) != 0 || !eligible(watched.video)) continue;
    scratch_.candidates.push_back(
        {.video = watched.video, .source = Source::popular, .scores = {}});
  }
}

// Each that is drawn stands for several.
void CandidateGatherer::thin_introduced(CounterRandom& random) {
  std::vector<Newcomer>& all = scratch_.introduced;
  scratch_.introduced_share = 1;
  if (all.size() <= kIntroducedWeighed) return;
  const auto size = static_cast<uint32_t>(all.size());
  for (uint32_t i = 0; i < kIntroducedWeighed; ++i)
    std::swap(all[i], all[i + random.below(size - i)]);
  all.resize(kIntroducedWeighed);
  scratch_.introduced_share = static_cast<float>(kIntroducedWeighed) / static_cast<float>(size);
  for (Newcomer& newcomer : all) newcomer.pressure /= scratch_.introduced_share;
}

void CandidateGatherer::gather_newcomers(std::span<const uint32_t> chosen, CounterRandom& random) {
  for (const uint32_t index : chosen) block(scratch_.candidates[index].video);
  readmits_ = false;
  const Introductions* introductions = models_.introductions;
  const auto may_come = [this](VideoHandle video) {
    return scratch_.met[video.value()].mark != scratch_.stamp + kBlocked && eligible(video);
  };
  scratch_.newcomers.clear();
  for (const VideoHandle video : videos_.fresh()) {
    const bool introduced = introductions != nullptr && introductions->is_running(video);
    if (!introduced && may_come(video)) scratch_.newcomers.push_back(video);
  }
  scratch_.introduced.clear();
  if (introductions == nullptr || options_.newcomer_share_max <= 0) return;
  for (const Newcomer& newcomer : introductions->newcomers()) {
    if (may_come(newcomer.video)) scratch_.introduced.push_back(newcomer);
  }
  thin_introduced(random);
}

}  // namespace potik::model
