#include "api/demo.h"

#include <algorithm>
#include <utility>

#include "api/problem.h"
#include "base/json_writer.h"
#include "base/time_text.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

// Alerts looked through for one about the attacked video.
constexpr size_t kAlertsLookedAt = 1'000;

constexpr std::string_view kNoCrowd =
    "This server has no simulated crowd; potik serve --crowd RATE, or ./run, starts one.";
constexpr std::string_view kBadBody =
    "Send {\"on\": true, \"kind\": \"like-burst\"} or {\"on\": false}.";
constexpr std::string_view kUnknownKind =
    "kind must be like-burst or comment-flood; absent, it is like-burst.";
constexpr std::string_view kAnotherKind =
    "Another attack is under way. End it first: {\"on\": false}.";
constexpr std::string_view kNotReady =
    "The crowd has not read the catalogue yet, so there is no video to attack. Ask again soon.";

// The newest about the attacked video since the attack began; a firing one may have begun before,
// where the same video was attacked twice.
std::optional<monitor::Alert> alert_of(const DemoAttack& attack,
                                       const monitor::AlertBoard& alerts) {
  for (monitor::Alert& alert : alerts.list(std::nullopt, kAlertsLookedAt)) {
    if (alert.subject_type != "video" || alert.subject != attack.video_id) continue;
    if (alert.state == monitor::AlertState::firing || alert.at >= attack.started_at)
      return std::move(alert);
  }
  return std::nullopt;
}

void append_time(JsonWriter& json, std::string_view name, TimeMs time) {
  json.field(name, format_rfc3339(time));
}

void append_attack(JsonWriter& json, const DemoState& state, const monitor::AlertBoard& alerts) {
  if (!state.attack) {
    for (const auto* name : {"attack_kind", "video_id", "started_at", "ends_at", "alert"})
      json.key(name).null();
    return;
  }
  const DemoAttack& attack = *state.attack;
  json.field("attack_kind", attack.kind).field("video_id", attack.video_id);
  append_time(json, "started_at", attack.started_at);
  append_time(json, "ends_at", attack.ends_at);
  json.key("alert");
  const auto alert = alert_of(attack, alerts);
  if (!alert) {
    json.null();
    return;
  }
  json.begin_object().field("id", alert->id).field("kind", alert->kind);
  json.field("subject", alert->subject).field("state", name(alert->state));
  append_time(json, "at", alert->at);
  json.end_object();
}

Response document(int status, const DemoState& state, const monitor::AlertBoard& alerts) {
  Response response{.status = status};
  JsonWriter json(response.body);
  json.begin_object().field("crowd", true).field("rate", state.rate);
  json.field("attack", state.attacking);
  append_attack(json, state, alerts);
  json.end_object();
  return response;
}

Response refusal(DemoError error, int retry_after_s) {
  switch (error) {
    case DemoError::not_ready:
      return try_later(503, retry_after_s, kNotReady);
    case DemoError::unknown_kind:
      return problem(400, kUnknownKind);
    case DemoError::another_kind:
      break;
  }
  return problem(409, kAnotherKind);
}

Response switch_attack(const Request& request, const DemoServices& services, int retry_after_s) {
  const auto body = event::JsonObject::parse(request.body);
  const auto on = body ? body->boolean("on") : std::nullopt;
  if (!on) return problem(400, kBadBody);
  if (!*on) return document(202, services.demo->end_attack(), *services.alerts);
  const bool named = body->has("kind");
  const auto kind = named ? body->text("kind") : std::optional<std::string>("like-burst");
  if (!kind) return problem(400, kUnknownKind);
  const auto state = services.demo->begin_attack(*kind);
  if (!state) return refusal(state.error(), retry_after_s);
  return document(202, *state, *services.alerts);
}

}  // namespace

void add_demo_routes(Router& router, const DemoServices& services, int retry_after_s) {
  router.add(Method::get, "/v1/demo", kJson, [services](Request&, Reply reply) {
    if (services.demo == nullptr) return reply.send(problem(404, kNoCrowd));
    reply.send(document(200, services.demo->state(), *services.alerts));
  });
  router.add(Method::post, "/v1/demo/attack", kJson,
             [services, retry_after_s](Request& request, Reply reply) {
               if (services.demo == nullptr) return reply.send(problem(404, kNoCrowd));
               reply.send(switch_attack(request, services, retry_after_s));
             });
}

}  // namespace potik::api
