#pragma once
// Core: all state, and the function from (state, epoch) to (state, outputs). No clock, no
// randomness of its own, no I/O: cold viewers come through a SnapshotStore handed in. The same log
// and journal give the same bytes, whatever the number of threads: everything is computed by key
// group and merged in key-group order.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/alert_book.h"
#include "detect/user_detector.h"
#include "model/acts.h"
#include "model/introductions.h"
#include "model/live_quality.h"
#include "model/recommender.h"
#include "pipeline/core_options.h"
#include "pipeline/epoch_buffer.h"
#include "pipeline/epoch_catalogue.h"
#include "pipeline/served.h"
#include "pipeline/share.h"
#include "pipeline/video_judge.h"
#include "pipeline/worker_pool.h"
#include "state/snapshot_store.h"

namespace potik::pipeline {

struct CoreMemory {
  size_t viewers = 0, viewer_count = 0, videos = 0, ranker = 0, factors = 0, traces = 0, served = 0;
};

// One thread at a time, but for the const methods, which may run on many while no other does.
class Core {
 public:
  explicit Core(CoreOptions options);
  ~Core();

  // Runs the epoch whose records stand in buffer.partitions[*].block and whose entry is set; fills
  // the rest. `cold` may be null where every viewer is in memory. A core that failed, as it does
  // only where `cold` fails, is of no use any more.
  [[nodiscard]] Status<state::SnapshotError> process(EpochBuffer& buffer,
                                                     const state::SnapshotStore* cold,
                                                     WorkerPool& pool);

  // process() in parts (docs/adr/0016-passes-apart.md). run_viewers() does those of the `owned` key
  // groups, whose records stand in the buffer beside all changes of videos; exchange.h then brings
  // what all viewers and judges gave, pairs into met(); run_model() makes the model and the
  // outputs. What belongs to no key group of viewers is put out where group 0 is owned.
  [[nodiscard]] Status<state::SnapshotError> run_viewers(EpochBuffer& buffer,
                                                         const EpochCatalogue& catalogue,
                                                         const state::SnapshotStore* cold,
                                                         WorkerPool& pool,
                                                         const KeyGroupSet& owned);
  [[nodiscard]] Status<state::SnapshotError> run_model(EpochBuffer& buffer,
                                                       const state::SnapshotStore* cold,
                                                       WorkerPool& pool, const KeyGroupSet& owned);
  [[nodiscard]] MetByGroup& met() { return recent_; }

  // Everything that changed since the last call, in a deterministic order. About 1 us a viewer.
  void collect_changes(std::vector<state::Change>& out, WorkerPool& pool);
  // Loads all but the viewers, who come when they act. The core must be new.
  [[nodiscard]] Status<state::SnapshotError> load(const state::SnapshotStore& snapshot);
  // Drops viewers beyond `keep` that the durable snapshot of `saved` holds as they are.
  size_t evict(size_t keep, Epoch saved);

  // The viewer, from memory or from `cold`; null if unknown, an error where `cold` cannot be read
  // or what it holds is damaged. `loaded` keeps one that came from `cold`.
  [[nodiscard]] Result<const Viewer*, state::SnapshotError> find_viewer(
      std::string_view user_id, const state::SnapshotStore* cold,
      std::unique_ptr<Viewer>& loaded) const;
  // The list of a viewer (null: unknown) as of the end of the last epoch.
  [[nodiscard]] std::shared_ptr<cache::RecommendationList> recommend(
      std::string_view user_id, const Viewer* viewer, size_t limit,
      model::RecommendScratch& scratch, model::Horizon horizon = model::Horizon::now) const;
  // Why a video stands in that list of asked.length, or why not; nothing of a video that has no
  // handle. asked.video is set here.
  [[nodiscard]] std::optional<model::Explanation> explain(std::string_view user_id,
                                                          const Viewer* viewer,
                                                          std::string_view video_id,
                                                          model::ExplainRequest asked,
                                                          model::RecommendScratch& scratch) const;
  // What the model says of a viewer (null: unknown) who is shown a video at `at`, as of the end of
  // the last epoch; nothing of a video that it has no handle of. Without a surface it is the one
  // where the viewer was last.
  [[nodiscard]] std::optional<model::Scores> predict(const Viewer* viewer,
                                                     std::string_view video_id, TimeMs at,
                                                     std::string_view surface = {}) const;

  [[nodiscard]] const model::VideoTable& videos() const { return videos_; }
  [[nodiscard]] const model::Ranker& ranker() const { return ranker_; }
  [[nodiscard]] const model::FactorLearner& factors() const { return factors_; }
  [[nodiscard]] model::LiveQuality quality() const;
  [[nodiscard]] const model::Introductions& introductions() const { return introductions_; }
  [[nodiscard]] Epoch epoch() const { return epoch_; }
  [[nodiscard]] TimeMs time() const { return time_; }
  [[nodiscard]] const detect::AlertBook& alerts() const { return alerts_; }
  [[nodiscard]] CoreMemory memory() const;
  [[nodiscard]] size_t viewers_in_memory() const;
  [[nodiscard]] size_t viewers_dirty() const;
  [[nodiscard]] const CoreOptions& options() const { return options_; }

