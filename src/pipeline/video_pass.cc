// The model's part of the video pass: counters and neighbours of what the judge lets count
// (video_judge.h); then the ranker's learning step. Its result is the model version that the next
// epoch's viewer pass reads.

#include <algorithm>
#include <vector>

#include "pipeline/core.h"

namespace potik::pipeline {

// With how many of them a video is linked.
std::span<const model::Met> Core::inputs_of(const PendingAct& pending) const {
  const std::span<const model::Met> recent = met_of(recent_, pending);
  return recent.first(std::min(recent.size(), options_.cowatch_inputs));
}

// What was taken back by quarantine goes first; then as the judge says, which sees each video's
// acts in order of event time.
void Core::count_acts(EpochBuffer& buffer, std::span<const uint8_t> owned) {
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& taken : out.taken) {
      if (owned[taken.video_key_group] != 0) videos_.take_back(taken.act);
    }
  }
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    if (owned[group] == 0) continue;
    const VideoGroupOutput& out = buffer.video_groups[group];
    for (const VideoStep& step : out.steps) {
      if (step.kind == VideoStep::Kind::take_back_earlier) {
        videos_.take_back(out.taken[step.index].act);
        continue;
      }
      PendingAct& pending = buffer.groups[step.group].acts[step.index];
      if (step.kind == VideoStep::Kind::take_back) {
        videos_.take_back(pending.act);
      } else {
        pending.act.recent = inputs_of(pending);
        videos_.count(pending.act);
      }
    }
  }
}

void Core::link(EpochBuffer& buffer, std::span<const uint8_t> owned) {
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& taken : out.taken) {
      model::Act act = taken.act;
      act.recent = inputs_of(taken);
      videos_.unlink(act, owned);
    }
  }
  for (const VideoGroupOutput& out : buffer.video_groups) {
    for (const RecentLike& taken : out.taken) {
      model::Act act = taken.act;
      act.recent = taken.recent;
      videos_.unlink(act, owned);
    }
  }
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& pending : out.acts) {
      if (pending.recent_count != 0 && counts(out.facts[pending.row]))
        videos_.link(pending.act, owned);
    }
  }
}

// In key-group order, because a sum of fractions depends on it.
void Core::count_introduced(const EpochBuffer& buffer) {
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& taken : out.taken) introductions_.take_back(taken.act);
  }
  for (const VideoGroupOutput& out : buffer.video_groups) {
    for (const RecentLike& taken : out.taken) introductions_.take_back(taken.act);
  }
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& pending : out.acts) {
      if (counts(out.facts[pending.row])) introductions_.count(pending.act, pending.promised);
    }
  }
}

void Core::learn_factors(EpochBuffer& buffer) {
  if (!options_.recommender.use_factors) return;
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const UserHandle user : out.forgotten) factors_.forget(user);
  }
  for (const VideoGroupOutput& out : buffer.video_groups) {
    for (const RecentLike& taken : out.taken) {
      if (taken.act.meets) factors_.forget(taken.user);
    }
  }
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& pending : out.acts) {
      if (!pending.act.meets || !pending.in_full || !counts(out.facts[pending.row])) continue;
      before_.clear();
      const auto recent = met_of(recent_, pending);
      for (auto met = recent.rbegin(); met != recent.rend(); ++met) before_.push_back(met->video);
      factors_.add({pending.user, pending.act.video, before_});
    }
  }
}

// Ahead of learning; the fact's scores are those of the model before this epoch.
void Core::judge(const PendingExample& pending, const store::FactRow& fact) {
  Viewer& viewer = pending.viewer->value;
  model::Forecasts& forecasts = viewer.forecasts;
  model::LiveQuality& quality = groups_[key_group_index(viewer.handle)].quality;
  const model::Example& example = pending.example;
  if (!model::begins_exposure(example)) {
    quality.answer(forecasts, pending.video, example.labels);
    return;
  }
  quality.expose(forecasts, pending.video,
                 {fact.p_long_watch, fact.p_like, fact.p_comment, fact.p_skip}, example.labels,
                 pending.origin);
}

void Core::learn(EpochBuffer& buffer) {
  examples_.clear();
  for (Group& group : groups_) group.quality.advance(time_);
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingExample& pending : out.examples) {
      const store::FactRow& fact = out.facts[pending.row];
      if (!counts(fact)) continue;
      if (pending.viewer != nullptr) judge(pending, fact);
      examples_.push_back(pending.example);
    }
  }
  ranker_.learn(examples_);
}

}  // namespace potik::pipeline
