#include "api/events.h"

#include <chrono>

#include "api/access_control.h"
#include "api/event_batch.h"
#include "api/log_failure.h"
#include "api/parameters.h"
#include "api/problem.h"
#include "api/traced_lines.h"
#include "base/failpoint.h"
#include "base/trace_context.h"

namespace potik::api {
namespace {

using std::chrono::steady_clock;

constexpr std::string_view kEmpty =
    "The body is empty. Send one event as a JSON object, an array of them, or one a line (NDJSON).";

// What the answer is written from once the log has the records. Shared because the port's callback
// is a copyable function; it has one owner at a time.
struct Pending {
  EventBatch batch;
  std::vector<Offset> offsets;
  bool failures_only = false;
  steady_clock::time_point started;
};

Response answer(const Pending& pending) {
  if (pending.batch.accepted() == 0) {
    Response response{.status = 422, .content_type = kProblemJson};
    begin_problem(response.body, 422,
                  "None of the lines is an event. Each is kept as a dead letter; results say why.");
    response.body += ',';
    append_results(response.body, pending.batch, pending.offsets, pending.failures_only);
    response.body += '}';
    return response;
  }
  Response response{.status = 202};
  response.body += '{';
  append_results(response.body, pending.batch, pending.offsets, pending.failures_only);
  response.body += '}';
  return response;
}

class Events : public Resource {
 public:
  Events(const WriteServices& services, const Options& options)
      : services_(services), options_(options) {}

  void post(Request& request, Reply reply) {
    const auto started = steady_clock::now();
    const auto results = flag_parameter(request, "results", true);
    if (!results) return reply.send(bad_flag("results"));
    if (auto refusal = refuse_early()) return refuse(std::move(reply), std::move(*refusal));
    std::vector<Line> lines = split_documents(request.body, request.content_type);
    if (lines.empty()) return reply.send(problem(400, kEmpty));
    if (auto refusal = refuse_size(lines)) return refuse(std::move(reply), std::move(*refusal));
    thread_local event::Decoder decoder;  // one a thread, as it asks
    auto pending = std::make_shared<Pending>();
    pending->started = started;
    pending->failures_only = !*results;
    std::string body = std::move(request.body);
    if (const auto trace = parse_traceparent(request.traceparent))
      body = with_traceparent(lines, *trace);
    pending->batch = check_events(std::move(body), lines, options_.layout, services_.clock.now(),
                                  decoder, request.viewer_id);
    if (const uint32_t line = pending->batch.foreign_line; line != 0)
      return refuse(std::move(reply), options_.router.access->other_viewers_line(line));
    failpoint::reach("gateway.take");
    append(pending, share(std::move(reply)));
  }

 private:
  [[nodiscard]] std::optional<Response> refuse_early() const {
    const uint64_t lag = services_.progress.lag();
    if (lag <= options_.lag_records_max) return std::nullopt;
    return try_later(
        429, options_.retry_after_s,
        "Processing is " + std::to_string(lag) +
            " records behind, more than the server's bound. Send the same events again later.");
  }

  [[nodiscard]] std::optional<Response> refuse_size(const std::vector<Line>& lines) const {
    if (lines.size() > options_.lines_max) {
      return problem(413, "More than " + std::to_string(options_.lines_max) +
                              " events in one request. Split it.");
    }
    for (const Line& line : lines) {
      if (line.json.size() <= log::kValueBytesMax) continue;
      return problem(413,
                     "Line " + std::to_string(line.number) + " is longer than " +
                         std::to_string(log::kValueBytesMax) +
                         " bytes. Nothing of this request was kept; send it without that line.");
    }
    return std::nullopt;
  }

  void refuse(Reply reply, Response response) const {
    services_.metrics.events_refused.add();
    reply.send(std::move(response));
  }

  void append(const std::shared_ptr<Pending>& pending, const SharedReply& reply) {
    auto done = [this, pending, reply](Result<std::vector<Offset>, log::LogError> result) {
      if (!result.ok()) return refuse(std::move(*reply), failure_of(result.error()));
      pending->offsets = std::move(result.value());
      count(*pending);
      failpoint::reach("gateway.acknowledge.before");
      reply->send_later([pending] { return answer(*pending); });
      failpoint::reach("gateway.acknowledge.after");
    };
    if (services_.commit.submit(std::move(pending->batch.submission), std::move(done))) return;
    refuse(std::move(*reply), queue_full(services_.commit, options_.retry_after_s));
  }

  void count(const Pending& pending) const {
    services_.metrics.events_accepted.add(pending.batch.accepted());
    services_.metrics.events_dead.add(pending.batch.dead.size());
    services_.metrics.durable.observe(
        std::chrono::duration<double>(steady_clock::now() - pending.started).count());
  }

  const WriteServices services_;
  const Options options_;
};

}  // namespace

void add_events_routes(Router& router, const WriteServices& services, const Options& options) {
  auto events = std::make_unique<Events>(services, options);
  router.add(Method::post, "/v1/events", kJson,
             [self = events.get()](Request& request, Reply reply) {
               self->post(request, std::move(reply));
             });
  router.own(std::move(events));
}

}  // namespace potik::api
