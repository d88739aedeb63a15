#pragma once
// How the simulator reaches a server: one blocking connection a thread. An adapter's HTTP client
// stands behind it, or a fake in tests.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace potik::app {

struct ServerAnswer {
  int status = 0;              // 0: the server was not reached
  std::string body;            // the answer, or why there is none
  int64_t retry_after_ms = 0;  // of 429 and 503; 0: not said
};

// Used by one thread. Reconnects by itself; never throws.
class ServerConnection {
 public:
  virtual ~ServerConnection() = default;
  // `body` may be empty. Blocks until answered or failed; bounded by a time-out of the
  // implementation.
  [[nodiscard]] virtual ServerAnswer send(std::string_view method, std::string_view target,
                                          std::string_view content_type, std::string_view body) = 0;
};

// A new connection; thread-safe.
using Connect = std::function<std::unique_ptr<ServerConnection>()>;

}  // namespace potik::app
