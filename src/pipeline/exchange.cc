#include "pipeline/exchange.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/stored_numbers.h"
#include "model/taste.h"

namespace potik::pipeline {
namespace {

enum ActBit : uint16_t {
  kPositive = 1,
  kSkip = 2,
  kShow = 4,
  kMeets = 8,
  kWins = 16,
  kHistory = 32,
  kInFull = 64,
  kKept = 128,
  kTeaches = 256,  // an example follows
  kTaken = 512     // back, of an earlier epoch: without a fact and names
};
constexpr uint32_t kMetPositive = 1U << 31U;

void put_head(ByteWriter& out, ExchangeFrame frame, uint16_t key_group) {
  out.put(kExchangeVersion);
  out.put(frame);
  out.put(key_group);
}

std::optional<ExchangeHead> take_head(ByteReader& in) {
  const auto version = in.get<uint8_t>();
  ExchangeHead head;
  head.kind = in.get<ExchangeFrame>();
  head.key_group = in.get<uint16_t>();
  if (!in.ok() || version != kExchangeVersion || head.key_group >= kKeyGroups ||
      head.kind < ExchangeFrame::acts || head.kind > ExchangeFrame::judged)
    return std::nullopt;
  return head;
}

// The key group of a frame of this kind.
std::optional<uint16_t> take_head(ByteReader& in, ExchangeFrame frame) {
  const auto head = take_head(in);
  if (!head || head->kind != frame) return std::nullopt;
  return head->key_group;
}

uint16_t bits_of(const PendingAct& pending) {
  const model::Act& act = pending.act;
  unsigned bits = 0;
  if (act.positive) bits |= kPositive;
  if (act.skip) bits |= kSkip;
  if (act.show) bits |= kShow;
  if (act.meets) bits |= kMeets;
  if (act.wins) bits |= kWins;
  if (pending.history) bits |= kHistory;
  if (pending.in_full) bits |= kInFull;
  if (pending.kept) bits |= kKept;
  return static_cast<uint16_t>(bits);
}

void put_met(ByteWriter& out, std::span<const model::Met> met) {
  out.put(static_cast<uint16_t>(met.size()));
  for (const model::Met& each : met)
    out.put(each.video.value() | (each.positive ? kMetPositive : 0U));
}

void put_act(ByteWriter& out, const PendingAct& pending, uint16_t bits,
             std::span<const model::Met> met) {
  out.put(bits);
  out.put(pending.index);
  out.put(pending.act.video.value());
  out.put(pending.act.type);
  out.put(pending.act.segment);
  out.put(pending.act.at.value());
  out.put(pending.user.value());
  put_met(out, met);
}

void put_example(ByteWriter& out, const model::Example& example) {
  out.put(example.known);
  out.put(example.labels);
  out.put(example.corrects);
  for (const uint32_t row : example.rows.row) out.put(row);
  for (const float number : example.rows.number) out.put(number);
}

// An act and what of its fact the judge and the model need.
void put_counted(ByteWriter& out, const KeyGroupOutput& group, const PendingAct& pending,
                 std::span<const model::Met> met) {
  const store::FactRow& fact = group.facts[pending.row];
  const auto example =
      std::ranges::lower_bound(group.examples, pending.row, {}, &PendingExample::row);
  const bool teaches = example != group.examples.end() && example->row == pending.row;
  const auto bits = static_cast<uint16_t>(bits_of(pending) | (teaches ? unsigned{kTeaches} : 0U));
  put_act(out, pending, bits, met);
  out.put(pending.text_hash);
  out.put(pending.promised);
  out.put(fact.verdict);
  out.put(fact.flags);
  out.text(fact.event_id);
  out.text(pending.user_id);
  out.text(pending.video_id);
  if (teaches) put_example(out, example->example);
}

// The handle of a user says the key group.
uint16_t group_of(UserHandle user) { return static_cast<uint16_t>(key_group_index(user)); }

// What the act pairs with goes to `met`, beside what is there.
bool take_act(ByteReader& in, PendingAct& pending, uint16_t& bits, MetByGroup& met) {
  bits = in.get<uint16_t>();
  pending.index = in.get<uint32_t>();
  pending.act.video = VideoHandle(in.get<uint32_t>());
  pending.act.type = in.get<event::EventType>();
  pending.act.segment = in.get<uint16_t>();
  pending.act.at = TimeMs(get_ms(in));
  pending.user = UserHandle(in.get<uint64_t>());
  const auto count = in.get<uint16_t>();
  const uint16_t group = group_of(pending.user);
  // The handle itself, of which `group` is only what fits.
  if (!in.ok() || pending.act.video == kNoVideo || key_group_index(pending.user) >= kKeyGroups ||
      pending.act.segment >= model::kSegmentsMax || count > model::kRingMax ||
      static_cast<size_t>(pending.act.type) >= event::kEventTypes)
    return false;
  pending.act.positive = (bits & kPositive) != 0;
  pending.act.skip = (bits & kSkip) != 0;
  pending.act.show = (bits & kShow) != 0;
  pending.act.meets = (bits & kMeets) != 0;
  pending.act.wins = (bits & kWins) != 0;
  pending.history = (bits & kHistory) != 0;
  pending.in_full = (bits & kInFull) != 0;
  pending.kept = (bits & kKept) != 0;
  pending.recent_begin = static_cast<uint32_t>(met[group].size());
  pending.recent_count = count;
  for (uint16_t i = 0; i < count; ++i) {
    const auto word = in.get<uint32_t>();
    met[group].push_back({VideoHandle(word & ~kMetPositive), (word & kMetPositive) != 0});
  }
  return in.ok();
}

// Its key group of viewers has the act at `place`, with a fact of its own.
bool take_counted(ByteReader& in, PendingAct& pending, store::FactRow& fact) {
  pending.text_hash = in.get<uint32_t>();
  pending.promised = get_finite<float>(in);
  fact.verdict = in.get<uint8_t>();
  fact.flags = in.get<uint16_t>();
  fact.event_id = in.text();
  pending.user_id = in.text();
  pending.video_id = in.text();
  return in.ok();
}

bool take_example(ByteReader& in, model::Example& example) {
  example.known = in.get<uint8_t>();
  example.labels = in.get<uint8_t>();
  example.corrects = in.get<uint8_t>();
  for (uint32_t& row : example.rows.row) {
    row = in.get<uint32_t>();
    if (row >= model::kWeights) in.fail();
  }
  for (float& number : example.rows.number) number = get_finite<float>(in);
  return in.ok();
}

void put_signals(ByteWriter& out, const std::vector<detect::Signal>& signals) {
  out.put(static_cast<uint32_t>(signals.size()));
  for (const detect::Signal& signal : signals) {
    out.put(signal.kind);
    out.text(signal.subject);
    out.put(static_cast<uint8_t>(signal.subject_is_video ? 1 : 0));
    out.put(signal.at.value());
    out.put(signal.observed), out.put(signal.baseline), out.put(signal.threshold);
    out.put(signal.distinct_users);
    out.text(signal.sample);
  }
}

bool take_signals(ByteReader& in, std::vector<detect::Signal>& signals) {
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    detect::Signal signal;
    const auto kind = in.get<uint8_t>();
    if (kind >= detect::kSignalKinds) return false;
    signal.kind = static_cast<detect::SignalKind>(kind);
    signal.subject = in.text();
    signal.subject_is_video = get_bool(in);
    signal.at = TimeMs(get_ms(in));
    signal.observed = get_finite<double>(in);
    signal.baseline = get_finite<double>(in);
    signal.threshold = get_finite<double>(in);
    signal.distinct_users = in.get<uint32_t>();
    signal.sample = in.text();
    signals.push_back(signal);
  }
  return in.ok();
}

void put_acts(ByteWriter& out, const EpochBuffer& buffer, const MetByGroup& met,
              std::span<const ActsByVideo::Ref> refs) {
  out.put(static_cast<uint32_t>(refs.size()));
  for (const ActsByVideo::Ref& ref : refs) {
    const KeyGroupOutput& group = buffer.groups[ref.group];
    if (ref.is_taken) {
      const PendingAct& taken = group.taken[ref.index];
      put_act(out, taken, static_cast<uint16_t>(bits_of(taken) | kTaken), met_of(met, taken));
    } else {
      const PendingAct& pending = group.acts[ref.index];
      put_counted(out, group, pending, met_of(met, pending));
    }
  }
}

// One act of a frame, as it was written.
struct ReadAct {
  PendingAct pending;
  store::FactRow fact;
  model::Example example;
  uint16_t bits = 0;
  [[nodiscard]] bool is(ActBit bit) const { return (bits & bit) != 0; }
};

bool take(ByteReader& in, ReadAct& read, uint16_t video_group, MetByGroup& met) {
  read = ReadAct{};
  if (!take_act(in, read.pending, read.bits, met)) return false;
  read.pending.video_key_group = video_group;
  if (read.is(kTaken)) return true;
  if (!take_counted(in, read.pending, read.fact)) return false;
  return !read.is(kTeaches) || take_example(in, read.example);
}

void put_likes(ByteWriter& out, const std::vector<RecentLike>& likes) {
  out.put(static_cast<uint32_t>(likes.size()));
  for (const RecentLike& like : likes) {
    PendingAct pending;
    pending.act = like.act;
    pending.user = like.user;
    put_act(out, pending, bits_of(pending), like.recent);
    out.text(like.user_id);
  }
}

bool take_likes(ByteReader& in, std::vector<RecentLike>& likes) {
  MetByGroup met;
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    PendingAct pending;
    uint16_t bits = 0;
    if (!take_act(in, pending, bits, met)) return false;
    RecentLike like;
    like.act = pending.act;
    like.user = pending.user;
    const auto recent = met_of(met, pending);
    like.recent.assign(recent.begin(), recent.end());
    like.user_id = in.text();
    likes.push_back(std::move(like));
  }
  return in.ok();
}

