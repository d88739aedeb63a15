#pragma once
// VideoJudge: what an act on a video is worth. Looks for abuse of the video, and says in which
// order the model counts its acts and takes back the likes of a burst. Knows nothing of the model:
// it is the whole of the video pass that is keyed by video, and may run on another machine than the
// model. Its state, by key group of the video, are the detector's traces and the last likes.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/key_group.h"
#include "detect/video_detector.h"
#include "model/video_table.h"
#include "pipeline/epoch_buffer.h"
#include "pipeline/recent_likes.h"
#include "state/snapshot_store.h"

namespace potik::pipeline {

// The videos that acts pair with, by key group of the viewer: PendingAct names a part of its own.
using MetByGroup = std::array<std::vector<model::Met>, kKeyGroups>;
[[nodiscard]] std::span<const model::Met> met_of(const MetByGroup& met, const PendingAct& act);

struct VideoJudgeOptions {
  detect::VideoDetectorOptions detector;
  bool quarantine = true;     // see CoreOptions
  size_t cowatch_inputs = 0;  // videos of a like that are kept for unlinking them
};

// judge() may run on many threads at once, each with key groups of its own; everything else belongs
// to the serial parts of an epoch.
class VideoJudge {
 public:
  explicit VideoJudge(const VideoJudgeOptions& options);

  // Room for handles up to `videos`, before an epoch that has acts on them.
  void resize(uint32_t videos);
  // The acts of the epoch on videos of the `owned` key groups (by index), in order of event time,
  // because windows and bursts are about time: completes verdict and flags of their facts, and
  // fills video_groups of the buffer. `met` is what stands in the buffer's acts; `time` the
  // epoch's own. About 50 ns an act.
  void judge(EpochBuffer& buffer, const MetByGroup& met, TimeMs time,
             std::span<const uint8_t> owned);

  // What changed of a key group since the last call.
  void save_group(uint16_t group, std::vector<state::Change>& out);
  // A record of Section::detectors; false if it is none of save_group()'s, or speaks of a video
  // beyond the last resize().
  [[nodiscard]] bool load(uint16_t group, std::string_view key, std::string_view value);
  [[nodiscard]] size_t memory_bytes() const;

 private:
  void judge_act(EpochBuffer& buffer, const MetByGroup& met, TimeMs time, uint16_t group,
                 uint32_t index);
  void inspect(EpochBuffer& buffer, const PendingAct& pending, TimeMs time, store::FactRow& fact);
  void remember_like(const PendingAct& pending, const MetByGroup& met, Epoch epoch, uint32_t index);
  void take_burst(EpochBuffer& buffer, const PendingAct& last, TimeMs time);
  [[nodiscard]] bool load_trace(std::string_view key, std::string_view value);

  VideoJudgeOptions options_;
  detect::VideoDetector detector_;
  std::vector<std::unique_ptr<detect::VideoTrace>> traces_;  // by video handle
  std::vector<uint8_t> trace_dirty_;                         // by video handle
  std::array<std::vector<uint32_t>, kKeyGroups> dirty_traces_;
  std::array<RecentLikes, kKeyGroups> likes_;
};

}  // namespace potik::pipeline
