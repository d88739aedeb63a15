#include "api/failed_requests.h"

#include <string>

#include "base/trace_context.h"

namespace potik::api {
namespace {

constexpr size_t kAnswerBytesMax = 400;

void add_trace_id(Response& response, std::string_view trace_id) {
  if (response.content_type != kProblemJson || !response.body.ends_with('}')) return;
  response.body.pop_back();
  response.body.append(",\"trace_id\":\"").append(trace_id).append("\"}");
}

}  // namespace

bool FailedRequests::take_line(uint64_t& left_out) {
  const int64_t second = clock_.now().value() / 1000;
  if (second_.exchange(second) != second) {
    in_second_ = 0;
    left_out = left_out_.exchange(0);
  }
  if (in_second_.fetch_add(1) < kLinesPerSecond) return true;
  left_out_.fetch_add(1);
  return false;
}

void FailedRequests::note(const Request& request, Response& response) {
  const auto traceparent = parse_traceparent(request.traceparent);
  const std::string_view trace_id = traceparent ? trace_id_of(*traceparent) : std::string_view();
  if (!trace_id.empty()) add_trace_id(response, trace_id);
  const bool ours = response.status >= 500 || response.status == 429;
  const auto level = ours ? monitor::LogLevel::warning : monitor::LogLevel::debug;
  uint64_t left_out = 0;
  if (!lines_.writes(level) || !take_line(left_out)) return;
  lines_.line(level, "http", reason_phrase(response.status),
              {{"method", name(request.method)},
               {"path", request.path()},
               {"status", response.status},
               {"peer", request.peer},
               {"trace_id", trace_id},
               {"answer", std::string_view(response.body).substr(0, kAnswerBytesMax)},
               {"left_out", left_out}});
}

}  // namespace potik::api
