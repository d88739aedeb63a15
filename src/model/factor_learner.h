#pragma once
// FactorLearner: what a viewer is likely to watch next, as vectors of viewers and videos that are
// learned from the stream. Two models share the pairs: implicit factors (implicit_factors.h),
// solved again for what each batch touches, and a sampled softmax over the videos watched before
// (Covington, Adams, Sargin 2016, section 3, without the deep part), one step a pair.
//
// Threads: add() and learn() belong to the serial part of an epoch; const methods by anyone while
// neither runs. Determinism: depends on the pairs' order alone.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/implicit_factors.h"
#include "model/rounded_factors.h"
#include "state/snapshot_store.h"

namespace potik::model {

struct FactorOptions {
  ImplicitOptions implicit;
  uint32_t batch_pairs = 1'000;        // pairs between two rounds of solving
  uint32_t viewers_max = 100'000;      // with a vector; beyond them the longest unseen makes room
  uint32_t viewers_per_video = 2'048;  // last ones, what a video's vector is solved from
  uint64_t pairs_max = 32'000'000;     // of all videos; beyond it lists of viewers grow no longer
  uint32_t videos_max = 200'000;       // as the video table's
  uint32_t search_max = 100'000;       // videos up to which a search looks at all
  uint32_t negatives = 50;             // drawn for a pair
  float softmax_step = 0.2F;
  float softmax_l2 = 3e-4F;
  uint64_t seed = 1;
};

inline constexpr size_t kFactorRing = 100;  // a viewer's last videos that count
inline constexpr size_t kPeersMax = 48;
inline constexpr size_t kSearchedMost = 32'768;
// What a video may have where the pairs of all are used up.
inline constexpr size_t kViewersAtLeast = 64;

// A viewer met a video for the first time; `before` are the viewer's videos before it, the newest
// last. Lives as long as the call.
struct FactorPair {
  UserHandle user{};
  VideoHandle video{};
  std::span<const VideoHandle> before;
};

// What a search found, and what was asked for.
struct FactorSearch {
  std::vector<VideoHandle> videos;  // beside `closeness`; empty: all videos by handle
  std::vector<float> closeness;     // x.v; 0 of videos never learned
  RoundedFactors::Asked asked;
  bool asks = false;
  void clear() { videos.clear(), closeness.clear(), asks = false; }
  [[nodiscard]] VideoHandle video(uint32_t i) const {
    return videos.empty() ? VideoHandle(i) : videos[i];
  }
};

// Runs work(i, worker) for each i below count, on as many threads as it likes.
using RunMany = std::function<void(size_t count, const std::function<void(size_t, size_t)>& work)>;

class FactorLearner {
 public:
  explicit FactorLearner(FactorOptions options);
  ~FactorLearner();
  FactorLearner(const FactorLearner&) = delete;
  FactorLearner& operator=(const FactorLearner&) = delete;

  // One pair: the softmax learns at once, the implicit factors when a batch is full, within the
  // next learn(). About 6 us.
  void add(const FactorPair& pair);
  // Solves what is due.
  void learn(const RunMany& run);
  // The viewer's pairs no longer count: the vector is forgotten, and each video's is solved again
  // without them with the next batch. What the softmax has made of them stays. Some microseconds.
  void forget(UserHandle user);

  // A viewer's vector as of now, solved from the ring (newest last; videos without a vector do not
  // count). False if nothing is known. About 20 us.
  [[nodiscard]] bool solve(UserHandle user, std::span<const VideoHandle> ring, Factors& out) const;
  // The softmax's side of the viewer. False if nothing is known.
  [[nodiscard]] bool mean_input(std::span<const VideoHandle> ring, Factors& out) const;
  // kFactors floats, or null: the video was never learned.
  [[nodiscard]] const float* video(VideoHandle video) const;
  [[nodiscard]] const float* output(VideoHandle video) const;
  // x.v of the videos, from vectors rounded to a byte a number (rounded_factors.h): of all up to
  // search_max, some 5 ns each; of larger catalogues of some kSearchedMost that point the same way
  // as x (factor_cells.h), some 15 ns each.
  void search(const Factors& x, FactorSearch& found) const;
  // Of one video, whether the search looked at it or not; 0 if nothing was asked for.
  [[nodiscard]] float closeness(const FactorSearch& search, VideoHandle video) const;
  // Videos that those who lately watched what the viewer watched have watched since: the last one
  // of each viewer of each of the ring's last few videos, at most kPeersMax.
  void peers(UserHandle user, std::span<const VideoHandle> ring,
             std::vector<VideoHandle>& out) const;
  // Videos by handle are below this.
  [[nodiscard]] uint32_t videos() const;

  void collect_changes(std::vector<state::Change>& out);
  [[nodiscard]] bool load(std::string_view key, std::string_view value);
  [[nodiscard]] bool finish_load(uint32_t videos);
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::model