// Where an act of another part goes: to its index, for which read_viewers() has made room.
bool place(ReadAct& read, KeyGroupOutput& group) {
  const uint32_t index = read.pending.index;
  std::vector<PendingAct>& acts = read.is(kTaken) ? group.taken : group.acts;
  if (index >= acts.size() || acts[index].act.video != kNoVideo) return false;
  read.pending.row = index;
  acts[index] = read.pending;
  if (read.is(kTaken)) return true;
  group.facts[index] = read.fact;
  if (read.is(kTeaches))
    group.examples.push_back(
        {.example = read.example, .row = index, .video = read.pending.act.video});
  return true;
}

// The act is here already, and the judge's word of it is new.
bool note_verdict(const ReadAct& read, KeyGroupOutput& group) {
  if (read.is(kTaken)) return true;
  if (read.pending.index >= group.acts.size()) return false;
  store::FactRow& fact = group.facts[group.acts[read.pending.index].row];
  fact.verdict = read.fact.verdict;
  fact.flags = read.fact.flags;
  return true;
}

bool take_steps(ByteReader& in, std::vector<VideoStep>& steps) {
  const auto count = in.get<uint32_t>();
  for (uint32_t i = 0; i < count && in.ok(); ++i) {
    const auto kind = in.get<uint8_t>();
    const auto group = in.get<uint16_t>();
    if (kind > static_cast<uint8_t>(VideoStep::Kind::take_back_earlier) || group >= kKeyGroups)
      return false;
    steps.push_back({static_cast<VideoStep::Kind>(kind), group, in.get<uint32_t>()});
  }
  return in.ok();
}

}  // namespace

