#pragma once
// The inside of FactorLearner, shared by learning (factor_learner.cc) and snapshot
// (factor_snapshot.cc).

#include <algorithm>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/elementary.h"
#include "base/flat_map.h"
#include "base/random.h"
#include "model/factor_cells.h"
#include "model/factor_learner.h"
#include "model/rounded_factors.h"

namespace potik::model {

// Where a viewer stands, in a video's list: the slot, and above it the low bits of the slot's
// generation, so that what pointed at an earlier tenant is known.
inline constexpr uint32_t kSlotBits = 24;
inline constexpr uint32_t kSlotMask = (1U << kSlotBits) - 1;
inline constexpr uint32_t kVideosMax = 1U << 28U;  // no table is as large
inline constexpr uint32_t kNoSlot = 0xffffffffU;
inline constexpr size_t kRecentLearned = 2'000;  // of which negatives are drawn
inline constexpr size_t kShare = 16;             // rows that a thread takes at once
inline constexpr size_t kCellSample = 16'384;    // videos that the cells' centres come from
inline constexpr size_t kCellShare = 1'024;
inline constexpr size_t kSolvedInSteps = 32;  // solved while a video's viewers grow by half

// What goes with a video's vectors.
struct VideoFactors {
  bool known = false;  // was met
  float input_squares = 0;
  float output_squares = 0;
  std::vector<uint32_t> viewers;  // references, the oldest first
  uint16_t loaded_cell = FactorCells::kNone;
  bool unsaved = false;
};

struct ViewerFactors {
  Factors factors;
  UserHandle user{};
  std::vector<VideoHandle> ring;  // the newest last
  uint64_t seen = 0;              // number of the last pair
  uint32_t generation = 0;
  uint32_t older = kNoSlot;  // in the order of last pairs
  uint32_t newer = kNoSlot;
  bool unsaved = false;
};

inline void sort_unique(std::vector<uint32_t>& numbers) {
  std::ranges::sort(numbers);
  const auto rest = std::ranges::unique(numbers);
  numbers.erase(rest.begin(), rest.end());
}

struct FactorLearner::Impl {
  struct Pending {
    uint32_t viewer = 0;  // reference
    uint32_t video = 0;
  };

  explicit Impl(const FactorOptions& factor_options);

  [[nodiscard]] bool knows(VideoHandle video) const {
    return video.value() < videos.size() && videos[video.value()].known;
  }
  [[nodiscard]] uint32_t reference(uint32_t slot) const {
    return slot | viewers[slot].generation << kSlotBits;
  }
  [[nodiscard]] bool is_alive(uint32_t viewer) const {
    const uint32_t slot = viewer & kSlotMask;
    return viewers[slot].user != kNoUser && reference(slot) == viewer;
  }
  void grow(size_t size);
  void set_factors(uint32_t video, const Factors& vector);
  void choose_cells(const RunMany& run);
  void meet(VideoHandle video);
  void mark(VideoHandle video);
  void mark(uint32_t slot);
  void chain(uint32_t slot);
  void unchain(uint32_t slot);
  void clear(uint32_t slot);
  uint32_t slot_of(UserHandle user);

  [[nodiscard]] bool mean_input(std::span<const VideoHandle> ring, Factors& out,
                                std::vector<uint32_t>* met) const;
  void draw_negatives(VideoHandle positive);
  void errors_of(const Factors& input);
  void learn_softmax(const FactorPair& pair);
  void remember(uint32_t video);

  void append(const Pending& pair);
  void solve_viewer(uint32_t slot, Factors& out, std::vector<const float*>& rows) const;
  void solve_video(uint32_t number, Factors& out, std::vector<const float*>& rows) const;
  void solve_viewers(const RunMany& run);
  void solve_videos(const RunMany& run);
  void replace(const RunMany& run, Gram& gram) const;

  // factor_snapshot.cc
  [[nodiscard]] std::string video_record(uint32_t number) const;
  [[nodiscard]] std::string viewer_record(uint32_t slot) const;
  [[nodiscard]] std::string sums_record() const;
  [[nodiscard]] std::string centres_record() const;
  [[nodiscard]] bool load_video(uint32_t number, ByteReader& in);
  [[nodiscard]] bool load_viewer(uint32_t slot, ByteReader& in);
  [[nodiscard]] bool load_sums(ByteReader& in);
  [[nodiscard]] bool load_centres(ByteReader& in);
  [[nodiscard]] bool enter_cells();
  [[nodiscard]] bool index_viewers();

  FactorOptions options;
  // By handle.
  std::vector<Factors> factors;
  RoundedFactors rounded;        // copies of `factors`
  FactorCells cells;             // of `factors`, where they are too many to be searched in full
  std::vector<Factors> inputs;   // of the softmax: as one of those watched before
  std::vector<Factors> outputs;  // as the one watched now
  std::vector<VideoFactors> videos;
  std::vector<ViewerFactors> viewers;  // by slot
  IntMap<uint32_t> slots;              // by user handle
  uint32_t oldest = kNoSlot;
  uint32_t newest = kNoSlot;
  Gram video_gram;
  Gram viewer_gram;
  uint64_t pairs = 0;            // learned so far
  uint64_t remembered = 0;       // references in all videos' lists
  std::vector<Pending> pending;  // until a batch is full
  std::vector<uint32_t> recent;  // videos of the last pairs

  bool cells_saved = false;
  std::vector<uint32_t> unsaved_videos;
  std::vector<uint32_t> unsaved_viewers;

  // Reused.
  std::vector<uint32_t> chosen;
  std::vector<uint32_t> known;
  std::vector<float> errors;
  std::vector<uint32_t> touched;
  std::vector<uint32_t> due;  // videos whose lists have grown enough to be solved again
  std::vector<Factors> fresh_rows;
  std::vector<Factors> old_rows;
  std::vector<std::vector<const float*>> seen;
};

}  // namespace potik::model
