#include "api/inspection.h"

#include "api/parameters.h"
#include "api/problem.h"
#include "base/json_writer.h"

namespace potik::api {
namespace {

constexpr uint64_t kVideosDefault = 100;
constexpr uint64_t kVideosMax = 1000;
constexpr std::string_view kStopping = "The server is overloaded or stopping. Ask again later.";

constexpr std::string_view kUnreadable =
    "The state at rest cannot be read now; the server's disk wants a look. Ask again later.";

// The text of one document, 404, or 503.
Catalogue::Json answer_with(const SharedReply& reply, std::string_view what, int retry_after_s) {
  return [reply, what, retry_after_s](Result<std::string, InspectionError> document) {
    if (!document && document.error() == InspectionError::unreadable)
      return reply->send(try_later(503, retry_after_s, kUnreadable));
    if (!document)
      return reply->send(problem(404, "There is no " + std::string(what) + " of this id."));
    if (document->empty()) {
      return reply->send(try_later(
          503, 5, "What is stored of this id cannot be read; /readyz and the log say what to do."));
    }
    reply->send(Response{.body = std::move(*document)});
  };
}

void refuse(const SharedReply& reply, int retry_after_s) {
  reply->send(try_later(503, retry_after_s, kStopping));
}

class CatalogueAnswers : public Resource {
 public:
  CatalogueAnswers(Catalogue& catalogue, const Options& options)
      : catalogue_(catalogue), options_(options) {}

  void get_video(Request& request, Reply reply) {
    if (!is_id(request.ids[0])) return reply.send(bad_id());
    const SharedReply shared = share(std::move(reply));
    if (!catalogue_.video(request.ids[0], answer_with(shared, "video", options_.retry_after_s)))
      refuse(shared, options_.retry_after_s);
  }

  void list_videos(Request& request, Reply reply) {
    const auto limit = number_parameter(request, "limit", kVideosDefault, 1, kVideosMax);
    if (!limit) return reply.send(bad_number("limit", 1, kVideosMax));
    const auto after = number_parameter(request, "after", 0, 0, UINT32_MAX);
    if (!after) return reply.send(bad_number("after", 0, UINT32_MAX));
    const SharedReply shared = share(std::move(reply));
    if (!catalogue_.videos(static_cast<uint32_t>(*after), *limit,
                           answer_with(shared, "catalogue", options_.retry_after_s))) {
      refuse(shared, options_.retry_after_s);
    }
  }

 private:
  Catalogue& catalogue_;
  const Options options_;
};

class Inspection : public Resource {
 public:
  Inspection(Inspector& inspector, ApiMetrics& metrics, const Options& options,
             const Tombstones& tombstones)
      : inspector_(inspector), metrics_(metrics), options_(options), tombstones_(tombstones) {}

  void get_user(Request& request, Reply reply) {
    if (!is_id(request.ids[0])) return reply.send(bad_id());
    const SharedReply shared = share(std::move(reply));
    if (!inspector_.user(request.ids[0], answer_with(shared, "user", options_.retry_after_s)))
      refuse(shared, options_.retry_after_s);
  }

  void explain(Request& request, Reply reply) {
    if (!is_id(request.ids[0]) || !is_id(request.ids[1])) return reply.send(bad_id());
    const auto limit = number_parameter(request, "limit", options_.list_videos_default, 1,
                                        options_.list_videos_max);
    if (!limit) return reply.send(bad_number("limit", 1, options_.list_videos_max));
    const auto head = name_parameter(request, "head", kHeadNames);
    if (!head) return reply.send(bad_name("head", kHeadNames));
    const SharedReply shared = share(std::move(reply));
    const ExplainQuestion question{request.ids[0], request.ids[1], *limit, options_.list_videos_max,
                                   *head};
    if (inspector_.explain(question, answer_with(shared, "video", options_.retry_after_s))) return;
    metrics_.lists_refused.add();  // a list was to be computed
    refuse(shared, options_.retry_after_s);
  }

  void similar(Request& request, Reply reply) {
    const std::string& video_id = request.ids[0];
    if (!is_id(video_id)) return reply.send(bad_id());
    const auto limit = number_parameter(request, "limit", options_.list_videos_default, 1,
                                        options_.list_videos_max);
    if (!limit) return reply.send(bad_number("limit", 1, options_.list_videos_max));
    const SharedReply shared = share(std::move(reply));
    auto done = [this, shared, video_id](std::optional<std::vector<SimilarVideo>> videos) {
      shared->send(render_similar(video_id, videos));
    };
    if (inspector_.similar(video_id, *limit, std::move(done))) return;
    metrics_.lists_refused.add();  // a list, though of another kind
    refuse(shared, options_.retry_after_s);
  }

 private:
  [[nodiscard]] Response render_similar(
      const std::string& video_id, const std::optional<std::vector<SimilarVideo>>& videos) const {
    if (!videos || tombstones_.contains(video_id))
      return problem(404, "There is no video of this id.");
    Response response;
    JsonWriter json(response.body);
    json.begin_object().field("video_id", video_id).key("videos").begin_array();
    for (const SimilarVideo& video : *videos) {
      if (tombstones_.contains(video.video_id)) continue;
      json.begin_object()
          .field("video_id", video.video_id)
          .field("score", video.score)
          .end_object();
    }
    json.end_array().end_object();
    return response;
  }

  Inspector& inspector_;
  ApiMetrics& metrics_;
  const Options options_;
  const Tombstones& tombstones_;
};

}  // namespace

void add_catalogue_routes(Router& router, Catalogue& catalogue, const Options& options) {
  auto owned = std::make_unique<CatalogueAnswers>(catalogue, options);
  CatalogueAnswers* self = owned.get();
  router.add(Method::get, "/v1/videos/{id}", kJson,
             [self](Request& request, Reply reply) { self->get_video(request, std::move(reply)); });
  router.add(Method::get, "/v1/videos", kJson, [self](Request& request, Reply reply) {
    self->list_videos(request, std::move(reply));
  });
  router.own(std::move(owned));
}

void add_inspection_routes(Router& router, Inspector& inspector, ApiMetrics& metrics,
                           const Options& options, const Tombstones& tombstones) {
  auto owned = std::make_unique<Inspection>(inspector, metrics, options, tombstones);
  Inspection* self = owned.get();
  router.add(Method::get, "/v1/users/{id}", kJson,
             [self](Request& request, Reply reply) { self->get_user(request, std::move(reply)); });
  router.add(Method::get, "/v1/users/{id}/explain/{video_id}", kJson,
             [self](Request& request, Reply reply) { self->explain(request, std::move(reply)); });
  router.add(Method::get, "/v1/videos/{id}/similar", kJson,
             [self](Request& request, Reply reply) { self->similar(request, std::move(reply)); });
  router.own(std::move(owned));
}

}  // namespace potik::api
