// Core's state to and from a snapshot: the changed keys of every section, in key-group order.

#include <algorithm>
#include <utility>

#include "base/big_endian.h"
#include "base/json_writer.h"
#include "base/stored_numbers.h"
#include "pipeline/core.h"

namespace potik::pipeline {
namespace {

std::string key_of(uint32_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

constexpr std::string_view kGroupKey = "group";
constexpr std::string_view kTimesKey = "times";
constexpr std::string_view kTracePrefix = "video/";

// Who meets new videos, and what keeps a list varied.
void put_variety(JsonWriter& out, const CoreOptions& options) {
  out.field("newcomer_impressions", options.introductions.impressions)
      .field("newcomer_within_ms", options.introductions.within_ms)
      .field("newcomers_max", options.introductions.at_once_max)
      .field("newcomer_age_max_ms", options.introductions.age_max_ms)
      .field("newcomer_share_max", options.recommender.newcomer_share_max)
      .field("newcomer_fit", options.recommender.newcomer_fit);
  out.field("per_topic_share_max", options.recommender.per_topic_share_max)
      .field("duplicates_apart", options.recommender.duplicates_apart)
      .field("dislike_videos", options.recommender.dislike_videos);
}

}  // namespace

void Core::save_meta(std::vector<state::Change>& out) {
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    Group& group = groups_[index];
    if (!group.meta_dirty) continue;
    group.meta_dirty = false;
    std::string value;
    ByteWriter writer(value);
    writer.put(group.next_user);
    group.served.save(writer);
    out.push_back(
        {state::Section::meta, KeyGroup(index), std::string(kGroupKey), std::move(value)});
  }
  std::string times;
  ByteWriter writer(times);
  writer.put(epoch_.value());
  writer.put(time_.value());
  writer.put(newest_event_.value());
  writer.put(learnable_);
  out.push_back({state::Section::meta, KeyGroup(0), std::string(kTimesKey), std::move(times)});
}

void Core::collect_changes(std::vector<state::Change>& out) {
  save_meta(out);
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    groups_[index].viewers.take_dirty([&](const Viewer& viewer) {
      std::string value;
      viewer.save(value);
      out.push_back({state::Section::users, KeyGroup(index), viewer.id, std::move(value)});
    });
    for (const uint32_t video : dirty_traces_[index]) {
      trace_dirty_[video] = 0;
      std::string value;
      ByteWriter writer(value);
      traces_[video]->save(writer);
      out.push_back({state::Section::detectors, KeyGroup(index),
                     std::string(kTracePrefix) + key_of(video), std::move(value)});
    }
    dirty_traces_[index].clear();
  }
  videos_.collect_changes(out);
  introductions_.collect_changes(videos_, out);
  for (std::string& key : old_weights_)
    out.push_back({state::Section::ranker, KeyGroup(0), std::move(key), std::nullopt});
  old_weights_.clear();
  for (const uint32_t block : ranker_.take_dirty_blocks()) {
    out.push_back({state::Section::ranker, KeyGroup(0), key_of(block), ranker_.save_block(block)});
  }
  factors_.collect_changes(out);
  alerts_.collect_changes(out);
}

bool Core::load_meta(std::string_view key, std::string_view value) {
  ByteReader in(value);
  if (key == kTimesKey) {
    epoch_ = Epoch(in.get<uint64_t>());
    time_ = TimeMs(get_ms(in));
    newest_event_ = TimeMs(get_ms(in));
    if (in.left() > 0) learnable_ = in.get<uint64_t>();  // not there before 0.2
    return in.done();
  }
  return false;
}

Status<state::SnapshotError> Core::load(const state::SnapshotStore& snapshot) {
  bool good = true;
  const auto read = [&](state::Section section, uint16_t index,
                        auto&& take) -> Status<state::SnapshotError> {
    auto done = snapshot.read(
        section, KeyGroup(index),
        [&](std::string_view key, std::string_view value) { good = good && take(key, value); });
    if (!done) return done;
    if (!good) return Error{state::SnapshotError::corrupt};
    return Ok{};
  };
  // First, for they name the handles that every later section speaks of.
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    auto done = read(state::Section::videos, index, [&](auto key, auto value) {
      if (key.starts_with(model::Introductions::kKeyPrefix)) return introductions_.load(key, value);
      return videos_.load(state::Section::videos, key, value);
    });
    if (!done) return done;
  }
  if (!videos_.finish_load()) return Error{state::SnapshotError::corrupt};
  traces_.resize(videos_.size() + 1U);
  trace_dirty_.resize(videos_.size() + 1U);
  for (uint16_t index = 0; index < kKeyGroups; ++index) {
    auto meta =
        read(state::Section::meta, index, [&](std::string_view key, std::string_view value) {
          if (key != kGroupKey) return load_meta(key, value);
          ByteReader in(value);
          groups_[index].next_user = in.get<uint64_t>();
          return groups_[index].served.load(in) && in.done();
        });
    if (!meta) return meta;
    auto detectors =
        read(state::Section::detectors, index, [&](std::string_view key, std::string_view value) {
          if (key.starts_with(detect::AlertBook::kKeyPrefix)) return alerts_.load(key, value);
          if (!key.starts_with(kTracePrefix)) return false;
          if (key.size() != kTracePrefix.size() + sizeof(uint32_t)) return false;
          const uint32_t video = big_endian<uint32_t>(key.substr(kTracePrefix.size()));
          if (video == 0 || video >= traces_.size()) return false;
          ByteReader in(value);
          traces_[video] = std::make_unique<detect::VideoTrace>();
          return traces_[video]->load(in) && in.done();
        });
    if (!detectors) return detectors;
  }
  // Paced at the time that the meta records tell.
  if (!introductions_.finish_load(videos_, time_)) return Error{state::SnapshotError::corrupt};
  auto learned = read(state::Section::factors, 0,
                      [&](auto key, auto value) { return factors_.load(key, value); });
  if (!learned) return learned;
  if (!factors_.finish_load(videos_.size())) return Error{state::SnapshotError::corrupt};
  return read(state::Section::ranker, 0, [&](std::string_view key, std::string_view value) {
    if (value.size() == model::Ranker::kBlockBytesBefore) {
      old_weights_.emplace_back(key);
      return true;
    }
    return key.size() == sizeof(uint32_t) && ranker_.load_block(big_endian<uint32_t>(key), value);
  });
}

