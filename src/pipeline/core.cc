#include "pipeline/core.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/hash.h"
#include "base/json_writer.h"

namespace potik::pipeline {
namespace {
// What may be learned in full at once after a quiet time.
constexpr uint64_t kLearnableSeconds = 10;
// Exposures that teach the ranker for each event that is learned in full.
constexpr uint64_t kRankedForLearned = 4;

model::FactorOptions bounded(model::FactorOptions factors, const model::VideoTableOptions& videos) {
  factors.videos_max = videos.videos_max;
  return factors;
}

bool is_change(log::RecordKind kind) {
  return kind == log::RecordKind::user_put || kind == log::RecordKind::user_delete;
}

// Keeps the memory: an epoch's rows are megabytes, and fresh pages cost more than the rows.
void clear_rows(store::RowBlock& rows) {
  rows.facts.clear(), rows.details.clear(), rows.users.clear(), rows.videos.clear();
  rows.dead_letters.clear(), rows.lists.clear(), rows.alerts.clear();
}

constexpr KeyGroupSet kAllKeyGroups = [] {
  KeyGroupSet all{};
  all.fill(1);
  return all;
}();

// Whose list it is. An unknown viewer's draws are keyed by the id's hash, since there is no handle
// yet.
struct Asker {
  const model::Taste& taste;
  UserHandle key{};
  uint16_t segment = 0;
};
Asker asker_of(std::string_view user_id, const Viewer* viewer) {
  static const model::Taste kNoTaste;
  if (viewer == nullptr) return {kNoTaste, UserHandle(hash64(user_id)), 0};
  return {viewer->taste, viewer->handle, viewer->segment};
}
}  // namespace

Core::Core(CoreOptions options)
    : options_(options),
      videos_(options.videos),
      ranker_(options.ranker),
      factors_(bounded(options.factors, options.videos)),
      introductions_(options.introductions),
      recommender_({videos_, ranker_, factors_, &introductions_}, options.recommender),
      user_detector_(options.user_detector),
      video_judge_({.detector = options.video_detector,
                    .quarantine = options.quarantine,
                    .cowatch_inputs = options.cowatch_inputs}),
      alerts_(options.alerts),
      learnable_(uint64_t{options.learned_per_second_max} * kLearnableSeconds) {}

Core::~Core() = default;

Status<state::SnapshotError> Core::process(EpochBuffer& buffer, const state::SnapshotStore* cold,
                                           WorkerPool& pool) {
  tells_ = true;
  const Share share(pool, begin(buffer, nullptr));
  share(buffer.partitions.size(), [&](size_t p, size_t) { buffer.partitions[p].decode(videos_); });
  intern_videos(buffer, nullptr);
  if (auto done = pass_viewers(buffer, cold, share, kAllKeyGroups); !done) return done;
  video_judge_.resize(videos_.size());
  share(share.shards(), [&](size_t shard, size_t) {
    video_judge_.judge(buffer, recent_, time_, share.owned(shard));
  });
  return pass_model(buffer, cold, share, kAllKeyGroups);
}

Status<state::SnapshotError> Core::run_viewers(EpochBuffer& buffer, const EpochCatalogue& catalogue,
                                               const state::SnapshotStore* cold, WorkerPool& pool,
                                               const KeyGroupSet& owned) {
  tells_ = owned[0] != 0;
  const Share share(pool, begin(buffer, &catalogue));
  share(buffer.partitions.size(), [&](size_t p, size_t) { buffer.partitions[p].decode(videos_); });
  intern_videos(buffer, &catalogue);
  return pass_viewers(buffer, cold, share, owned);
}

Status<state::SnapshotError> Core::run_model(EpochBuffer& buffer, const state::SnapshotStore* cold,
                                             WorkerPool& pool, const KeyGroupSet& owned) {
  size_t acts = 0;
  for (const KeyGroupOutput& group : buffer.groups) acts += group.acts.size();
  return pass_model(buffer, cold, Share(pool, acts), owned);
}

// Returns how many records the epoch has, here and elsewhere.
size_t Core::begin(EpochBuffer& buffer, const EpochCatalogue* catalogue) {
  size_t rows = 0;
  if (catalogue != nullptr) {
    for (const EpochCatalogue::Part& part : catalogue->partitions) rows += part.records;
  } else {
    for (const PartitionInput& partition : buffer.partitions)
      rows += partition.block.records.size();
  }
  epoch_ = buffer.entry.epoch;
  time_before_ = time_;
  time_ = std::max(time_, buffer.entry.time);
  budget_learning(rows);
  for (KeyGroupOutput& group : buffer.groups) group.clear();
  for (VideoGroupOutput& group : buffer.video_groups) group.clear();
  for (auto& met : recent_) met.clear();
  buffer.alerts.clear();
  clear_rows(buffer.rows);
  return rows;
}

Status<state::SnapshotError> Core::pass_viewers(EpochBuffer& buffer,
                                                const state::SnapshotStore* cold,
                                                const Share& share, const KeyGroupSet& owned) {
  scratch_.resize(std::max(scratch_.size(), share.threads()));
  mark_served(buffer.entry);
  std::atomic<bool> failed{false};
  std::array<state::SnapshotError, kKeyGroups> errors{};
  share(kKeyGroups, [&](size_t group, size_t worker) {
    if (owned[group] == 0) return;
    const auto index = static_cast<uint16_t>(group);
    if (const auto gathered = gather_viewers(buffer, index, cold); !gathered) {
      errors[group] = gathered.error();
      failed = true;
      return;
    }
    viewer_pass(buffer, index, worker);
  });
  if (failed) return Error{*std::max_element(errors.begin(), errors.end())};
  return Ok{};
}

Status<state::SnapshotError> Core::pass_model(EpochBuffer& buffer, const state::SnapshotStore* cold,
                                              const Share& share, const KeyGroupSet& owned) {
  share(share.shards(), [&](size_t shard, size_t) { count_acts(buffer, share.owned(shard)); });
  for (size_t group = 0; group < kKeyGroups; ++group) {
    if (owned[group] != 0) hold_back(buffer.groups[group]);
  }
  if (auto told = tell_likers(buffer, cold, owned); !told) return told;
  // Learning touches the ranker or the factors only, linking the video table only: they run side by
  // side.
  share(share.shards() + 2, [&](size_t task, size_t) {
    if (task == 0) learn_factors(buffer);
    if (task == 1) learn(buffer);
    if (task > 1) link(buffer, share.owned(task - 2));
  });
  factors_.learn(share);
  // After the verdicts, before the viewers move on.
  if (buffer.publish) {
    share(kKeyGroups, [&](size_t group, size_t) {
      if (owned[group] != 0) render(buffer, static_cast<uint16_t>(group));
    });
  }
  finish(buffer, owned);
  return Ok{};
}

// A pure function of the epochs' sizes and times, so that it replays.
void Core::budget_learning(size_t rows) {
  const uint64_t rate = options_.learned_per_second_max;
  const auto passed = static_cast<uint64_t>(std::max<int64_t>(ms_between(time_before_, time_), 0));
  const uint64_t earned =
      passed > kLearnableSeconds * 1'000 ? rate * kLearnableSeconds : rate * passed / 1'000;
  learnable_ = std::min(learnable_ + earned, rate * kLearnableSeconds);
  // At least a tenth of a second's worth: a burst within one millisecond is no reason to learn
  // nothing.
  const uint64_t most = std::max<uint64_t>({learnable_, rate / 10, 1});
  learned_each_ = (rows + most - 1) / most;
  learned_each_ = std::max<uint64_t>(learned_each_, 1);
  ranked_each_ = std::bit_floor(std::max<uint64_t>(learned_each_ / kRankedForLearned, 1));
  learnable_ -= std::min<uint64_t>(learnable_, rows / learned_each_);
}

void Core::mark_served(const EpochEntry& entry) {
  serve_everyone_ = false;
  for (const std::string& user : entry.served) {
    if (user.empty()) {
      serve_everyone_ = true;
      continue;
    }
    Group& group = groups_[key_group_of(user).value()];
    group.served.serve(user, plus_ms(time_, options_.served_ttl_ms),
                       options_.served_max / kKeyGroups);
    group.meta_dirty = true;
  }
}

void Core::name_video(EpochBuffer& buffer, VideoHandle video, std::string_view id) {
  if (!tells_) return;
  store::VideoRow row;
  row.video = video;
  row.video_id = id;
  row.valid_from = buffer.entry.time;
  buffer.rows.videos.push_back(std::move(row));
}

void Core::apply_video_change(EpochBuffer& buffer, PartitionInput& partition,
                              const VideoChange& change) {
  bool created = false;
  const uint64_t hash = hash64(change.video_id);
  const VideoHandle video = change.put ? videos_.intern(change.video_id, hash, created, true)
                                       : videos_.find(change.video_id, hash);
  if (video == kNoVideo) {
    if (change.put && tells_) partition.refuse(change);
    return;
  }
  if (created) name_video(buffer, video, change.video_id);
  if (change.put) {
    const bool first = !videos_.at(video).described;
    videos_.put(video, change.metadata, change.at);
    if (first) introductions_.announce(videos_.at(video), time_);
  } else {
    videos_.erase(video);
  }
  if (!tells_) return;
  store::VideoRow row;
  row.video = video;
  row.version = videos_.at(video).version;
  row.deleted = !change.put;
  row.valid_from = change.at;
  row.video_id = change.video_id;
  row.author_id = change.metadata.author_id;
  row.title = change.metadata.title;
  row.language = change.metadata.language;
  row.duration_ms = change.metadata.duration_ms;
  row.published_at = change.metadata.published_at;
  row.json = change.metadata.json;
  JsonWriter tags(row.tags);
  tags.begin_array();
  for (const std::string& tag : change.metadata.tags) tags.value(tag);
  tags.end_array();
  buffer.rows.videos.push_back(std::move(row));
}

// Reference data of an epoch holds before its events; ids new to the table get their handles in log
// order.
void Core::intern_videos(EpochBuffer& buffer, const EpochCatalogue* catalogue) {
  for (PartitionInput& partition : buffer.partitions) {
    for (const VideoChange& change : partition.video_changes)
      apply_video_change(buffer, partition, change);
  }
  // Those of the other copies' viewers too, so that all give the same handles.
  if (catalogue != nullptr) {
    for (const EpochCatalogue::Part& part : catalogue->partitions) {
      for (const std::string_view id : part.videos) intern_video(buffer, id, hash64(id));
    }
  }
  for (PartitionInput& partition : buffer.partitions) {
    for (const UnknownVideo& unknown : partition.unknown_videos) {
      const std::string_view id = partition.columns.video_id[unknown.row];
      partition.columns.video[unknown.row] = intern_video(buffer, id, unknown.hash);
    }
  }
  if (catalogue != nullptr) {
    for (const EpochCatalogue::Part& part : catalogue->partitions) {
      for (const std::string_view segment : part.segments) videos_.intern_segment(segment);
    }
  }
  for (PartitionInput& partition : buffer.partitions) {
    for (const event::UserProfile& profile : partition.profiles)
      videos_.intern_segment(profile.segment);
  }
}

VideoHandle Core::intern_video(EpochBuffer& buffer, std::string_view id, uint64_t hash) {
  bool created = false;
  const VideoHandle video = videos_.intern(id, hash, created);
  if (created) name_video(buffer, video, id);
  return video;
}

Viewer Core::new_viewer(Group& group, uint16_t index, std::string_view id) {
  Viewer viewer;
  viewer.id = id;
  viewer.handle = UserHandle((static_cast<uint64_t>(index) << 40U) | group.next_user++);
  group.meta_dirty = true;
  return viewer;
}

// Finds or makes the viewer of each of the group's rows, so that the pass itself never waits for a
// disk.
Status<state::SnapshotError> Core::gather_viewers(EpochBuffer& buffer, uint16_t index,
                                                  const state::SnapshotStore* cold) {
  KeyGroupOutput& out = buffer.groups[index];
  Group& group = groups_[index];
  std::vector<std::string_view> missing;
  // Reference data of an epoch holds before its events, whichever partition brings it.
  for (const bool changes : {true, false}) {
    for (uint16_t p = 0; p < buffer.partitions.size(); ++p) {
      const PartitionInput& partition = buffer.partitions[p];
      if (changes && partition.user_changes == 0) continue;
      for (uint32_t i = partition.starts[index]; i < partition.starts[index + 1U]; ++i) {
        const uint32_t row = partition.rows[i];
        if (changes != is_change(partition.columns.kind[row])) continue;
        const std::string_view id = partition.columns.user_id[row];
        out.items.push_back({p, row});
        out.viewers.push_back(group.viewers.find(id));
        if (out.viewers.back() == nullptr) missing.push_back(id);
      }
    }
  }
  if (missing.empty()) return Ok{};
  std::vector<std::optional<std::string>> found(missing.size());
  if (cold != nullptr) {
    auto loaded = cold->lookup(state::Section::users, KeyGroup(index), missing);
    if (!loaded) return Error{loaded.error()};
    found = std::move(loaded).value();
  }
  size_t next = 0;
  for (size_t item = 0; item < out.items.size(); ++item) {
    if (out.viewers[item] != nullptr) continue;
    const std::string_view id = missing[next];
    const std::optional<std::string>& bytes = found[next++];
    out.viewers[item] = group.viewers.find(id);
    if (out.viewers[item] != nullptr) continue;
    Viewer viewer;
    if (bytes) {
      if (!load_viewer(id, *bytes, viewer)) return Error{state::SnapshotError::corrupt};
      out.viewers[item] = &group.viewers.insert(id, std::move(viewer));
    } else {
      out.viewers[item] = &group.viewers.insert(id, new_viewer(group, index, id));
      const Viewer& made = out.viewers[item]->value;
      out.users.push_back({made.handle, 0, false, buffer.entry.time, made.id, {}, {}, {}, {}});
    }
  }
  return Ok{};
}

// A handle that the table does not have would be looked up in it.
bool Core::load_viewer(std::string_view id, std::string_view bytes, Viewer& viewer) const {
  viewer.id = id;
  if (!viewer.load(bytes)) return false;
  viewer.segment = videos_.find_segment(viewer.profile.segment);
  if (key_group_index(viewer.handle) != key_group_of(id).value()) return false;
  const auto names_a_video = [this](const auto& entry) {
    return entry.video != kNoVideo && entry.video.value() <= videos_.size();
  };
  return std::ranges::all_of(viewer.taste.ring, names_a_video) &&
         std::ranges::all_of(viewer.counted.acts(), names_a_video) &&
         std::ranges::all_of(viewer.taste.awaited, names_a_video) &&
         std::ranges::all_of(viewer.forecasts.exposures, names_a_video) &&
         std::ranges::all_of(viewer.forecasts.offers, names_a_video);
}

Result<const Viewer*, state::SnapshotError> Core::find_viewer(
    std::string_view user_id, const state::SnapshotStore* cold,
    std::unique_ptr<Viewer>& loaded) const {
  const Viewer* const unknown = nullptr;
  const KeyGroup group = key_group_of(user_id);
  if (const auto* entry = groups_[group.value()].viewers.find(user_id)) return &entry->value;
  if (cold == nullptr) return unknown;
  const std::array<std::string_view, 1> keys{user_id};
  const auto found = cold->lookup(state::Section::users, group, keys);
  if (!found) return Error{found.error()};
  if (!(*found)[0]) return unknown;
  loaded = std::make_unique<Viewer>();
  if (!load_viewer(user_id, *(*found)[0], *loaded)) return Error{state::SnapshotError::corrupt};
  const Viewer* const viewer = loaded.get();
  return viewer;
}

std::shared_ptr<cache::RecommendationList> Core::recommend(std::string_view user_id,
                                                           const Viewer* viewer, size_t limit,
                                                           model::RecommendScratch& scratch,
                                                           model::Horizon horizon) const {
  // Shared, because the cache, the feed and an answer under way hold the list independently.
  auto list = std::make_shared<cache::RecommendationList>();
  list->user_id = user_id;
  list->model_version = epoch_;
  list->known_user = viewer != nullptr;
  list->receipt.epoch = epoch_;
  list->receipt.computed_at = time_;
  if (viewer != nullptr) {
    list->user = viewer->handle;
    list->receipt.partition = viewer->last_partition;
    list->receipt.offset = viewer->last_offset;
    list->receipt.occurred_at = viewer->last_at;
  }
  const Asker asker = asker_of(user_id, viewer);
  recommender_.recommend(asker.taste, asker.key, asker.segment, epoch_, limit, scratch, *list,
                         horizon);
  return list;
}

std::optional<model::Explanation> Core::explain(std::string_view user_id, const Viewer* viewer,
                                                std::string_view video_id,
                                                model::ExplainRequest asked,
                                                model::RecommendScratch& scratch) const {
  asked.video = videos_.find(video_id, hash64(video_id));
  if (asked.video == kNoVideo) return std::nullopt;
  const Asker asker = asker_of(user_id, viewer);
  return recommender_.explain(asker.taste, asker.key, asker.segment, epoch_, asked, scratch);
}

model::LiveQuality Core::quality() const {
  model::LiveQuality sum;
  for (const Group& group : groups_) sum.add(group.quality);
  return sum;
}

size_t Core::viewers_in_memory() const {
  size_t sum = 0;
  for (const Group& group : groups_) sum += group.viewers.size();
  return sum;
}

size_t Core::viewers_dirty() const {
  size_t sum = 0;
  for (const Group& group : groups_) sum += group.viewers.dirty();
  return sum;
}

size_t Core::evict(size_t keep, Epoch saved) {
  size_t gone = 0;
  for (Group& group : groups_) gone += group.viewers.evict(keep / kKeyGroups, saved);
  return gone;
}

CoreMemory Core::memory() const {
  CoreMemory memory;
  for (const Group& group : groups_) {
    memory.viewer_count += group.viewers.size();
    memory.served += group.served.memory_bytes();
    group.viewers.for_each([&](const Viewer& viewer) { memory.viewers += viewer.memory_bytes(); });
  }
  memory.traces = video_judge_.memory_bytes();
  memory.videos = videos_.memory_bytes() + introductions_.memory_bytes();
  memory.ranker = ranker_.memory_bytes() + kKeyGroups * sizeof(model::LiveQuality);
  memory.factors = factors_.memory_bytes();
  for (const auto& recent : recent_) memory.factors += recent.capacity() * sizeof(model::Met);
  return memory;
}

}  // namespace potik::pipeline
