// The judge of some key groups of videos: acts of an epoch from every copy of the viewers to one
// bundle for all of them.

#include <algorithm>
#include <bitset>
#include <map>
#include <vector>

#include "host/bundle.h"
#include "host/frame_io.h"
#include "host/saved_state.h"
#include "host/settings.h"
#include "pipeline/exchange.h"
#include "pipeline/video_judge.h"

namespace potik::host {
namespace {

class Judge final : public Part {
 public:
  explicit Judge(const Settings& settings)
      : settings_(settings),
        owned_(settings.owned()),
        judge_({.detector = settings.core.video_detector,
                .quarantine = settings.core.quarantine,
                .cowatch_inputs = settings.core.cowatch_inputs}) {}

  Done push(std::string_view frame) override;
  Done advance(int64_t slice) override;
  [[nodiscard]] int64_t slice() const override { return slice_; }
  Done save(uint16_t key_group, std::string& out) override;
  Done restore(uint16_t key_group, std::string_view bytes) override;
  Done start() override;
  Done settle(JsonWriter&) override {
    if (!pending_.empty()) return misuse("an epoch is under way: a judge is saved between epochs");
    slice_ = -1;
    return Ok{};
  }
  void write_metrics(JsonWriter& out) const override {
    out.field("epochs_total", epochs_);
    out.field("acts_total", acts_);
    out.field("memory_bytes", judge_.memory_bytes());
  }

 private:
  struct Frame {
    uint16_t key_group = 0;
    SenderHead sender;
    std::string bytes;  // exchange.h's
  };
  struct Slice {
    std::vector<Frame> acts, viewers;
  };
  [[nodiscard]] Done check_whole(int64_t slice, const Slice& input) const;
  [[nodiscard]] Done judge(int64_t slice, Slice& input);
  void put_judged(int64_t slice, const Slice& input, const SenderHead& head);

