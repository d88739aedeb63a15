#include "api/reference_data.h"

#include "api/parameters.h"
#include "api/problem.h"
#include "api/reference_bulk.h"
#include "api/reference_change.h"
#include "base/json_writer.h"
#include "event/reference.h"

namespace potik::api {
namespace {

// {"user_id":...,"deleted":...,"partition":...,"offset":...,"processed":...}
Response receipt(const ReferenceKind& kind, std::string_view id, bool deleted,
                 const Processed& result) {
  Response response{.status = result.processed ? 200 : 202};
  JsonWriter json(response.body);
  json.begin_object().field(kind.id_name, id).field("deleted", deleted);
  json.field("partition", result.positions[0].partition.value());
  json.field("offset", result.positions[0].offset.value());
  json.field("processed", result.processed).end_object();
  return response;
}

// {"user_id":...,"partition":...,"offset":...,"processed":...}
Response unlearn_receipt(std::string_view id, const Processed& result) {
  Response response{.status = result.processed ? 200 : 202};
  JsonWriter json(response.body);
  json.begin_object().field("user_id", id);
  json.field("partition", result.positions[0].partition.value());
  json.field("offset", result.positions[0].offset.value());
  json.field("processed", result.processed).end_object();
  return response;
}

class ReferenceData : public Resource {
 public:
  ReferenceData(const WriteServices& services, const Options& options, Tombstones& tombstones)
      : services_(services), options_(options), tombstones_(tombstones) {}

  void put(const ReferenceKind& kind, Request& request, Reply reply) {
    if (!is_id(request.ids[0])) return reply.send(bad_id());
    if (auto refusal = refuse_document(kind, request)) return reply.send(std::move(*refusal));
    const std::string_view document = request.body;  // stays valid: see apply_changes
    change(kind, false, std::move(request.body), {request.ids[0], document}, std::move(reply));
  }

  void remove(const ReferenceKind& kind, Request& request, Reply reply) {
    if (!is_id(request.ids[0])) return reply.send(bad_id());
    change(kind, true, {}, {request.ids[0], {}}, std::move(reply));
  }

  // A body is optional.
  void unlearn(Request& request, Reply reply) {
    const std::string& id = request.ids[0];
    if (!is_id(id)) return reply.send(bad_id());
    if (request.body.empty()) request.body = "{}";
    const auto asked = event::decode_unlearning(request.body, id);
    if (!asked) return reply.send(problem_of(422, asked.error()));
    const std::string_view document = request.body;  // stays valid: see apply_changes
    std::vector<ReferenceChange> changes{{id, document}};
    apply_changes(services_, options_, log::RecordKind::user_unlearn, std::move(request.body),
                  std::move(changes), share(std::move(reply)),
                  [id](const SharedReply& open, const Processed& result) {
                    open->send(unlearn_receipt(id, result));
                  });
  }

  void post_bulk(const ReferenceKind& kind, Request& request, Reply reply) {
    put_bulk(services_, options_, kind, tombstones_, request, std::move(reply));
  }

 private:
  // Decoding is the check; what is stored is the document as sent.
  static std::optional<Response> refuse_document(const ReferenceKind& kind,
                                                 const Request& request) {
    if (kind.put == log::RecordKind::user_put) {
      const auto user = event::decode_user(request.body, request.ids[0]);
      return user.ok() ? std::nullopt : std::optional(problem_of(422, user.error()));
    }
    const auto video = event::decode_video(request.body, request.ids[0]);
    return video.ok() ? std::nullopt : std::optional(problem_of(422, video.error()));
  }

  void change(const ReferenceKind& kind, bool deleted, std::string body, ReferenceChange change,
              Reply reply) {
    std::vector<ReferenceChange> changes;
    std::string id = change.id;
    changes.push_back(std::move(change));
    apply_changes(
        services_, options_, deleted ? kind.del : kind.put, std::move(body), std::move(changes),
        share(std::move(reply)),
        [this, &kind, deleted, id = std::move(id)](const SharedReply& open,
                                                   const Processed& result) {
          if (!result.refused.empty())
            return open->send(problem_of(507, {event::DeadReason::no_room, kind.id_name}));
          settle(kind, deleted, id, result.positions[0].offset);
          open->send(receipt(kind, id, deleted, result));
        });
  }

  void settle(const ReferenceKind& kind, bool deleted, const std::string& id, Offset at) {
    if (kind.put == log::RecordKind::user_put) {
      if (deleted && services_.forget_user) services_.forget_user(id);
    } else if (deleted) {
      tombstones_.add(id, at);
    } else {
      tombstones_.remove(id, at);
    }
  }

  const WriteServices services_;
  const Options options_;
  Tombstones& tombstones_;
};

void add_routes_of(Router& router, const ReferenceKind& kind, ReferenceData* self) {
  const std::string collection = "/v1/" + std::string(kind.collection);
  const std::string one = collection + "/{id}";
  router.add(Method::put, one, kJson, [self, &kind](Request& request, Reply reply) {
    self->put(kind, request, std::move(reply));
  });
  router.add(Method::del, one, kJson, [self, &kind](Request& request, Reply reply) {
    self->remove(kind, request, std::move(reply));
  });
  router.add(Method::post, collection, kJson, [self, &kind](Request& request, Reply reply) {
    self->post_bulk(kind, request, std::move(reply));
  });
}

}  // namespace

void add_reference_data_routes(Router& router, const WriteServices& services,
                               const Options& options, Tombstones& tombstones) {
  auto owned = std::make_unique<ReferenceData>(services, options, tombstones);
  ReferenceData* self = owned.get();
  add_routes_of(router, kUsers, self);
  add_routes_of(router, kVideos, self);
  router.add(Method::post, "/v1/users/{id}/unlearn", kJson,
             [self](Request& request, Reply reply) { self->unlearn(request, std::move(reply)); });
  router.own(std::move(owned));
}

}  // namespace potik::api
