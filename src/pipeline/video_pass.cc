// The video pass, keyed by video: abuse of a video, counters, neighbours; then the ranker's
// learning step. Its result is the model version that the next epoch's viewer pass reads.

#include <algorithm>
#include <vector>

#include "detect/verdict.h"
#include "pipeline/core.h"

namespace potik::pipeline {

// A viewer's handle begins with its key group (docs/adr/0007-handles.md).
std::span<const model::Met> Core::recent_of(const PendingAct& pending) const {
  const auto group = static_cast<size_t>(pending.user.value() >> 40U);
  return std::span(recent_[group]).subspan(pending.recent_begin, pending.recent_count);
}

// With how many of them a video is linked.
std::span<const model::Met> Core::inputs_of(const PendingAct& pending) const {
  const std::span<const model::Met> recent = recent_of(pending);
  return recent.first(std::min(recent.size(), options_.cowatch_inputs));
}

// Judges one act of a video, then counts it unless it is suspicious.
void Core::judge_and_count(EpochBuffer& buffer, KeyGroupOutput& out, uint32_t index) {
  PendingAct& pending = out.acts[index];
  store::FactRow& fact = out.facts[pending.row];
  const uint32_t video = pending.act.video.value();
  if (!pending.history) {
    auto& trace = traces_[video];
    if (!trace) trace = std::make_unique<detect::VideoTrace>();
    // A clock that is ahead must not make the likes of everybody else look late.
    const TimeMs at = std::min(pending.act.at, time_);
    fact.verdict |=
        video_detector_.inspect(*trace, videos_.id(pending.act.video), pending.user,
                                pending.act.type, at, pending.text_hash, fact.event_id,
                                fact.verdict, buffer.video_groups[pending.video_key_group].signals);
    if (trace->active && trace_dirty_[video] == 0) {
      trace_dirty_[video] = 1;
      dirty_traces_[pending.video_key_group].push_back(video);
    }
  }
  if (!counts(fact)) {
    fact.flags |= store::kSuspicious;
    if ((fact.verdict & store::kLikeBurst) != 0) take_burst(buffer, pending);
    return;
  }
  pending.act.recent = inputs_of(pending);
  videos_.count(pending.act);
  if (!pending.history) remember_like(pending, out.viewers[pending.item]->value, index);
}

// In order of event time, because windows and bursts are about time: the acts of one video come
// from many key groups.
void Core::judge_and_count(EpochBuffer& buffer, std::span<const uint8_t> owned) {
  struct Ref {
    int64_t at_ms;
    uint16_t group;
    uint32_t act;
  };
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& taken : out.taken) {
      if (owned[taken.video_key_group] == 0) continue;
      videos_.take_back(taken.act);
      if (taken.act.type == event::EventType::video_liked)
        likes_[taken.video_key_group].erase(taken.user, taken.act.video);
    }
  }
  std::vector<Ref> refs;
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    const auto& acts = buffer.groups[group].acts;
    for (uint32_t i = 0; i < acts.size(); ++i) {
      if (owned[acts[i].video_key_group] != 0) refs.push_back({acts[i].act.at.value(), group, i});
    }
  }
  std::stable_sort(refs.begin(), refs.end(),
                   [](const Ref& a, const Ref& b) { return a.at_ms < b.at_ms; });
  for (const Ref& ref : refs) {
    KeyGroupOutput& out = buffer.groups[ref.group];
    judge_and_count(buffer, out, ref.act);
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
      const auto recent = recent_of(pending);
      for (auto met = recent.rbegin(); met != recent.rend(); ++met) before_.push_back(met->video);
      factors_.add({pending.user, pending.act.video, before_});
    }
  }
}

// Ahead of learning; the fact's scores are those of the model before this epoch.
void Core::judge(const PendingExample& pending, const store::FactRow& fact) {
  model::Forecasts& forecasts = pending.viewer->value.forecasts;
  const model::Example& example = pending.example;
  if (!model::begins_exposure(example)) {
    quality_.answer(forecasts, pending.video, example.labels);
    return;
  }
  quality_.expose(forecasts, pending.video,
                  {fact.p_long_watch, fact.p_like, fact.p_comment, fact.p_skip}, example.labels,
                  pending.origin);
}

void Core::learn(EpochBuffer& buffer) {
  examples_.clear();
  quality_.advance(time_);
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingExample& pending : out.examples) {
      const store::FactRow& fact = out.facts[pending.row];
      if (!counts(fact)) continue;
      judge(pending, fact);
      examples_.push_back(pending.example);
    }
  }
  ranker_.learn(examples_);
}

}  // namespace potik::pipeline