  const Settings settings_;
  const pipeline::KeyGroupSet owned_;
  pipeline::VideoJudge judge_;
  pipeline::EpochBuffer buffer_;
  pipeline::MetByGroup met_;
  std::map<int64_t, Slice> pending_;
  int64_t slice_ = -1;
  Epoch epoch_{};
  uint32_t videos_ = 0;
  state::MemorySnapshotStore saved_;
  Restored restored_;
  uint64_t epochs_ = 0;
  uint64_t acts_ = 0;
};

Done Judge::push(std::string_view frame) {
  ByteReader in(frame);
  const auto head = take_head(in);
  Frame kept;
  if (!head || (head->kind != FrameKind::acts && head->kind != FrameKind::viewers) ||
      !read_sender(in, kept.sender))
    return damaged("a judge takes frames of acts and of viewers only; these bytes are none");
  if (!settings_.owns(head->key_group))
    return misuse("a frame of key group " + std::to_string(head->key_group) +
                  " has come to a judge who does not own it");
  if (slice_ == kLogEnded) return at_the_end();
  if (head->slice <= slice_)
    return damaged("a frame of slice " + std::to_string(head->slice) +
                   " has come after its slice was over");
  kept.key_group = head->key_group;
  kept.bytes = in.raw(in.left());
  const auto told = pipeline::head_of(kept.bytes);
  if (!told || told->key_group != kept.key_group)
    return damaged("a frame is of another key group than its head says");
  Slice& slice = pending_[head->slice];
  (head->kind == FrameKind::acts ? slice.acts : slice.viewers).push_back(std::move(kept));
  return Ok{};
}

Done Judge::advance(int64_t slice) {
  if (slice < slice_) return misuse("the slices of a judge only grow");
  while (!pending_.empty() && pending_.begin()->first <= slice) {
    auto next = pending_.extract(pending_.begin());
    if (auto whole = check_whole(next.key(), next.mapped()); !whole) return whole;
    if (auto judged = judge(next.key(), next.mapped()); !judged) return judged;
    slice_ = next.key();
  }
  slice_ = slice;
  return Ok{};
}

// Each key group of viewers has told once of each key group of videos, and all of one epoch.
Done Judge::check_whole(int64_t slice, const Slice& input) const {
  const std::string which = "slice " + std::to_string(slice);
  std::vector<std::bitset<kKeyGroups>> told(kKeyGroups);
  std::vector<uint32_t> acts(kKeyGroups), viewers(kKeyGroups);
  for (const Frame& frame : input.acts) {
    for (uint16_t group = frame.sender.first; group <= frame.sender.last; ++group)
      told[frame.key_group].set(group), ++acts[frame.key_group];
  }
  for (const Frame& frame : input.viewers) ++viewers[frame.key_group];
  for (uint16_t group = settings_.first; group <= settings_.last; ++group) {
    if (acts[group] != kKeyGroups || !told[group].all() || viewers[group] != 1)
      return damaged(which + " was said to be over, and frames of key group " +
                     std::to_string(group) + " are missing or doubled");
  }
  const SenderHead& first = input.acts.front().sender;
  const auto agrees = [&](const Frame& frame) {
    return frame.sender.epoch == first.epoch && frame.sender.time == first.time &&
           frame.sender.videos == first.videos;
  };
  if (!std::ranges::all_of(input.acts, agrees) || !std::ranges::all_of(input.viewers, agrees))
    return damaged("the copies of the model differ in " + which +
                   ": they did not start from one state");
  return Ok{};
}

Done Judge::judge(int64_t slice, Slice& input) {
  const SenderHead head = input.acts.front().sender;
  for (auto& group : buffer_.groups) group.clear();
  for (auto& group : buffer_.video_groups) group.clear();
  for (auto& met : met_) met.clear();
  buffer_.entry.epoch = head.epoch;
  buffer_.entry.time = head.time;
  std::ranges::sort(input.acts, {}, [](const Frame& frame) {
    return std::pair(frame.key_group, frame.sender.first);
  });
  for (const Frame& frame : input.acts) {
    if (!pipeline::read_acts(frame.bytes, buffer_, met_))
      return damaged("a frame of acts is damaged");
  }
  if (head.videos > settings_.core.videos.videos_max ||
      !pipeline::names_known_videos(buffer_, met_, head.videos))
    return damaged("a frame of acts speaks of a video that nobody knows");
  for (const auto& group : buffer_.groups) acts_ += group.acts.size();
  videos_ = head.videos;
  epoch_ = head.epoch;
  judge_.resize(videos_);
  judge_.judge(buffer_, met_, head.time, owned_);
  put_judged(slice, input, head);
  ++epochs_;
  return Ok{};
}

void Judge::put_judged(int64_t slice, const Slice& input, const SenderHead& head) {
  BundleHead bundle{
      .epoch = head.epoch, .first = settings_.first, .last = settings_.last, .senders = {}};
  for (const Frame& frame : input.acts) {
    if (std::ranges::find(bundle.senders, frame.sender.sender) == bundle.senders.end())
      bundle.senders.push_back(frame.sender.sender);
  }
  std::string content;
  ByteWriter out(content);
  for (const Frame& frame : input.viewers) {
    out.put(frame.key_group);
    out.text(frame.bytes);
  }
  pipeline::KeyGroupSet all{};
  all.fill(1);
  pipeline::ActsByVideo acts;
  acts.fill(buffer_, all);
  std::string judged;
  for (uint16_t group = settings_.first; group <= settings_.last; ++group) {
    judged.clear();
    pipeline::append_judged(judged, buffer_, met_, group, acts.of[group]);
    out.put(group);
    out.text(judged);
  }
  FrameWriter frames(out_);
  put_bundle(frames, slice, bundle, content);
}

Done Judge::save(uint16_t key_group, std::string& out) {
  if (!settings_.owns(key_group))
    return misuse("key group " + std::to_string(key_group) + " is not this judge's");
  if (!pending_.empty()) return misuse("an epoch is under way: a judge is saved between epochs");
  std::vector<state::Change> changes;
  judge_.save_group(key_group, changes);
  if (!saved_.write(epoch_, changes)) return damaged("the state cannot be kept");
  const std::string chunk =  // a store in memory reads without fail
      save_chunk(saved_, KeyGroup(key_group), [](auto, auto) { return true; }).value();
  append_state(out, JudgeState{.slice = slice_, .videos = videos_, .chunk = chunk});
  return Ok{};
}

Done Judge::restore(uint16_t key_group, std::string_view bytes) {
  if (!settings_.owns(key_group))
    return misuse("key group " + std::to_string(key_group) + " is not this judge's");
  const auto state = read_judge_state(bytes);
  if (!state || state->videos > settings_.core.videos.videos_max)
    return damaged("the saved state of a judge is damaged");
  const bool first = restored_.none();
  if (!restored_.add(key_group)) return in_part();
  slice_ = std::max(slice_, state->slice);
  videos_ = std::max(videos_, state->videos);
  return restore_chunk(state->chunk, KeyGroup(key_group), first, saved_);
}

Done Judge::start() {
  if (!restored_.whole(settings_.first, settings_.last)) return in_part();
  epoch_ = saved_.epoch();
  judge_.resize(videos_);
  bool good = true;
  for (uint16_t group = settings_.first; group <= settings_.last; ++group) {
    static_cast<void>(saved_.read(state::Section::detectors, KeyGroup(group),
                                  [&](std::string_view key, std::string_view value) {
                                    good = good && judge_.load(group, key, value);
                                  }));
  }
  if (!good) return damaged("the saved state of a judge cannot be read");
  return Ok{};
}

}  // namespace

std::unique_ptr<Part> make_judge(const Settings& settings) {
  return std::make_unique<Judge>(settings);
}

}  // namespace potik::host
