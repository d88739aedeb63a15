#pragma once
// The seam between what is told and the wire, so that the telling is tested without one.

#include <cstdint>
#include <stop_token>
#include <string>

namespace potik::alertmanager {

struct PostAnswer {
  int status = 0;    // of HTTP; 0: there was no answer, and `text` says why
  std::string text;  // the answer's beginning, or the reason; at most some hundred bytes
};

class HttpPost {
 public:
  virtual ~HttpPost() = default;
  // Sends `body` as JSON. Blocks for `timeout_ms` at most, and about a second once `stop` is asked
  // for. Called by one thread.
  [[nodiscard]] virtual PostAnswer post(const std::string& body, int64_t timeout_ms,
                                        const std::stop_token& stop) = 0;
};

}  // namespace potik::alertmanager
