#pragma once
// FailedRequests: what an error's answer gets besides its own words: the request's trace id in its
// document, and a line in the server's log for what is the server's doing.

#include <atomic>
#include <cstdint>

#include "api/http.h"
#include "base/clock.h"
#include "monitor/log_line.h"

namespace potik::api {

// Thread-safe. Costs nothing for answers below 400: it is not asked about them.
class FailedRequests {
 public:
  // Lines of one second, so that overload is not made worse by saying so; the next line of a later
  // second says how many were left out.
  static constexpr uint64_t kLinesPerSecond = 20;

  // Both outlive this object.
  FailedRequests(const monitor::LogLines& lines, const Clock& clock)
      : lines_(lines), clock_(clock) {}

  // `response` is 400 or above, about to be sent. 429 and 5xx are warnings, the rest is only for
  // the level debug. A problem document gets the member trace_id, where the request has a valid
  // traceparent. The query of the target is not written: it may hold a token.
  void note(const Request& request, Response& response);

 private:
  // Whether there is room for another line, and how many were left out before it.
  [[nodiscard]] bool take_line(uint64_t& left_out);

  const monitor::LogLines& lines_;
  const Clock& clock_;
  std::atomic<int64_t> second_{0};
  std::atomic<uint64_t> in_second_{0};
  std::atomic<uint64_t> left_out_{0};
};

}  // namespace potik::api
