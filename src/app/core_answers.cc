#include "app/core_answers.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "app/catalogue_page.h"
#include "app/explanation_json.h"
#include "app/introduction_report.h"
#include "base/hash.h"
#include "base/json_writer.h"
#include "base/time_text.h"

namespace potik::app {
namespace {

using pipeline::CoreView;

// The API may not include the model; here a number of the one becomes a head of the other.
static_assert(api::kHeadNames == model::kHeadNames);

std::string_view json_or_null(const std::string& json) {
  return json.empty() ? std::string_view("null") : json;
}

void write_flags(JsonWriter& out, uint8_t flags) {
  static constexpr std::array<std::pair<model::WatchFlag, std::string_view>, 7> kNames{
      {{model::kShown, "shown"},
       {model::kPlayed, "played"},
       {model::kPositive, "positive"},
       {model::kLiked, "liked"},
       {model::kCommented, "commented"},
       {model::kSkipped, "skipped"},
       {model::kDisliked, "disliked"}}};
  out.key("acts").begin_array();
  for (const auto& [flag, name] : kNames) {
    if ((flags & flag) != 0) out.value(name);
  }
  out.end_array();
}

std::string describe(const pipeline::Viewer& viewer, const model::VideoTable& videos) {
  std::string text;
  JsonWriter out(text);
  out.begin_object().field("user_id", viewer.id);
  out.key("profile").raw(viewer.profile.present ? json_or_null(viewer.profile.json) : "null");
  out.field("version", viewer.profile.version).field("segment", viewer.profile.segment);
  out.field("events", viewer.events)
      .field("plays", viewer.taste.plays)
      .field("long_watches", viewer.taste.positives);
  out.field("skips", viewer.taste.skips)
      .field("likes", viewer.taste.likes)
      .field("comments", viewer.taste.comments);
  out.field("taken_back", viewer.taken_back).key("quarantined_until");
  if (viewer.quarantined_until.value() == 0) {
    out.null();
  } else {
    out.value(format_rfc3339(viewer.quarantined_until));
  }
  out.key("last_event");
  if (viewer.last_offset.value() < 0) {
    out.null();
  } else {
    out.begin_object()
        .field("partition", viewer.last_partition.value())
        .field("offset", viewer.last_offset.value());
    out.field("occurred_at", format_rfc3339(viewer.last_at)).end_object();
  }
  out.key("recent").begin_array();
  for (auto it = viewer.taste.ring.rbegin(); it != viewer.taste.ring.rend(); ++it) {
    out.begin_object()
        .field("video_id", videos.id(it->video))
        .field("at", format_rfc3339(it->at))
        .field("plays", it->times);
    write_flags(out, it->flags);
    out.end_object();
  }
  out.end_array().end_object();
  return text;
}

std::string describe(const model::VideoStats& video, const pipeline::Core& core) {
  const model::VideoTable& videos = core.videos();
  std::string text;
  JsonWriter out(text);
  const event::VideoMetadata* metadata = video.deleted ? nullptr : videos.metadata(video.handle);
  out.begin_object().field("video_id", videos.id(video.handle));
  out.key("metadata").raw(metadata != nullptr ? json_or_null(metadata->json) : "null");
  out.field("version", video.version)
      .field("impressions", video.impressions)
      .field("plays", video.plays);
  out.field("long_watches", video.positives)
      .field("skips", video.skips)
      .field("likes", video.likes);
  out.field("comments", video.comments).field("neighbours", video.neighbour_count);
  out.key("introduction");
  if (const model::Introduction* found = core.introductions().find(video.handle)) {
    out.begin_object();
    api::append_introduction(out, introduction_report(core, *found));
    out.end_object();
  } else {
    out.null();
  }
  out.end_object();
  return text;
}

std::vector<pipeline::Runner::Position> runners(
    const std::vector<api::Progress::Position>& positions) {
  std::vector<pipeline::Runner::Position> its;
  its.reserve(positions.size());
  for (const auto& position : positions) its.push_back({position.partition, position.offset});
  return its;
}

const model::VideoStats* find_video(const CoreView& view, const std::string& id) {
  const VideoHandle handle = view.core.videos().find(id, hash64(id));
  return handle == kNoVideo ? nullptr : &view.core.videos().at(handle);
}

}  // namespace

bool CoreRecommender::recommend(
    const std::string& user_id, size_t limit,
    std::function<void(std::shared_ptr<const cache::RecommendationList>)> done) {
  return runner_.ask([this, user_id, limit, done = std::move(done)](CoreView& view) {
    std::unique_ptr<pipeline::Viewer> loaded;
    const auto viewer = view.core.find_viewer(user_id, &view.cold, loaded);
    if (!viewer) {
      // A list as for an unknown user would stay in the cache for one who may have a history.
      runner_.cannot_read(viewer.error());
      return done(nullptr);
    }
    const std::shared_ptr<const cache::RecommendationList> list =
        view.core.recommend(user_id, *viewer, limit, view.scratch);
    runner_.serve(user_id);
    cache_.put(list);
    done(list);
  });
}

bool CoreInspector::similar(
    const std::string& video_id, size_t limit,
    std::function<void(std::optional<std::vector<api::SimilarVideo>>)> done) {
  return runner_.ask([video_id, limit, done = std::move(done)](CoreView& view) {
    const model::VideoTable& videos = view.core.videos();
    const model::VideoStats* video = find_video(view, video_id);
    if (video == nullptr || video->deleted) return done(std::nullopt);
    std::vector<api::SimilarVideo> similar;
    for (const model::Neighbour& neighbour : videos.neighbours(video->handle)) {
      if (neighbour.video == kNoVideo) continue;
      if (!videos.at(neighbour.video).deleted) {
        similar.push_back(
            {std::string(videos.id(neighbour.video)), videos.strength(*video, neighbour)});
      }
    }
    std::sort(similar.begin(), similar.end(), [](const auto& a, const auto& b) {
      return a.score != b.score ? a.score > b.score : a.video_id < b.video_id;
    });
    similar.resize(std::min(similar.size(), limit));
    done(std::move(similar));
  });
}

bool CoreInspector::explain(const api::ExplainQuestion& question, Json done) {
  return runner_.ask([this, question, done = std::move(done)](CoreView& view) {
    std::unique_ptr<pipeline::Viewer> loaded;
    const auto viewer = view.core.find_viewer(question.user_id, &view.cold, loaded);
    if (!viewer) {
      runner_.cannot_read(viewer.error());
      return done(Error{api::InspectionError::unreadable});
    }
    const auto explanation = view.core.explain(question.user_id, *viewer, question.video_id,
                                               {.length = question.length,
                                                .limit = question.limit,
                                                .head = static_cast<model::Head>(question.head)},
                                               view.scratch);
    if (!explanation) return done(Error{api::InspectionError::unknown});
    done(explanation_json({question.user_id, question.video_id, *viewer != nullptr, question.limit},
                          *explanation, view.core));
  });
}

bool CoreInspector::user(const std::string& user_id, Json done) {
  return runner_.ask([this, user_id, done = std::move(done)](CoreView& view) {
    std::unique_ptr<pipeline::Viewer> loaded;
    const auto found = view.core.find_viewer(user_id, &view.cold, loaded);
    if (!found) {
      runner_.cannot_read(found.error());
      return done(Error{api::InspectionError::unreadable});
    }
    const pipeline::Viewer* const viewer = *found;
    // A viewer who was only named by a deletion has nothing to show.
    if (viewer == nullptr || (viewer->events == 0 && !viewer->profile.present))
      return done(Error{api::InspectionError::unknown});
    done(describe(*viewer, view.core.videos()));
  });
}

bool CoreInspector::video(const std::string& video_id, Json done) {
  return runner_.ask([video_id, done = std::move(done)](CoreView& view) {
    const model::VideoStats* video = find_video(view, video_id);
    if (video == nullptr || video->deleted) return done(Error{api::InspectionError::unknown});
    done(describe(*video, view.core));
  });
}

bool CoreInspector::videos(uint32_t after, size_t limit, Json done) {
  return runner_.ask([after, limit, done = std::move(done)](CoreView& view) {
    const model::VideoTable& videos = view.core.videos();
    CataloguePage page;
    size_t listed = 0;
    uint32_t handle = after + 1;
    for (; handle <= videos.size() && listed < limit; ++handle) {
      const model::VideoStats& video = videos.at(VideoHandle(handle));
      const event::VideoMetadata* metadata = videos.metadata(VideoHandle(handle));
      if (video.deleted || metadata == nullptr) continue;
      page.add(videos.id(VideoHandle(handle)), metadata->json);
      ++listed;
    }
    const bool more = handle <= videos.size();
    done(std::move(page).finish(more ? std::optional(handle - 1) : std::nullopt));
  });
}

std::string CoreProgress::trouble() const {
  if (!runner_.ready())
    return "Processing has stopped. Events are still taken; answers may be old.";
  if (cluster_ != nullptr) {
    if (std::string trouble = cluster_->trouble(); !trouble.empty()) return trouble;
  }
  // A full disk is no reason to send viewers away: they are answered all the same.
  const bool unreached = commit_ != nullptr && commit_->trouble() == log::LogError::io;
  return unreached ? std::string(log::phrase(log::LogError::io)) : std::string();
}

bool CoreProgress::when_processed(std::vector<Position> positions, std::function<void()> done) {
  return runner_.when_processed(runners(positions), std::move(done));
}

// What is captured is shared with a callback that the runner may keep when nobody asks any more.
std::function<std::optional<uint32_t>()> CoreCatalogue::videos_known() {
  constexpr int64_t kUnknown = -1;
  auto known = std::make_shared<std::atomic<int64_t>>(kUnknown);
  return [this, known, asked = false]() mutable -> std::optional<uint32_t> {
    // Where it is refused, as of too many questions, it is put again.
    asked = asked || runner_.ask([known](CoreView& view) { *known = view.core.videos().size(); });
    const int64_t count = *known;
    return count == kUnknown ? std::nullopt : std::optional(static_cast<uint32_t>(count));
  };
}

// Where as many wait as may it is held to be taken: it is in the log. Not so of a runner that has
// failed, which refuses too.
std::function<bool()> CoreCatalogue::taking(std::vector<api::Progress::Position> positions) {
  auto taken = std::make_shared<std::atomic<bool>>(false);
  if (!runner_.when_processed(runners(positions), [taken] { *taken = true; }))
    *taken = !runner_.failed();
  return [taken] { return taken->load(); };
}

Status<std::string> CoreCatalogue::ended() const {
  if (runner_.failed()) return Error{runner_.trouble()};
  return Ok{};
}

}  // namespace potik::app
