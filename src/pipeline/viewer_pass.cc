// The viewer pass, keyed by user: duplicates, enrichment, scores, abuse by this user, the viewer's
// own state, and the facts for the video pass. Runs for one key group on one thread; reads the
// model version of the epoch before.

#include <algorithm>

#include "base/failpoint.h"
#include "base/hash.h"
#include "base/prefetch.h"
#include "detect/verdict.h"
#include "enrich/join.h"
#include "model/acts.h"
#include "model/feature_context.h"
#include "model/judge.h"
#include "pipeline/core.h"

namespace potik::pipeline {
namespace {

// Neither folder may include the other; here a source of one becomes a number of the other.
static_assert(store::kListSourceNames == cache::kSourceNames);

enrich::VideoFacts facts_of(const model::VideoStats* video) {
  if (video == nullptr) return {};
  // What is not deleted and has a version has metadata.
  return {video->handle, video->deleted ? 0 : video->version, video->duration_ms};
}

uint16_t flags_of(const enrich::Enrichment& joined, const EventColumns& columns, uint32_t row,
                  const Viewer& viewer) {
  uint16_t flags = 0;
  if (joined.user_unknown) flags |= store::kUserUnknown;
  if (joined.video_unknown) flags |= store::kVideoUnknown;
  if (columns.history[row] != 0) flags |= store::kHistory;
  if (columns.occurred_at[row] < viewer.newest_at) flags |= store::kLate;
  if (columns.video[row] == kNoVideo) flags |= store::kVideoOverLimit;
  return flags;
}

store::FactRow fact_of(const EventColumns& columns, uint32_t row, Partition partition,
                       const Viewer& viewer, const enrich::Enrichment& joined) {
  store::FactRow fact;
  fact.event_id = columns.event_id[row];
  fact.user = viewer.handle;
  fact.video = columns.video[row];
  fact.user_version = joined.user_version;
  fact.video_version = joined.video_version;
  fact.type = columns.type[row];
  fact.flags = flags_of(joined, columns, row, viewer);
  fact.partition = partition;
  fact.offset = columns.offset[row];
  fact.occurred_at = columns.occurred_at[row];
  fact.watch_ms = columns.watch_ms[row];
  fact.position = columns.position[row];
  fact.duration_ms = columns.duration_ms[row];
  fact.user_events = viewer.events;
  return fact;
}

// By viewer and video, so that a late act corrects what its exposure taught; what is thinned more
// is part of what is thinned less.
bool teaches_ranker(UserHandle user, VideoHandle video, uint64_t each) {
  return (mix64(user.value() ^ uint64_t{video.value()} << 32U) & (each - 1)) == 0;
}

store::DetailRow detail_row_of(const store::FactRow& fact, const Detail& detail) {
  return {fact.partition,    fact.offset,       detail.comment_id, detail.text,
          detail.session_id, detail.request_id, detail.device,     detail.extra};
}

// Which key group a planted bug forgets.
bool is_first_at_work(const KeyGroupOutput& out, uint16_t group) {
  if (out.items.empty()) return false;
  static const uint16_t first = group;
  return group == first;
}

// Viewers and videos lie anywhere in memory: those next in turn are on their way while one acts.
constexpr size_t kFetchedAhead = 4;

void remember_last(Viewer& viewer, const EventColumns& columns, uint32_t row, Partition partition) {
  ++viewer.events;
  viewer.newest_at = std::max(viewer.newest_at, columns.occurred_at[row]);
  viewer.last_partition = partition;
  viewer.last_offset = columns.offset[row];
  viewer.last_at = columns.occurred_at[row];
  viewer.last_appended_at = columns.appended_at[row];
}

}  // namespace

void Core::fetch_ahead(const EpochBuffer& buffer, const KeyGroupOutput& out, size_t item) const {
  const size_t soon = item + kFetchedAhead;
  const size_t later = soon + kFetchedAhead;
  if (later < out.viewers.size()) prefetch(out.viewers[later]->value);
  if (soon >= out.viewers.size()) return;
  out.viewers[soon]->value.fetch_lists();
  const RowRef ref = out.items[soon];
  const VideoHandle video = buffer.partitions[ref.partition].columns.video[ref.row];
  if (video != kNoVideo) prefetch(videos_.at(video));
}

void Core::viewer_pass(EpochBuffer& buffer, uint16_t group, size_t worker) {
  KeyGroupOutput& out = buffer.groups[group];
  recent_[group].clear();
  if (failpoint::planted("plant.forget_key_group") && is_first_at_work(out, group)) return;
  for (size_t item = 0; item < out.items.size(); ++item) {
    fetch_ahead(buffer, out, item);
    const RowRef ref = out.items[item];
    const log::RecordKind kind = buffer.partitions[ref.partition].columns.kind[ref.row];
    if (kind == log::RecordKind::event) {
      process_event(buffer, group, item);
    } else if (kind == log::RecordKind::user_unlearn) {
      process_unlearning(buffer, group, item);
    } else {
      process_profile(buffer, group, item);
    }
  }
  refresh_lists(buffer, group, worker);
}

void Core::process_profile(EpochBuffer& buffer, uint16_t group, size_t item) {
  KeyGroupOutput& out = buffer.groups[group];
  const RowRef ref = out.items[item];
  PartitionInput& partition = buffer.partitions[ref.partition];
  Viewer& viewer = out.viewers[item]->value;
  store::UserRow row;
  row.user = viewer.handle;
  row.user_id = viewer.id;
  row.valid_from = partition.columns.appended_at[ref.row];
  if (partition.columns.kind[ref.row] == log::RecordKind::user_put) {
    event::UserProfile& profile = partition.profiles[partition.columns.detail[ref.row]];
    row.segment = profile.segment;
    row.country = profile.country;
    row.language = profile.language;
    row.json = profile.json;
    viewer.profile.put(std::move(profile));
  } else {
    viewer.profile.erase();
    row.deleted = true;
  }
  viewer.segment = videos_.find_segment(viewer.profile.segment);
  row.version = viewer.profile.version;
  out.users.push_back(std::move(row));
  groups_[group].viewers.mark_changed(*out.viewers[item], epoch_);
}

void Core::process_event(EpochBuffer& buffer, uint16_t group, size_t item) {
  KeyGroupOutput& out = buffer.groups[group];
  const RowRef ref = out.items[item];
  const PartitionInput& partition = buffer.partitions[ref.partition];
  const EventColumns& columns = partition.columns;
  const uint32_t row = ref.row;
  Viewer& viewer = out.viewers[item]->value;

  const auto answer = viewer.recent_ids.check(columns.event_hash[row], columns.content_hash[row]);
  if (answer == RecentIds::Answer::duplicate && !failpoint::planted("plant.drop_dedup")) {
    ++out.duplicates;
    return;
  }
  const VideoHandle handle = columns.video[row];
  const model::VideoStats* video = handle == kNoVideo ? nullptr : &videos_.at(handle);
  const TimeMs at = columns.occurred_at[row];
  const enrich::Enrichment joined =
      enrich::join(viewer.profile, facts_of(video), columns.duration_ms[row]);
  store::FactRow fact = fact_of(columns, row, partition.block.partition, viewer, joined);
  // What ran out is over before this act. A clock that is ahead must not end it early.
  model::settle_impressions(viewer.taste, videos_, std::min(at, time_),
                            options_.impression_window_ms);
  const model::ViewerAct act{fact.type,
                             video,
                             fact.watch_ms,
                             joined.duration_ms,
                             at,
                             columns.request_hash[row],
                             columns.surface_hash[row],
                             columns.history[row] != 0};
  model::FeatureRows features{};
  if (video != nullptr) features = score(viewer, act, fact);
  if (columns.history[row] == 0) {
    fact.verdict = user_detector_.inspect(viewer.trace, viewer.id, fact.type, std::min(at, time_),
                                          fact.watch_ms, joined.duration_ms, columns.text_hash[row],
                                          fact.event_id, out.signals);
    const bool broken = user_detector_.is_broken(fact.watch_ms, joined.duration_ms);
    quarantine(out, viewer, std::min(at, time_), broken, fact);
  }
  if (answer == RecentIds::Answer::conflict) {
    fact.verdict |= detect::verdict_bit(detect::SignalKind::conflicting_id);
    if (columns.history[row] == 0) {
      out.signals.push_back({detect::SignalKind::conflicting_id, viewer.id, false,
                             std::min(at, time_), 1, 0, 0, 1, fact.event_id});
    }
  }
  if (video != nullptr) {
    add_act(out, *out.viewers[item], act, columns.text_hash[row], features, fact);
    out.acts.back().item = static_cast<uint32_t>(item);
  }
  remember_last(viewer, columns, row, partition.block.partition);
  // A clock that is ahead must not resolve the alerts of everybody else.
  out.newest_at = std::max(out.newest_at, std::min(at, time_));
  if (columns.detail[row] != kNoDetail)
    out.details.push_back(detail_row_of(fact, partition.details[columns.detail[row]]));
  out.facts.push_back(fact);
  if (buffer.publish) out.fact_items.push_back(static_cast<uint32_t>(item));
  ViewerTable::Entry& entry = *out.viewers[item];
  if (entry.refresh_epoch != epoch_ && columns.history[row] == 0) {
    entry.refresh_epoch = epoch_;
    out.to_refresh.push_back(&entry);
  }
  groups_[group].viewers.mark_changed(entry, epoch_);
}

std::optional<model::Scores> Core::predict(const Viewer* viewer, std::string_view video_id,
                                           TimeMs at, std::string_view surface) const {
  static const model::Taste kNoTaste;
  const VideoHandle video = videos_.find(video_id, hash64(video_id));
  if (video == kNoVideo) return std::nullopt;
  const model::Taste& taste = viewer != nullptr ? viewer->taste : kNoTaste;
  model::Exposure exposure = model::next_exposure(taste, at);
  if (!surface.empty()) exposure.surface = short_hash(surface);
  const uint16_t segment = viewer != nullptr ? viewer->segment : uint16_t{0};
  return ranker_.predict(model::FeatureContext(taste, segment, exposure).rows(videos_.at(video)));
}

// Predicts before anything of the event is learned: what makes the stored scores prequential.
model::FeatureRows Core::score(const Viewer& viewer, const model::ViewerAct& act,
                               store::FactRow& fact) const {
  const model::Exposure exposure =
      model::exposure_of(viewer.taste, act, options_.impression_window_ms);
  const model::FeatureRows features =
      model::FeatureContext(viewer.taste, viewer.segment, exposure).rows(*act.video);
  const model::Scores scores = ranker_.predict(features);
  fact.p_long_watch = scores[model::Head::long_watch];
  fact.p_like = scores[model::Head::like];
  fact.p_comment = scores[model::Head::comment];
  fact.p_skip = scores[model::Head::skip];
  fact.flags |= store::kScored;
  return features;
}

// Hands the event on to the video pass and the learner, and, unless it is suspicious, into the
// viewer's taste.
void Core::add_act(KeyGroupOutput& out, ViewerTable::Entry& entry, const model::ViewerAct& act,
                   uint32_t text_hash, const model::FeatureRows& features, store::FactRow& fact) {
  Viewer& viewer = entry.value;
  const auto index = static_cast<uint32_t>(out.facts.size());
  PendingAct pending;
  pending.index = static_cast<uint32_t>(out.acts.size());
  pending.row = index;
  pending.text_hash = text_hash;
  pending.video_key_group = act.video->key_group.value();
  pending.history = act.history;
  pending.user = viewer.handle;
  pending.user_id = viewer.id;
  const VideoHandle video = act.video->handle;
  pending.video_id = videos_.id(video);
  pending.act.video = video;
  pending.act.type = act.type;
  pending.act.segment = viewer.segment;
  pending.act.at = act.at;
  // Spread over the log evenly, and the same at every replay.
  pending.in_full = static_cast<uint64_t>(fact.offset.value()) % learned_each_ == 0;
  if (counts(fact)) {
    const model::Watched* const met = viewer.taste.find(video);
    const uint8_t before = met == nullptr ? uint8_t{0} : met->flags;
    const uint8_t depth = model::depth_of(viewer.taste, met, act.type);
    pending.act.meets = met == nullptr;
    pending.act.show = act.type == event::EventType::video_shown ||
                       (act.type == event::EventType::video_played &&
                        (before & (model::kShown | model::kPlayed)) == 0);
    const auto judgement = model::apply_act(viewer.taste, act, options_.impression_window_ms);
    pending.act.positive = judgement.positive;
    pending.act.skip = judgement.skip;
    if (pending.act.show && introductions_.is_running(video))
      pending.promised = ranker_.predict(features)[model::Head::positive];
    if (judgement.first_play) fact.flags |= store::kFirstWatch;
    pending.act.wins = judgement.positive && (before & model::kPositive) == 0;
    if (pending.act.meets || pending.act.wins) {
      std::vector<model::Met>& recent = recent_[key_group_index(viewer.handle)];
      pending.recent_begin = static_cast<uint32_t>(recent.size());
      const size_t most = pending.in_full ? model::kFactorRing : kFewInputs;
      pending.recent_count = model::append_recent(viewer.taste.ring, video, most, recent);
    }
    remember_counted(viewer, pending, before, depth);
    if (judgement.known != 0 && teaches_ranker(viewer.handle, video, ranked_each_)) {
      out.examples.push_back({model::example_of(judgement, features), index, &entry, video,
                              viewer.forecasts.origin_of(video)});
    }
  }
  out.acts.push_back(pending);
}

// At most one list a viewer and epoch, after all the viewer's acts of it.
void Core::refresh_lists(EpochBuffer& buffer, uint16_t index, size_t worker) {
  KeyGroupOutput& out = buffer.groups[index];
  Group& group = groups_[index];
  if (group.served.expire(time_, out.no_longer_served)) group.meta_dirty = true;
  size_t others =
      serve_everyone_ ? std::max<size_t>(options_.everyone_lists_max / kKeyGroups, 1) : 0;
  for (ViewerTable::Entry* entry : out.to_refresh) {
    Viewer& viewer = entry->value;
    if (!group.served.is_served(viewer.id, time_)) {
      if (others == 0) continue;
      --others;
    }
    auto list = recommend(viewer.id, &viewer, options_.list_length, scratch_[worker]);
    list->model_version = Epoch(epoch_.value() - 1);  // this epoch's own teaches from the next on
    viewer.forecasts.offer(*list);
    store::ListRow row;
    row.user = viewer.handle;
    row.receipt_partition = viewer.last_partition;
    row.receipt_offset = viewer.last_offset;
    row.videos.reserve(list->videos.size());
    row.scores.reserve(list->videos.size());
    row.sources.reserve(list->videos.size());
    for (const cache::RecommendedVideo& video : list->videos) {
      row.videos.push_back(video.video);
      row.scores.push_back(video.score);
      row.sources.push_back(static_cast<uint8_t>(video.source));
    }
    out.lists.push_back(std::move(row));
    out.fresh_lists.push_back(std::move(list));
    out.fresh_since.push_back(viewer.last_appended_at);
  }
}

}  // namespace potik::pipeline
