// The video pass, keyed by video: abuse of a video, counters, neighbours; then the ranker's learning step. Its result
// is the model version that the next epoch's viewer pass reads.

#include "detect/verdict.h"
#include "pipeline/core.h"

namespace potik::pipeline {

void Core::judge_and_count(EpochBuffer& buffer, std::span<const uint8_t> owned) {
  for (KeyGroupOutput& out : buffer.groups) {
    for (PendingAct& pending : out.acts) {
      if (owned[pending.video_key_group] == 0) continue;
      store::FactRow& fact = out.facts[pending.row];
      const uint32_t video = pending.act.video.value();
      if (!pending.history) {
        auto& trace = traces_[video];
        if (!trace) trace = std::make_unique<detect::VideoTrace>();
        fact.verdict |= video_detector_.inspect(*trace, videos_.id(pending.act.video), pending.user, pending.act.type,
                                                pending.act.at, pending.text_hash, fact.event_id,
                                                buffer.video_groups[pending.video_key_group].signals);
        if (trace->active && trace_dirty_[video] == 0) {
          trace_dirty_[video] = 1;
          dirty_traces_[pending.video_key_group].push_back(video);
        }
      }
      if (fact.verdict != 0) {
        fact.flags |= store::kSuspicious;
        continue;
      }
      pending.act.recent = std::span(out.recent).subspan(pending.recent_begin, pending.recent_count);
      videos_.count(pending.act);
    }
  }
}

void Core::link(EpochBuffer& buffer, std::span<const uint8_t> owned) {
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& pending : out.acts) {
      if (pending.recent_count != 0 && out.facts[pending.row].verdict == 0) videos_.link(pending.act, owned);
    }
  }
}

void Core::learn(EpochBuffer& buffer) {
  examples_.clear();
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingExample& pending : out.examples) {
      if (out.facts[pending.row].verdict == 0) examples_.push_back(pending.example);
    }
  }
  ranker_.learn(examples_);
}

}  // namespace potik::pipeline
