#include "pipeline/video_judge.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/big_endian.h"
#include "base/bytes.h"
#include "detect/verdict.h"

namespace potik::pipeline {
namespace {

constexpr std::string_view kTracePrefix = "video/";
constexpr std::string_view kLikesKey = "likes";

std::string trace_key(uint32_t video) {
  std::string key(kTracePrefix);
  append_big_endian(key, video);
  return key;
}

}  // namespace

// A viewer's handle begins with its key group (docs/adr/0007-handles.md).
std::span<const model::Met> met_of(const MetByGroup& met, const PendingAct& act) {
  const auto group = key_group_index(act.user);
  return std::span(met[group]).subspan(act.recent_begin, act.recent_count);
}

VideoJudge::VideoJudge(const VideoJudgeOptions& options)
    : options_(options), detector_(options.detector), traces_(1), trace_dirty_(1) {}

void VideoJudge::resize(uint32_t videos) {
  traces_.resize(videos + 1U);
  trace_dirty_.resize(videos + 1U);
}

// The acts of one video come from many key groups of viewers.
void VideoJudge::judge(EpochBuffer& buffer, const MetByGroup& met, TimeMs time,
                       std::span<const uint8_t> owned) {
  struct Ref {
    int64_t at_ms;
    uint16_t group;
    uint32_t act;
  };
  for (const KeyGroupOutput& out : buffer.groups) {
    for (const PendingAct& taken : out.taken) {
      if (owned[taken.video_key_group] != 0 && taken.act.type == event::EventType::video_liked)
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
  for (const Ref& ref : refs) judge_act(buffer, met, time, ref.group, ref.act);
}

void VideoJudge::judge_act(EpochBuffer& buffer, const MetByGroup& met, TimeMs time, uint16_t group,
                           uint32_t index) {
  KeyGroupOutput& out = buffer.groups[group];
  const PendingAct& pending = out.acts[index];
  store::FactRow& fact = out.facts[pending.row];
  if (!pending.history) inspect(buffer, pending, time, fact);
  if (!counts(fact, options_.quarantine)) {
    fact.flags |= store::kSuspicious;
    if ((fact.verdict & store::kLikeBurst) != 0) take_burst(buffer, pending, time);
    return;
  }
  buffer.video_groups[pending.video_key_group].steps.push_back(
      {VideoStep::Kind::count, group, index});
  if (!pending.history) remember_like(pending, met, buffer.entry.epoch, index);
}

void VideoJudge::inspect(EpochBuffer& buffer, const PendingAct& pending, TimeMs time,
                         store::FactRow& fact) {
  const uint32_t video = pending.act.video.value();
  auto& trace = traces_[video];
  if (!trace) trace = std::make_unique<detect::VideoTrace>();
  // A clock that is ahead must not make the likes of everybody else look late.
  const TimeMs at = std::min(pending.act.at, time);
  fact.verdict |= detector_.inspect(*trace, pending.video_id, pending.user, pending.act.type, at,
                                    pending.text_hash, fact.event_id, fact.verdict,
                                    buffer.video_groups[pending.video_key_group].signals);
  if (trace->active && trace_dirty_[video] == 0) {
    trace_dirty_[video] = 1;
    dirty_traces_[pending.video_key_group].push_back(video);
  }
}

// Each like is kept until a burst that it belongs to would have been found.
void VideoJudge::remember_like(const PendingAct& pending, const MetByGroup& met, Epoch epoch,
                               uint32_t index) {
  RecentLikes& likes = likes_[pending.video_key_group];
  if (pending.act.type == event::EventType::video_unliked)
    likes.erase(pending.user, pending.act.video);
  if (pending.act.type != event::EventType::video_liked) return;
  std::span<const model::Met> recent = met_of(met, pending);
  recent = recent.first(std::min(recent.size(), options_.cowatch_inputs));
  RecentLike& like = likes.add();
  like.user_id = pending.user_id;
  like.user = pending.user;
  like.epoch = epoch;
  like.index = index;
  like.act = pending.act;
  like.act.recent = {};
  like.recent.assign(recent.begin(), recent.end());
}

// The likes ahead of the one by which the burst was found. Those of this epoch are held back as
// that one is; of earlier ones what they paired with is left to be unlinked.
void VideoJudge::take_burst(EpochBuffer& buffer, const PendingAct& last, TimeMs time) {
  VideoGroupOutput& out = buffer.video_groups[last.video_key_group];
  const TimeMs since = plus_ms(std::min(last.act.at, time), -options_.detector.burst_window_ms);
  likes_[last.video_key_group].take(last.act.video, since, [&](const RecentLike& like) {
    const auto group = static_cast<uint16_t>(key_group_index(like.user));
    if (like.epoch != buffer.entry.epoch) {
      const auto place = static_cast<uint32_t>(out.taken.size());
      out.steps.push_back({VideoStep::Kind::take_back_earlier, group, place});
      out.taken.push_back(like);
      return;
    }
    out.steps.push_back({VideoStep::Kind::take_back, group, like.index});
    KeyGroupOutput& owner = buffer.groups[group];
    store::FactRow& fact = owner.facts[owner.acts[like.index].row];
    fact.verdict |= store::kLikeBurst;
    fact.flags |= store::kSuspicious;
  });
}

void VideoJudge::save_group(uint16_t group, std::vector<state::Change>& out) {
  std::string saved;
  for (const uint32_t video : dirty_traces_[group]) {
    trace_dirty_[video] = 0;
    saved.clear();
    ByteWriter writer(saved);
    traces_[video]->save(writer);
    out.push_back({state::Section::detectors, KeyGroup(group), trace_key(video), saved});
  }
  dirty_traces_[group].clear();
  RecentLikes& likes = likes_[group];
  if (!std::exchange(likes.dirty, false)) return;
  std::string value;
  ByteWriter writer(value);
  likes.save(writer);
  out.push_back(
      {state::Section::detectors, KeyGroup(group), std::string(kLikesKey), std::move(value)});
}

bool VideoJudge::load(uint16_t group, std::string_view key, std::string_view value) {
  if (key != kLikesKey) return load_trace(key, value);
  ByteReader in(value);
  return likes_[group].load(in, static_cast<uint32_t>(traces_.size() - 1)) && in.done();
}

bool VideoJudge::load_trace(std::string_view key, std::string_view value) {
  if (!key.starts_with(kTracePrefix)) return false;
  if (key.size() != kTracePrefix.size() + sizeof(uint32_t)) return false;
  const uint32_t video = big_endian<uint32_t>(key.substr(kTracePrefix.size()));
  if (video == 0 || video >= traces_.size()) return false;
  ByteReader in(value);
  traces_[video] = std::make_unique<detect::VideoTrace>();
  return traces_[video]->load(in) && in.done();
}

size_t VideoJudge::memory_bytes() const {
  size_t sum = 0;
  for (const RecentLikes& likes : likes_) sum += likes.memory_bytes();
  for (const auto& trace : traces_) sum += trace ? trace->memory_bytes() : 0;
  return sum;
}

}  // namespace potik::pipeline
