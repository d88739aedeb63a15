#pragma once
// Viewers: some key groups of viewers beside a whole copy of the model. Threads: one at a time.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/bundle.h"
#include "host/frame_io.h"
#include "host/saved_state.h"
#include "host/settings.h"
#include "host/waiting.h"
#include "pipeline/core.h"

namespace potik::host {

class Viewers final : public Part {
 public:
  explicit Viewers(const Settings& settings);
  Done push(std::string_view frame) override;
  Done advance(int64_t slice) override;
  [[nodiscard]] bool waits() const override { return under_way_ && !bundles_.complete(); }
  [[nodiscard]] int64_t slice() const override { return slice_; }
  Done save(uint16_t key_group, std::string& out) override;
  Done restore(uint16_t key_group, std::string_view bytes) override;
  Done start() override;
  Done settle(JsonWriter& out) override;
  void write_metrics(JsonWriter& out) const override;

 private:
  struct Frame {
    uint16_t key_group = 0;
    std::string bytes;  // the whole frame, and room behind it for the decoder
  };
  struct Slice {
    std::vector<Frame> records, catalogues;
  };
  [[nodiscard]] Done keep(const FrameHead& head, std::string_view frame);
  [[nodiscard]] Done fill(int64_t slice, pipeline::EpochCatalogue& catalogue, TimeMs& newest);
  [[nodiscard]] Done begin_epoch(int64_t slice);
  void put_acts(int64_t slice);
  [[nodiscard]] Done finish_epoch();
  void put_results(int64_t slice);
  void count();
  void save_group(uint16_t key_group, std::string& out) const;
  void save_model(std::string& out) const;
  [[nodiscard]] Done push_all(const std::vector<std::string_view>& frames, uint16_t key_group);
  [[nodiscard]] Done restore_model(std::string_view bytes);
  [[nodiscard]] bool gather(std::vector<Waiting>& waiting) const;
  void collect();

  const Settings settings_;
  const pipeline::KeyGroupSet owned_;
  pipeline::WorkerPool pool_{1};
  pipeline::Core core_;
  pipeline::EpochBuffer buffer_;
  state::MemorySnapshotStore saved_;  // and where viewers rest who are not in memory
  Restored restored_;
  bool model_restored_ = false;
  std::map<int64_t, Slice> pending_;
  size_t pending_bytes_ = 0;
  Slice current_;  // frames of the epoch under way, into which its records are views
  bool under_way_ = false;
  int64_t slice_under_way_ = 0;
  BundleGatherer bundles_;
  int64_t slice_ = -1;
  pipeline::EpochCounts total_;
  uint64_t epochs_ = 0;
};

}  // namespace potik::host
