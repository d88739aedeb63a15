#include "api/list_viewers.h"

#include "api/list_json.h"
#include "api/problem.h"

namespace potik::api {
namespace {

// Well inside the time a user stays served after a request.
constexpr std::chrono::milliseconds kServedInterval{10'000};

}  // namespace

struct ListViewers::Viewer {
  explicit Viewer(std::string id) : user_id(std::move(id)) {}
  const std::string user_id;
  Mutex mutex;
  // Shared with the connection that feeds it to the socket; none before the stream has begun.
  std::shared_ptr<Stream> stream POTIK_GUARDED_BY(mutex);
  std::shared_ptr<const cache::RecommendationList> shown POTIK_GUARDED_BY(mutex);
  uint64_t corrections POTIK_GUARDED_BY(mutex) = 0;  // of `shown`
};

ListViewers::ListViewers(const ListServices& services, const Options& options,
                         const Tombstones& tombstones, RequestIds& request_ids)
    : services_(services),
      options_(options),
      tombstones_(tombstones),
      request_ids_(request_ids),
      ticker_(kServedInterval, [this] { keep_served(); }) {}

void ListViewers::open(const std::string& user_id, Reply reply) {
  auto viewer = std::make_shared<Viewer>(user_id);
  SharedSeat seat = take_seat(viewer);
  if (!seat) {
    return reply.send(try_later(503, options_.retry_after_s,
                                "All places for live lists are taken. Ask again later, or raise "
                                "http.listeners_max."));
  }
  reply.stream([this, viewer, seat = std::move(seat)](const std::shared_ptr<Stream>& stream) {
    start(viewer, stream, seat);
  });
}

SharedSeat ListViewers::take_seat(const std::shared_ptr<Viewer>& viewer) {
  const std::string& user_id = viewer->user_id;
  const auto token = services_.feed.subscribe(
      user_id, [this, viewer](const auto& list) { show(*viewer, list, false); });
  if (token == 0) return nullptr;
  {
    const MutexLock lock(mutex_);
    viewers_.emplace(token, viewer);
  }
  return std::make_shared<Seat>([this, user_id, token] {
    services_.feed.unsubscribe(user_id, token);
    const MutexLock lock(mutex_);
    viewers_.erase(token);
  });
}

void ListViewers::start(const std::shared_ptr<Viewer>& viewer,
                        const std::shared_ptr<Stream>& stream, const SharedSeat& seat) {
  {
    const MutexLock lock(viewer->mutex);
    viewer->stream = stream;
  }
  stream->on_end([seat] { seat->leave(); });
  show_current(viewer);
}

void ListViewers::show_current(const std::shared_ptr<Viewer>& viewer) {
  if (const auto list = services_.cache.get(viewer->user_id)) {
    services_.recommender.served(viewer->user_id);
    return show(*viewer, list, true);
  }
  auto done = [this, viewer](const std::shared_ptr<const cache::RecommendationList>& list) {
    if (list) show(*viewer, list, false);
  };
  // Refused under overload: the stream stays, and the user's next event brings a list.
  (void)services_.recommender.recommend(viewer->user_id, options_.list_videos_max, std::move(done));
}

// Two threads may bring lists at the same time at the start; the older must not come last.
void ListViewers::show(Viewer& viewer, const std::shared_ptr<const cache::RecommendationList>& list,
                       bool cached) {
  const MutexLock lock(viewer.mutex);
  if (!viewer.stream) return;
  if (viewer.shown && cache::is_older(list->receipt, viewer.shown->receipt)) return;
  viewer.shown = list;
  viewer.corrections = 0;
  (void)viewer.stream->offer([this, list, cached] { return render(*list, cached, 0); });
}

// Bounded by the number of streams: a deletion costs some 100 microseconds when all are taken.
void ListViewers::correct(std::string_view video_id) {
  std::vector<std::shared_ptr<Viewer>> viewers;
  {
    const MutexLock lock(mutex_);
    for (const auto& [token, viewer] : viewers_) viewers.push_back(viewer);
  }
  for (const auto& viewer : viewers) {
    const MutexLock lock(viewer->mutex);
    const auto& list = viewer->shown;
    if (!list || !shows(*list, video_id)) continue;
    const uint64_t number = ++viewer->corrections;
    (void)viewer->stream->offer(
        [this, list = list, number] { return render(*list, true, number); });
  }
}

// Whether the video stands among those that render() takes, or did before it was deleted.
bool ListViewers::shows(const cache::RecommendationList& list, std::string_view video_id) const {
  size_t taken = 0;
  for (const cache::RecommendedVideo& video : list.videos) {
    if (taken == options_.list_videos_default) return false;
    if (video.video_id == video_id) return true;
    if (!tombstones_.contains(video.video_id)) ++taken;
  }
  return false;
}

std::string ListViewers::render(const cache::RecommendationList& list, bool cached,
                                uint64_t correction) {
  std::string event = "event: recommendations\nid: " + std::to_string(list.receipt.epoch.value());
  if (correction > 0) event += '.' + std::to_string(correction);
  event += "\ndata: ";
  const std::string request_id = request_ids_.next();
  append_list(event, {list, request_id, options_.list_videos_default, cached, true}, tombstones_);
  event += "\n\n";
  return event;
}

void ListViewers::keep_served() {
  std::vector<std::string> users;
  {
    const MutexLock lock(mutex_);
    for (const auto& [token, viewer] : viewers_) users.push_back(viewer->user_id);
  }
  for (const std::string& user : users) services_.recommender.served(user);
}

}  // namespace potik::api
