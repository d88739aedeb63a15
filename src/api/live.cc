#include "api/live.h"

#include "api/parameters.h"
#include "api/problem.h"
#include "api/stats_json.h"
#include "api/stats_viewers.h"

namespace potik::api {
namespace {

constexpr uint64_t kAlertsDefault = 100;
constexpr uint64_t kAlertsMax = 1000;
constexpr std::string_view kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

class Live : public Resource {
 public:
  Live(const OperationsServices& services, const Options& options)
      : services_(services), viewers_(services.stats, services.alerts, options) {}

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

 private:
  [[nodiscard]] Response list_alerts(std::optional<monitor::AlertState> state, size_t limit) const {
    Response response{.body = "{\"alerts\":["};
    bool first = true;
    for (const monitor::Alert& alert : services_.alerts.list(state, limit)) {
      if (!first) response.body += ',';
      first = false;
      response.body += alert.json();
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
