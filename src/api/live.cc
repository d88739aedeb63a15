#include "api/live.h"

#include "api/parameters.h"
#include "api/problem.h"
#include "api/stats_json.h"
#include "api/stats_viewers.h"
#include "event/json_object.h"

namespace potik::api {
namespace {

constexpr uint64_t kAlertsDefault = 100;
constexpr uint64_t kAlertsMax = 1000;
constexpr uint64_t kHistoryDefaultS = 900;
constexpr int64_t kMuteMaxS = 604'800;
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

class Live : public Resource {
 public:
  Live(const OperationsServices& services, const Options& options)
      : services_(services), viewers_(services, options) {}

  void alerts(Request& request, Reply reply) const {
    const auto limit = number_parameter(request, "limit", kAlertsDefault, 1, kAlertsMax);
    if (!limit) return reply.send(bad_number("limit", 1, kAlertsMax));
    std::optional<monitor::AlertState> state;
    if (const auto text = request.parameter("state")) {
      if (*text == name(monitor::AlertState::firing)) {
        state = monitor::AlertState::firing;
      } else if (*text == name(monitor::AlertState::resolved)) {
        state = monitor::AlertState::resolved;
      } else {
        return reply.send(problem(400, "state must be firing or resolved."));
      }
    }
    reply.send(list_alerts(state, *limit));
  }

  void stats(Reply reply) const {
    Response response;
    append_stats(response.body, services_.stats.stats());
    reply.send(std::move(response));
  }

  void stats_stream(Reply reply) { viewers_.open(std::move(reply)); }

  void history(Request& request, Reply reply) const {
    const auto seconds =
        number_parameter(request, "seconds", kHistoryDefaultS, 1, kHistorySecondsMax);
    if (!seconds) return reply.send(bad_number("seconds", 1, kHistorySecondsMax));
    Response response;
    services_.live.history.append_json(response.body, *seconds);
    reply.send(std::move(response));
  }

  void acknowledge(Request& request, Reply reply, bool on) {
    change(request, std::move(reply), [&](const monitor::Alert& alert, TimeMs now) {
      on ? services_.attention.acknowledge(alert, now) : services_.attention.reopen(alert);
    });
  }

  void mute(Request& request, Reply reply) {
    const auto body = event::JsonObject::parse(request.body);
    const auto seconds = body ? body->integer("for_s") : std::nullopt;
    if (!seconds || *seconds < 1 || *seconds > kMuteMaxS)
      return reply.send(problem(400, "Send {\"for_s\": SECONDS}, from 1 to 604800 (a week)."));
    change(request, std::move(reply), [&](const monitor::Alert& alert, TimeMs now) {
      services_.attention.mute(alert, plus_ms(now, *seconds * 1'000));
    });
  }

  void unmute(Request& request, Reply reply) {
    change(request, std::move(reply),
           [&](const monitor::Alert& alert, TimeMs) { services_.attention.unmute(alert); });
  }

 private:
  // Does it to the alert of the path, tells who looks, answers with the alert.
  template <class Do>
  void change(Request& request, Reply reply, Do what) {
    const auto alert = services_.alerts.find(request.ids[0]);
    if (!alert) return reply.send(problem(404, "There is no alert of this id any more."));
    const TimeMs now = services_.clock.now();
    what(*alert, now);
    viewers_.tell(*alert);
    if (services_.attention_changed) services_.attention_changed();
    reply.send(Response{.body = monitor::alert_json(*alert, services_.attention.of(*alert, now))});
  }

  [[nodiscard]] Response list_alerts(std::optional<monitor::AlertState> state, size_t limit) const {
    Response response{.body = "{\"alerts\":["};
    bool first = true;
    const TimeMs now = services_.clock.now();
    for (const monitor::Alert& alert : services_.alerts.list(state, limit)) {
      if (!first) response.body += ',';
      first = false;
      response.body += monitor::alert_json(alert, services_.attention.of(alert, now));
    }
    response.body += "]}";
    return response;
  }

  const OperationsServices services_;
  StatsViewers viewers_;
};

class Health : public Resource {
 public:
  Health(const HealthServices& services, int retry_after_s)
      : services_(services), retry_after_s_(retry_after_s) {}

  void metrics(Reply reply) const {
    reply.send(Response{.content_type = kMetricsType, .body = services_.registry.text()});
  }

  void ready(Reply reply) const {
    const std::string trouble = services_.progress.trouble();
    if (trouble.empty()) return reply.send(Response{.body = "{\"status\":\"ready\"}"});
    reply.send(try_later(503, retry_after_s_, trouble));
  }

 private:
  const HealthServices services_;
  const int retry_after_s_;
};

}  // namespace

void add_operations_routes(Router& router, const OperationsServices& services,
                           const Options& options) {
  auto owned = std::make_unique<Live>(services, options);
  Live* self = owned.get();
  router.add(Method::get, "/v1/alerts", kJson,
             [self](Request& request, Reply reply) { self->alerts(request, std::move(reply)); });
  const std::string acknowledged = "/v1/alerts/{id}/acknowledge";
  router.add(Method::post, acknowledged, kJson, [self](Request& request, Reply reply) {
    self->acknowledge(request, std::move(reply), true);
  });
  router.add(Method::del, acknowledged, kJson, [self](Request& request, Reply reply) {
    self->acknowledge(request, std::move(reply), false);
  });
  router.add(Method::post, "/v1/alerts/{id}/mute", kJson,
             [self](Request& request, Reply reply) { self->mute(request, std::move(reply)); });
  router.add(Method::del, "/v1/alerts/{id}/mute", kJson,
             [self](Request& request, Reply reply) { self->unmute(request, std::move(reply)); });
  router.add(Method::get, "/v1/stats/history", kJson,
             [self](Request& request, Reply reply) { self->history(request, std::move(reply)); });
  router.add(Method::get, "/v1/stats", kJson,
             [self](Request&, Reply reply) { self->stats(std::move(reply)); });
  router.add(Method::get, "/v1/stats/stream", kEventStream,
             [self](Request&, Reply reply) { self->stats_stream(std::move(reply)); });
  router.own(std::move(owned));
}

void add_health_routes(Router& router, const HealthServices& services, const Options& options) {
  auto owned = std::make_unique<Health>(services, options.retry_after_s);
  Health* self = owned.get();
  router.add(Method::get, "/metrics", kMetricsType,
             [self](Request&, Reply reply) { self->metrics(std::move(reply)); });
  router.add(Method::get, "/readyz", kJson,
             [self](Request&, Reply reply) { self->ready(std::move(reply)); });
  router.add(Method::get, "/healthz", kJson,
             [](Request&, Reply reply) { reply.send(Response{.body = "{\"status\":\"ok\"}"}); });
  router.add(Method::get, "/openapi.json", kJson, [](Request&, Reply reply) {
    reply.send(Response{.body = std::string(openapi_document())});
  });
  router.own(std::move(owned));
}

}  // namespace potik::api
