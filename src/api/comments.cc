#include "api/comments.h"

#include <memory>
#include <utility>

#include "api/parameters.h"
#include "api/problem.h"
#include "api/seat.h"
#include "base/json_writer.h"

namespace potik::api {
namespace {

constexpr uint64_t kCommentsDefault = 50;
constexpr uint64_t kCommentsMax = 100;

// The stream of one reader, shared with the board's listener; none before it has begun.
struct Reader {
  Mutex mutex;
  std::shared_ptr<Stream> stream POTIK_GUARDED_BY(mutex);  // shared with its connection
};

class Comments : public Resource {
 public:
  Comments(CommentBoard& comments, int retry_after_s)
      : comments_(comments), retry_after_s_(retry_after_s) {}

  void list(Request& request, Reply reply) const {
    const std::string& video_id = request.ids[0];
    if (!is_id(video_id)) return reply.send(bad_id());
    const auto limit = number_parameter(request, "limit", kCommentsDefault, 1, kCommentsMax);
    if (!limit) return reply.send(bad_number("limit", 1, kCommentsMax));
    Response response;
    JsonWriter json(response.body);
    json.begin_object().field("video_id", video_id).key("comments").begin_array();
    for (const Comment& comment : comments_.list(video_id, *limit)) append_comment(json, comment);
    json.end_array().end_object();
    reply.send(std::move(response));
  }

  void stream(Request& request, Reply reply) {
    const std::string video_id = request.ids[0];
    if (!is_id(video_id)) return reply.send(bad_id());
    auto reader = std::make_shared<Reader>();
    const auto token =
        comments_.subscribe(video_id, [reader](const Comment&, const CommentBoard::Event& event) {
          const MutexLock lock(reader->mutex);
          // One too slow for comments misses them here and finds them in the list.
          if (reader->stream) (void)reader->stream->write(event);
        });
    if (token == 0) {
      return reply.send(try_later(503, retry_after_s_,
                                  "All places for live comments are taken. Ask again later, or "
                                  "raise http.listeners_max."));
    }
    auto seat =
        std::make_shared<Seat>([this, video_id, token] { comments_.unsubscribe(video_id, token); });
    reply.stream([reader, seat = std::move(seat)](const std::shared_ptr<Stream>& stream) {
      {
        const MutexLock lock(reader->mutex);
        reader->stream = stream;
      }
      stream->on_end([seat] { seat->leave(); });
    });
  }

 private:
  CommentBoard& comments_;
  const int retry_after_s_;
};

}  // namespace

void add_comment_routes(Router& router, CommentBoard& comments, int retry_after_s) {
  auto owned = std::make_unique<Comments>(comments, retry_after_s);
  Comments* self = owned.get();
  router.add(Method::get, "/v1/videos/{id}/comments", kJson,
             [self](Request& request, Reply reply) { self->list(request, std::move(reply)); });
  router.add(Method::get, "/v1/videos/{id}/comments/stream", kEventStream,
             [self](Request& request, Reply reply) { self->stream(request, std::move(reply)); });
  router.own(std::move(owned));
}

}  // namespace potik::api
