#include "pipeline/core_options.h"

#include "base/json_writer.h"

namespace potik::pipeline {
namespace {

void put_learning(const CoreOptions& options, JsonWriter& out) {
  out.field("videos_max", options.videos.videos_max)
      .field("unlisted_max", options.videos.unlisted_max);
  out.field("cowatch_half_life_ms", options.videos.cowatch_half_life_ms);
  out.field("alpha", options.ranker.alpha)
      .field("beta", options.ranker.beta)
      .field("l1", options.ranker.l1)
      .field("l2", options.ranker.l2);
  out.field("examples_per_epoch_max", options.ranker.examples_per_epoch_max);
  out.field("neighbours_max", options.videos.neighbours_max)
      .field("neighbours_total", options.videos.neighbours_total);
  out.field("factor_batch", options.factors.batch_pairs)
      .field("factor_viewers_max", options.factors.viewers_max);
  out.field("factor_viewers_per_video", options.factors.viewers_per_video)
      .field("factor_pairs_max", options.factors.pairs_max)
      .field("factor_steps", options.factors.implicit.steps)
      .field("factor_negatives", options.factors.negatives);
  out.field("search_max", options.factors.search_max);
}

// Who meets new videos, and what keeps a list varied.
void put_variety(const CoreOptions& options, JsonWriter& out) {
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

void put_lists(const model::RecommenderOptions& options, JsonWriter& out) {
  out.field("seed", options.seed).field("candidates_max", options.candidates_max);
  out.field("per_author_max", options.per_author_max)
      .field("exploration_rate", options.exploration_rate);
  out.field("weight_long_watch", options.weight_long_watch)
      .field("weight_like", options.weight_like);
  out.field("weight_comment", options.weight_comment).field("weight_skip", options.weight_skip);
  out.field("weight_share", options.weight_share)
      .field("weight_follow", options.weight_follow)
      .field("weight_dislike", options.weight_dislike);
  out.field("use_popular", options.use_popular).field("use_segment", options.use_segment);
  out.field("use_cowatch", options.use_cowatch).field("use_author", options.use_author);
  out.field("use_fresh", options.use_fresh).field("use_topic", options.use_topic);
  out.field("use_factors", options.use_factors).field("use_peers", options.use_peers);
  out.field("weight_value", options.weight_value).field("weight_taste", options.weight_taste);
  out.field("weight_shown", options.weight_shown).field("weight_disliked", options.weight_disliked);
  out.field("shown_again", options.shown_again);
}

void put_detectors(const CoreOptions& options, JsonWriter& out) {
  out.field("likes_per_second_max", options.user_detector.likes_per_second_max);
  out.field("like_window_ms", options.user_detector.like_window_ms)
      .field("same_comment_max", options.user_detector.same_comment_max);
  out.field("comment_window_ms", options.user_detector.comment_window_ms);
  out.field("watch_per_wall_max", options.user_detector.watch_per_wall_max);
  out.field("watch_slack_ms", options.user_detector.watch_slack_ms)
      .field("watch_late_ms", options.user_detector.watch_late_ms);
  out.field("watch_per_duration_max", options.user_detector.watch_per_duration_max);
  out.field("burst_window_ms", options.video_detector.burst_window_ms)
      .field("burst_likes_min", options.video_detector.burst_likes_min);
  out.field("burst_factor", options.video_detector.burst_factor);
  out.field("likes_per_play_max", options.video_detector.likes_per_play_max);
  out.field("likes_per_user_max", options.video_detector.likes_per_user_max);
  out.field("same_comment_share_min", options.video_detector.same_comment_share_min);
  out.field("baseline_half_life_ms", options.video_detector.baseline_half_life_ms);
  out.field("video_same_comment_max", options.video_detector.same_comment_max);
  out.field("video_comment_window_ms", options.video_detector.comment_window_ms);
  out.field("resolve_after_ms", options.alerts.resolve_after_ms)
      .field("open_max", options.alerts.open_max);
}

}  // namespace

std::string CoreOptions::fingerprint() const {
  std::string text;
  JsonWriter out(text);
  out.begin_object();
  out.field("model", kModelVersion);
  put_learning(*this, out);
  put_lists(recommender, out);
  put_variety(*this, out);
  put_detectors(*this, out);
  out.field("learned_per_second_max", learned_per_second_max);
  out.field("quarantine", quarantine).field("quarantine_ms", quarantine_ms);
  out.field("unlearn_window_ms", unlearn_window_ms);
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
