#include "api/recommendations.h"

#include <chrono>

#include "api/list_json.h"
#include "api/list_viewers.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/request_ids.h"

namespace potik::api {
namespace {

using ListPointer = std::shared_ptr<const cache::RecommendationList>;
using std::chrono::steady_clock;

constexpr std::string_view kOverloaded =
    "The model has no room for this request now, the state of this user cannot be read, or the "
    "server is stopping. Ask again later.";

double seconds_since(steady_clock::time_point start) {
  return std::chrono::duration<double>(steady_clock::now() - start).count();
}

class Recommendations : public Resource {
 public:
  Recommendations(const ListServices& services, const Options& options, Tombstones& tombstones)
      : services_(services),
        options_(options),
        tombstones_(tombstones),
        request_ids_(services.clock.now()),
        viewers_(services_, options_, tombstones_, request_ids_) {
    tombstones_.listen([this](std::string_view video_id) { viewers_.correct(video_id); });
  }

  void get(Request& request, Reply reply) {
    const std::string& user_id = request.ids[0];
    if (!is_id(user_id)) return reply.send(bad_id());
    const auto limit = number_parameter(request, "limit", options_.list_videos_default, 1,
                                        options_.list_videos_max);
    if (!limit) return reply.send(bad_number("limit", 1, options_.list_videos_max));
    const auto explain = flag_parameter(request, "explain", false);
    if (!explain) return reply.send(bad_flag("explain"));
    if (const ListPointer list = services_.cache.get(user_id)) {
      services_.metrics.lists_cached.add();
      services_.recommender.served(user_id);
      return reply.send(render(*list, *limit, *explain, true));
    }
    compute(user_id, *limit, *explain, share(std::move(reply)));
  }

  void stream(Request& request, Reply reply) {
    if (!is_id(request.ids[0])) return reply.send(bad_id());
    viewers_.open(request.ids[0], std::move(reply));
  }

 private:
  [[nodiscard]] Response render(const cache::RecommendationList& list, size_t limit, bool explain,
                                bool cached) {
    const std::string request_id = request_ids_.next();
    Response response;
    append_list(response.body, {list, request_id, limit, cached, explain}, tombstones_);
    return response;
  }

  void compute(const std::string& user_id, size_t limit, bool explain, const SharedReply& reply) {
    auto done = [this, limit, explain, reply,
                 started = steady_clock::now()](const ListPointer& list) {
      if (!list) return refuse(reply);
      services_.metrics.lists_computed.add();
      services_.metrics.computed.observe(seconds_since(started));
      reply->send_later(
          [this, list, limit, explain] { return render(*list, limit, explain, false); });
    };
    if (!services_.recommender.recommend(user_id, options_.list_videos_max, std::move(done)))
      refuse(reply);
  }

  void refuse(const SharedReply& reply) const {
    services_.metrics.lists_refused.add();
    reply->send(try_later(503, options_.retry_after_s, kOverloaded));
  }

  const ListServices services_;
  const Options options_;
  Tombstones& tombstones_;
  RequestIds request_ids_;
  ListViewers viewers_;
};

}  // namespace

void add_recommendation_routes(Router& router, const ListServices& services, const Options& options,
                               Tombstones& tombstones) {
  auto owned = std::make_unique<Recommendations>(services, options, tombstones);
  Recommendations* self = owned.get();
  router.add(Method::get, "/v1/users/{id}/recommendations", kJson,
             [self](Request& request, Reply reply) { self->get(request, std::move(reply)); });
  router.add(Method::get, "/v1/users/{id}/recommendations/stream", kEventStream,
             [self](Request& request, Reply reply) { self->stream(request, std::move(reply)); });
  router.own(std::move(owned));
}

}  // namespace potik::api