void ActsByVideo::fill(const EpochBuffer& buffer, std::span<const uint8_t> owned) {
  for (auto& refs : of) refs.clear();
  for (uint16_t group = 0; group < kKeyGroups; ++group) {
    if (owned[group] == 0) continue;
    const KeyGroupOutput& out = buffer.groups[group];
    for (uint32_t i = 0; i < out.taken.size(); ++i)
      of[out.taken[i].video_key_group].push_back({group, i, true});
    for (uint32_t i = 0; i < out.acts.size(); ++i)
      of[out.acts[i].video_key_group].push_back({group, i, false});
  }
}

void append_acts(std::string& out, const EpochBuffer& buffer, const MetByGroup& met,
                 uint16_t video_group, std::span<const ActsByVideo::Ref> acts) {
  ByteWriter writer(out);
  put_head(writer, ExchangeFrame::acts, video_group);
  put_acts(writer, buffer, met, acts);
}

bool read_acts(std::string_view bytes, EpochBuffer& buffer, MetByGroup& met) {
  ByteReader in(bytes);
  const auto video_group = take_head(in, ExchangeFrame::acts);
  if (!video_group) return false;
  const auto count = in.get<uint32_t>();
  ReadAct read;
  for (uint32_t i = 0; i < count; ++i) {
    if (!take(in, read, *video_group, met)) return false;
    KeyGroupOutput& group = buffer.groups[group_of(read.pending.user)];
    if (read.is(kTaken)) {
      group.taken.push_back(read.pending);
      continue;
    }
    read.pending.row = static_cast<uint32_t>(group.facts.size());
    if (read.is(kTeaches))
      group.examples.push_back(
          {.example = read.example, .row = read.pending.row, .video = read.pending.act.video});
    group.acts.push_back(read.pending);
    group.facts.push_back(read.fact);
  }
  return in.done();
}

void append_viewers(std::string& out, const EpochBuffer& buffer, uint16_t group) {
  const KeyGroupOutput& from = buffer.groups[group];
  ByteWriter writer(out);
  put_head(writer, ExchangeFrame::viewers, group);
  writer.put(static_cast<uint32_t>(from.acts.size()));
  writer.put(static_cast<uint32_t>(from.taken.size()));
  writer.put(from.newest_at.value());
  writer.put(static_cast<uint32_t>(from.forgotten.size()));
  for (const UserHandle user : from.forgotten) writer.put(user.value());
  put_signals(writer, from.signals);
}

