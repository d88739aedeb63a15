#include "api/viewers.h"

#include "api/access_control.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "base/json_writer.h"
#include "base/time_text.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

Response answer(const AccessControl::NewViewer& viewer) {
  Response response{.status = 201};
  JsonWriter json(response.body);
  json.begin_object().field("user_id", viewer.user_id);
  if (viewer.token) {
    json.field("token", viewer.token->token)
        .field("expires_at", format_rfc3339(viewer.token->expires_at));
  } else {
    json.key("token").null().key("expires_at").null();
  }
  json.end_object();
  return response;
}

void post(const AccessControl& access, const Request& request, Reply reply) {
  if (auto refused = access.too_many_viewers(request.peer)) return reply.send(std::move(*refused));
  std::string user_id;
  if (!request.body.empty()) {
    const auto body = event::JsonObject::parse(request.body);
    if (!body)
      return reply.send(
          problem(400, "Send no body, {} or {\"user_id\":\"...\"} to renew a token."));
    if (body->has("user_id")) {
      user_id = body->text("user_id").value_or("");
      if (!is_id(user_id)) return reply.send(bad_id());
    }
  }
  if (user_id.empty()) return reply.send(answer(access.new_viewer()));
  if (auto refused = access.refuse_renewal(request, user_id))
    return reply.send(std::move(*refused));
  reply.send(answer(access.renewed(std::move(user_id))));
}

}  // namespace

void add_viewer_routes(Router& router, const Options& options) {
  router.add(Method::post, "/v1/viewers", kJson,
             [access = options.router.access](Request& request, Reply reply) {
               post(*access, request, std::move(reply));
             });
}

}  // namespace potik::api
