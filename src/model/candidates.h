#pragma once
// Gathers what may be recommended to a viewer, from all sources, each video once. Internal to the
// recommender. Threads: one object a list, on the thread that owns the scratch.

#include "base/random.h"
#include "model/recommender.h"

namespace potik::model {

inline constexpr size_t kRowsMax = 10;  // last videos whose rows are read: older ones add nothing

inline constexpr size_t kFewVideos = 20;  // met by a viewer who is no longer new

class CandidateGatherer {
 public:
  using Candidate = RecommendScratch::Candidate;
  using Named = RecommendScratch::Named;

  // All outlive the object. Leaves scratch.candidates empty.
  CandidateGatherer(const Models& models, const RecommenderOptions& options, const Taste& taste,
                    UserHandle user, uint16_t segment, Horizon horizon, RecommendScratch& scratch);

  // Before gather(): what happens to the video on the way is noted in `explanation`, which outlives
  // the object.
  void watch(VideoHandle video, Explanation& explanation);
  // After gather(), of the watched video: what keeps it out, in a list of unseen videos or in one
  // that `repeats`; and its blend with the summands.
  void find_filters(bool repeats) const;
  void weigh() const;

  // Fills scratch.candidates with at most max(options.candidates_max, wanted) unseen videos, those
  // of the highest blend; at least `wanted` where there are so many unseen. No order.
  void gather(size_t wanted, CounterRandom& random);
  // For a viewer who has seen everything: the least recently seen first, none that was disliked.
  void gather_seen(size_t wanted);
  // Into scratch.newcomers and scratch.introduced: fresh videos that may be explored, those under
  // introduction apart, and not among the chosen; of many under introduction some, drawn. Call
  // last: ends gathering.
  void gather_newcomers(std::span<const uint32_t> chosen, CounterRandom& random);

 private:
  void begin_marks();
  void block(VideoHandle video);
  [[nodiscard]] bool eligible(VideoHandle video) const;
  [[nodiscard]] bool hidden(VideoHandle video) const;
  [[nodiscard]] bool left_out(VideoHandle video) const;
  void find_left_out();
  void block_seen();
  void name_from_all(size_t wanted, CounterRandom& random);
  // False if the video may not be recommended. The first to name it is its source. `place` in what
  // the source offers, from 1; 0 where it has no order.
  bool name(VideoHandle video, cache::Source source, VideoHandle because, uint32_t place = 0);
  void note_mention(cache::Source source, VideoHandle because, uint32_t place);
  void note_cut(size_t kept);
  template <bool kRecent>
  void add_row(VideoHandle watched);
  void fetch(VideoHandle video) const;
  void add_cowatched(size_t wanted);
  void add_nearest(size_t wanted);
  void add_peers();
  void add_from(std::span<const VideoHandle> list, size_t quota, cache::Source source,
                VideoHandle because);
  void add_of_authors();
  void add_of_topics();
  void add_of_topic(uint32_t tag, VideoHandle because);
  void add_any(size_t wanted, CounterRandom& random);
  void thin_introduced(CounterRandom& random);
  void set_inputs(const Named& named, size_t lane, BlendInputs& inputs) const;
  [[nodiscard]] float unknown_blend(const Named& named) const;
  [[nodiscard]] float log_odds(const Factors& input, VideoHandle video) const;
  void weigh_known(const Named& named) const;
  void blend_known();
  void blend_unknown();
  void add_softmax();
  void keep_best(size_t most);
  void make_candidates(size_t most);

  const Models& models_;
  const VideoTable& videos_;
  const RecommenderOptions& options_;
  const Taste& taste_;
  UserHandle user_;
  uint16_t segment_;
  Horizon horizon_;
  BlendWeights weights_;
  RecommendScratch& scratch_;
  uint8_t seen_;           // flags of what may not be shown again
  bool known_ = false;     // the viewer has met videos that others met too
  bool readmits_ = false;  // what was to be left out: too little else is there
  VideoHandle watched_{};
  Explanation* explanation_ = nullptr;  // of watched_; null: of none
};

}  // namespace potik::model