bool read_viewers(std::string_view bytes, EpochBuffer& buffer) {
  ByteReader in(bytes);
  const auto group = take_head(in, ExchangeFrame::viewers);
  const auto acts = in.get<uint32_t>();
  const auto taken = in.get<uint32_t>();
  if (!group || acts > kExchangeActsMax || taken > kExchangeActsMax) return false;
  KeyGroupOutput& to = buffer.groups[*group];
  to.acts.resize(acts);
  to.facts.resize(acts);
  to.taken.resize(taken);
  to.newest_at = TimeMs(get_ms(in));
  const auto forgotten = in.get<uint32_t>();
  for (uint32_t i = 0; i < forgotten && in.ok(); ++i)
    to.forgotten.push_back(UserHandle(in.get<uint64_t>()));
  return take_signals(in, to.signals) && in.done();
}

void append_judged(std::string& out, const EpochBuffer& buffer, const MetByGroup& met,
                   uint16_t video_group, std::span<const ActsByVideo::Ref> acts) {
  const VideoGroupOutput& judged = buffer.video_groups[video_group];
  ByteWriter writer(out);
  put_head(writer, ExchangeFrame::judged, video_group);
  put_acts(writer, buffer, met, acts);
  writer.put(static_cast<uint32_t>(judged.steps.size()));
  for (const VideoStep& step : judged.steps) {
    const bool here = step.kind != VideoStep::Kind::take_back_earlier;
    writer.put(step.kind);
    writer.put(step.group);
    writer.put(here ? buffer.groups[step.group].acts[step.index].index : step.index);
  }
  put_signals(writer, judged.signals);
  put_likes(writer, judged.taken);
}

bool read_judged(std::string_view bytes, EpochBuffer& buffer, MetByGroup& met,
                 std::span<const uint8_t> here) {
  ByteReader in(bytes);
  const auto video_group = take_head(in, ExchangeFrame::judged);
  if (!video_group) return false;
  const auto count = in.get<uint32_t>();
  ReadAct read;
  for (uint32_t i = 0; i < count; ++i) {
    if (!take(in, read, *video_group, met)) return false;
    const uint16_t group = group_of(read.pending.user);
    KeyGroupOutput& to = buffer.groups[group];
    if (here[group] == 0) {
      if (!place(read, to)) return false;
      continue;
    }
    met[group].resize(read.pending.recent_begin);  // which is here
    if (!note_verdict(read, to)) return false;
  }
  VideoGroupOutput& judged = buffer.video_groups[*video_group];
  return take_steps(in, judged.steps) && take_signals(in, judged.signals) &&
         take_likes(in, judged.taken) && in.done();
}

std::optional<ExchangeHead> head_of(std::string_view bytes) {
  ByteReader in(bytes);
  return take_head(in);
}

bool names_known_videos(const EpochBuffer& buffer, const MetByGroup& met, uint32_t videos) {
  const auto is_known = [&](VideoHandle video) { return video.value() <= videos; };
  const auto are_acts = [&](const std::vector<PendingAct>& acts) {
    return std::ranges::all_of(acts,
                               [&](const PendingAct& act) { return is_known(act.act.video); });
  };
  const auto are_met = [&](const std::vector<model::Met>& some) {
    return std::ranges::all_of(some, [&](const model::Met& each) {
      return each.video != kNoVideo && is_known(each.video);
    });
  };
  return std::ranges::all_of(met, are_met) &&
         std::ranges::all_of(
             buffer.groups,
             [&](const auto& group) { return are_acts(group.acts) && are_acts(group.taken); }) &&
         std::ranges::all_of(buffer.video_groups, [&](const VideoGroupOutput& group) {
           return std::ranges::all_of(group.taken, [&](const RecentLike& like) {
             return is_known(like.act.video) && are_met(like.recent);
           });
         });
}

bool complete(EpochBuffer& buffer) {
  for (KeyGroupOutput& group : buffer.groups) {
    const auto is_missing = [](const PendingAct& act) { return act.act.video == kNoVideo; };
    if (std::ranges::any_of(group.acts, is_missing) || std::ranges::any_of(group.taken, is_missing))
      return false;
    std::ranges::sort(group.examples, {}, &PendingExample::row);
  }
  const auto holds = [&](const VideoGroupOutput& out) {
    return std::ranges::all_of(out.steps, [&](const VideoStep& step) {
      const bool earlier = step.kind == VideoStep::Kind::take_back_earlier;
      return step.index < (earlier ? out.taken.size() : buffer.groups[step.group].acts.size());
    });
  };
  return std::ranges::all_of(buffer.video_groups, holds);
}

}  // namespace potik::pipeline