std::string CoreOptions::fingerprint() const {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.field("model", kModelVersion);
  out.field("videos_max", videos.videos_max).field("unlisted_max", videos.unlisted_max);
  out.field("cowatch_half_life_ms", videos.cowatch_half_life_ms);
  out.field("alpha", ranker.alpha)
      .field("beta", ranker.beta)
      .field("l1", ranker.l1)
      .field("l2", ranker.l2);
  out.field("examples_per_epoch_max", ranker.examples_per_epoch_max);
  out.field("seed", recommender.seed).field("candidates_max", recommender.candidates_max);
  out.field("per_author_max", recommender.per_author_max)
      .field("exploration_rate", recommender.exploration_rate);
  out.field("weight_long_watch", recommender.weight_long_watch)
      .field("weight_like", recommender.weight_like);
  out.field("weight_comment", recommender.weight_comment)
      .field("weight_skip", recommender.weight_skip);
  out.field("use_popular", recommender.use_popular).field("use_segment", recommender.use_segment);
  out.field("use_cowatch", recommender.use_cowatch).field("use_author", recommender.use_author);
  out.field("use_fresh", recommender.use_fresh).field("use_topic", recommender.use_topic);
  out.field("use_factors", recommender.use_factors).field("use_peers", recommender.use_peers);
  out.field("weight_value", recommender.weight_value)
      .field("weight_taste", recommender.weight_taste);
  out.field("weight_shown", recommender.weight_shown)
      .field("weight_disliked", recommender.weight_disliked);
  out.field("shown_again", recommender.shown_again).field("search_max", recommender.search_max);
  put_variety(out, *this);
  out.field("neighbours_max", videos.neighbours_max)
      .field("neighbours_total", videos.neighbours_total);
  out.field("factor_batch", factors.batch_pairs).field("factor_viewers_max", factors.viewers_max);
  out.field("factor_viewers_per_video", factors.viewers_per_video)
      .field("factor_pairs_max", factors.pairs_max)
      .field("factor_steps", factors.implicit.steps)
      .field("factor_negatives", factors.negatives);
  out.field("learned_per_second_max", learned_per_second_max);
  out.field("likes_per_second_max", user_detector.likes_per_second_max);
  out.field("like_window_ms", user_detector.like_window_ms)
      .field("same_comment_max", user_detector.same_comment_max);
  out.field("comment_window_ms", user_detector.comment_window_ms);
  out.field("watch_per_wall_max", user_detector.watch_per_wall_max);
  out.field("watch_slack_ms", user_detector.watch_slack_ms)
      .field("watch_late_ms", user_detector.watch_late_ms);
  out.field("watch_per_duration_max", user_detector.watch_per_duration_max);
  out.field("burst_window_ms", video_detector.burst_window_ms)
      .field("burst_likes_min", video_detector.burst_likes_min);
  out.field("burst_factor", video_detector.burst_factor);
  out.field("likes_per_play_max", video_detector.likes_per_play_max);
  out.field("likes_per_user_max", video_detector.likes_per_user_max);
  out.field("same_comment_share_min", video_detector.same_comment_share_min);
  out.field("baseline_half_life_ms", video_detector.baseline_half_life_ms);
  out.field("video_same_comment_max", video_detector.same_comment_max);
  out.field("video_comment_window_ms", video_detector.comment_window_ms);
  out.field("resolve_after_ms", alerts.resolve_after_ms).field("open_max", alerts.open_max);
  out.field("list_length", list_length);
  out.field("cowatch_inputs", cowatch_inputs)
      .field("served_ttl_ms", served_ttl_ms)
      .field("served_max", served_max);
  // Left out where it stands as always, so that folders made before it was there go on.
  if (impression_window_ms != CoreOptions{}.impression_window_ms)
    out.field("impression_window_ms", impression_window_ms);
  if (everyone_lists_max != CoreOptions{}.everyone_lists_max)
    out.field("everyone_lists_max", everyone_lists_max);
  out.end_object();
  return text;
}

}  // namespace potik::pipeline
