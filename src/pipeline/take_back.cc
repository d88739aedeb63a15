// What a viewer who turns out to be an attacker has added to the model before is taken out again:
// here, in the viewer pass, it is found; the video pass does it.

#include <algorithm>
#include <limits>

#include "model/acts.h"
#include "pipeline/core.h"

namespace potik::pipeline {
namespace {

// What speaks against the viewer, and not against one act of theirs or against a video.
constexpr unsigned kOfTheViewer =
    static_cast<unsigned>(store::kLikeRate) | store::kCommentFlood | store::kImpossibleWatch;
// What the video pass finds.
constexpr unsigned kOfTheVideo = static_cast<unsigned>(store::kLikeBurst) | store::kCommentFlood;

uint8_t marks_of(const PendingAct& pending, uint8_t before) {
  const model::Act& act = pending.act;
  const bool dislikes = act.type == event::EventType::video_disliked &&
                        (before & static_cast<unsigned>(model::kDisliked)) == 0;
  unsigned marks = 0;
  if (act.positive) marks |= model::kCountedPositive;
  if (act.skip) marks |= model::kCountedSkip;
  if (act.show) marks |= model::kCountedShow;
  if (act.meets) marks |= model::kCountedMeets;
  if (act.wins) marks |= model::kCountedWins;
  if (dislikes) marks |= model::kCountedDislikes;
  if (pending.in_full) marks |= model::kCountedInFull;
  return static_cast<uint8_t>(marks);
}

// The viewer's acts in this epoch that count so far, newest first: the video pass has not seen them
// yet.
std::vector<PendingAct*> acts_of(KeyGroupOutput& out, UserHandle user) {
  std::vector<PendingAct*> acts;
  for (auto pending = out.acts.rbegin(); pending != out.acts.rend(); ++pending) {
    if (pending->user == user && pending->kept) acts.push_back(&*pending);
  }
  return acts;
}

}  // namespace

// A history is no one's attack, and its acts cannot be told apart by time.
void Core::remember_counted(Viewer& viewer, PendingAct& pending, uint8_t before, uint8_t depth) {
  if (pending.history) return viewer.counted.clear();
  pending.kept = true;
  viewer.counted.add({.video = pending.act.video,
                      .type = pending.act.type,
                      .marks = marks_of(pending, before),
                      .segment = static_cast<uint8_t>(pending.act.segment),
                      .depth = depth,
                      .at = pending.act.at},
                     options_.unlearn_window_ms);
}

// A finding against the viewer, and not against a broken report, holds for what they did before,
// and for a while for what they do. What comes much too late is of another time.
void Core::quarantine(KeyGroupOutput& out, Viewer& viewer, TimeMs at, bool broken,
                      store::FactRow& fact) {
  if (!options_.quarantine) return;
  TimeMs& until = viewer.quarantined_until;
  const bool found = !broken && (fact.verdict & kOfTheViewer) != 0;
  if (found) until = std::max(until, plus_ms(at, options_.quarantine_ms));
  const int64_t ahead = ms_between(at, until);
  const bool held = ahead > 0 && ahead <= options_.quarantine_ms + options_.unlearn_window_ms;
  if (!found && !held) return;
  if (fact.verdict == 0) fact.verdict = store::kQuarantined;
  take_back(out, viewer, plus_ms(at, -options_.unlearn_window_ms), kTakenMax);
}

// Acts of this epoch are held back; what earlier ones counted is handed to the video pass.
void Core::take_back(KeyGroupOutput& out, Viewer& viewer, TimeMs since, size_t most) {
  const size_t count = viewer.counted.since(since);
  if (count == 0 || out.taken.size() + count > most) return;
  const std::vector<PendingAct*> now = acts_of(out, viewer.handle);
  size_t held = 0;
  const size_t taken_before = out.taken.size();
  bool met = false;
  std::vector<model::Met>& recent = recent_[key_group_index(viewer.handle)];
  viewer.counted.take_back(viewer.taste, since, [&](const auto& counted, const auto& ring) {
    if (held < now.size()) {
      PendingAct& pending = *now[held++];
      pending.kept = false;
      out.facts[pending.row].verdict |= store::kQuarantined;
      return;
    }
    PendingAct taken;
    taken.act = model::act_of(counted);
    taken.index = static_cast<uint32_t>(out.taken.size());
    taken.user = viewer.handle;
    taken.video_key_group = videos_.at(counted.video).key_group.value();
    if (taken.act.meets || taken.act.wins) {
      const bool in_full = (counted.marks & model::kCountedInFull) != 0;
      const size_t inputs = in_full ? options_.cowatch_inputs : kFewInputs;
      taken.recent_begin = static_cast<uint32_t>(recent.size());
      taken.recent_count = model::append_recent(ring, counted.video, inputs, recent);
    }
    met = met || taken.act.meets;
    out.taken.push_back(taken);
  });
  if (met) out.forgotten.push_back(viewer.handle);
  viewer.taken_back += static_cast<uint32_t>(held + out.taken.size() - taken_before);
}

// As asked for by a person. The quarantine begins when it was asked for; what it holds back is
// judged as that of a viewer whom a detector found.
void Core::process_unlearning(EpochBuffer& buffer, uint16_t group, size_t item) {
  KeyGroupOutput& out = buffer.groups[group];
  const RowRef ref = out.items[item];
  const PartitionInput& partition = buffer.partitions[ref.partition];
  const event::Unlearning& asked = partition.unlearnings[partition.columns.detail[ref.row]];
  Viewer& viewer = out.viewers[item]->value;
  // A clock that was ahead must not hide what came before.
  const TimeMs newest = std::min(viewer.newest_at, time_);
  const TimeMs now = std::max(newest, partition.columns.appended_at[ref.row]);
  if (asked.quarantine)
    viewer.quarantined_until =
        std::max(viewer.quarantined_until, plus_ms(now, options_.quarantine_ms));
  const TimeMs kept = plus_ms(newest, -options_.unlearn_window_ms);
  take_back(out, viewer, std::max(kept, asked.since), std::numeric_limits<size_t>::max());
  groups_[group].viewers.mark_changed(*out.viewers[item], epoch_);
}

// The video pass may have found against acts that the viewers' lists hold as counted.
void Core::hold_back(KeyGroupOutput& out) const {
  if (!options_.quarantine) return;
  for (const PendingAct& pending : out.acts) {
    if (!pending.kept || (out.facts[pending.row].verdict & kOfTheVideo) == 0) continue;
    out.viewers[pending.item]->value.counted.mark_not_counted(pending.act.video, pending.act.type,
                                                              pending.act.at);
  }
}

// So that their own detector takes none of these likes back once more.
Status<state::SnapshotError> Core::tell_likers(const EpochBuffer& buffer,
                                               const state::SnapshotStore* cold,
                                               const KeyGroupSet& owned) {
  for (const VideoGroupOutput& out : buffer.video_groups) {
    for (const RecentLike& like : out.taken) {
      const auto group = static_cast<uint16_t>(key_group_index(like.user));
      if (owned[group] == 0) continue;
      ViewerTable& viewers = groups_[group].viewers;
      ViewerTable::Entry* entry = viewers.find(like.user_id);
      if (entry == nullptr) {
        std::unique_ptr<Viewer> loaded;
        if (const auto found = find_viewer(like.user_id, cold, loaded); !found)
          return Error{found.error()};
        if (loaded == nullptr) continue;
        entry = &viewers.insert(like.user_id, std::move(*loaded));
      }
      entry->value.counted.mark_not_counted(like.act.video, like.act.type, like.act.at);
      ++entry->value.taken_back;
      viewers.mark_changed(*entry, epoch_);
    }
  }
  return Ok{};
}

}  // namespace potik::pipeline