 private:
  struct Group {
    ViewerTable viewers;
    uint64_t next_user = 1;
    ServedUsers served;
    model::LiveQuality quality;  // of what its viewers were shown
    bool meta_dirty = false;
  };
  // Phases of process(), in order; each is a file of its own or a function of core.cc.
  [[nodiscard]] size_t begin(EpochBuffer& buffer, const EpochCatalogue* catalogue);
  [[nodiscard]] Status<state::SnapshotError> pass_viewers(EpochBuffer& buffer,
                                                          const state::SnapshotStore* cold,
                                                          const Share& share,
                                                          const KeyGroupSet& owned);
  [[nodiscard]] Status<state::SnapshotError> pass_model(EpochBuffer& buffer,
                                                        const state::SnapshotStore* cold,
                                                        const Share& share,
                                                        const KeyGroupSet& owned);
  void mark_served(const EpochEntry& entry);
  void intern_videos(EpochBuffer& buffer, const EpochCatalogue* catalogue);
  VideoHandle intern_video(EpochBuffer& buffer, std::string_view id, uint64_t hash);
  [[nodiscard]] Status<state::SnapshotError> gather_viewers(EpochBuffer& buffer, uint16_t group,
                                                            const state::SnapshotStore* cold);
  void fetch_ahead(const EpochBuffer& buffer, const KeyGroupOutput& out, size_t item) const;
  void viewer_pass(EpochBuffer& buffer, uint16_t group, size_t worker);
  void process_event(EpochBuffer& buffer, uint16_t group, size_t item);
  [[nodiscard]] model::FeatureRows score(const Viewer& viewer, const model::ViewerAct& act,
                                         store::FactRow& fact) const;
  void add_act(KeyGroupOutput& out, ViewerTable::Entry& entry, const model::ViewerAct& act,
               uint32_t text_hash, const model::FeatureRows& features, store::FactRow& fact);
  [[nodiscard]] bool counts(const store::FactRow& fact) const {
    return pipeline::counts(fact, options_.quarantine);
  }
  [[nodiscard]] std::span<const model::Met> inputs_of(const PendingAct& pending) const;
  void remember_counted(Viewer& viewer, PendingAct& pending, uint8_t before, uint8_t depth);
  void quarantine(KeyGroupOutput& out, Viewer& viewer, TimeMs at, bool broken,
                  store::FactRow& fact);
  void take_back(KeyGroupOutput& out, Viewer& viewer, TimeMs since, size_t most);
  void process_unlearning(EpochBuffer& buffer, uint16_t group, size_t item);
  void hold_back(KeyGroupOutput& out) const;
  [[nodiscard]] Status<state::SnapshotError> tell_likers(const EpochBuffer& buffer,
                                                         const state::SnapshotStore* cold,
                                                         const KeyGroupSet& owned);
  void process_profile(EpochBuffer& buffer, uint16_t group, size_t item);
  void refresh_lists(EpochBuffer& buffer, uint16_t group, size_t worker);
  void count_acts(EpochBuffer& buffer, std::span<const uint8_t> owned);
  void link(EpochBuffer& buffer, std::span<const uint8_t> owned);
  void learn(EpochBuffer& buffer);
  void judge(const PendingExample& pending, const store::FactRow& fact);
  void learn_factors(EpochBuffer& buffer);
  void budget_learning(size_t rows);
  void count_introduced(const EpochBuffer& buffer);
  void render(EpochBuffer& buffer, uint16_t group) const;
  void finish(EpochBuffer& buffer, const KeyGroupSet& owned);
  [[nodiscard]] std::unique_ptr<Rendered> gather_rendered(EpochBuffer& buffer,
                                                          const KeyGroupSet& owned);
  void apply_video_change(EpochBuffer& buffer, PartitionInput& partition,
                          const VideoChange& change);
  void name_video(EpochBuffer& buffer, VideoHandle video, std::string_view id);
  [[nodiscard]] bool load_viewer(std::string_view id, std::string_view bytes, Viewer& viewer) const;
  Viewer new_viewer(Group& group, uint16_t index, std::string_view id);
  void save_meta(std::vector<state::Change>& out);
  void save_quality(uint16_t index, std::vector<state::Change>& out);
  void save_group(uint16_t index, std::vector<state::Change>& out);
  void save_ranker(std::vector<state::Change>& out);
  [[nodiscard]] bool load_meta(uint16_t index, std::string_view key, std::string_view value);

  CoreOptions options_;
  model::VideoTable videos_;
  model::Ranker ranker_;
  model::FactorLearner factors_;
  model::Introductions introductions_;
  model::Recommender recommender_;
  detect::UserDetector user_detector_;
  VideoJudge video_judge_;
  detect::AlertBook alerts_;
  std::array<Group, kKeyGroups> groups_;
  std::vector<model::RecommendScratch> scratch_;  // by worker
  std::vector<model::Example> examples_;
  std::vector<std::string> old_weights_;  // keys of a snapshot whose weights mean nothing
  Epoch epoch_{};
  TimeMs time_{};
  TimeMs time_before_{};  // of the epoch before
  TimeMs newest_event_{};
  bool serve_everyone_ = false;  // in the epoch under way
  bool tells_ = true;            // what belongs to no key group: of equal copies one
  uint64_t learnable_ = 0;       // events that may still be learned in full: grows with time
  uint64_t learned_each_ = 1;    // in the epoch under way
  uint64_t ranked_each_ = 1;     // every so manieth exposure teaches the ranker; a power of two
  std::vector<VideoHandle> before_;
  MetByGroup recent_;  // of the epoch under way
};

}  // namespace potik::pipeline
