#include "app/simulate_command.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <iostream>
#include <thread>
#include <utility>

#include "adapters/beast/http_client.h"
#include "app/system_clock.h"

namespace potik::app {
namespace {

class HttpConnection final : public ServerConnection {
 public:
  explicit HttpConnection(beast::ServerAddress address) : client_(std::move(address)) {}

  [[nodiscard]] ServerAnswer send(std::string_view method, std::string_view target,
                                  std::string_view content_type, std::string_view body) override {
    const auto answer = client_.send(
        {.method = method, .target = target, .body = body, .content_type = content_type});
    if (!answer) return {0, answer.error(), 0};
    const std::string_view after = answer->header("Retry-After");
    int64_t seconds = 0;
    std::from_chars(after.data(), after.data() + after.size(), seconds);
    return {answer->status, answer->body, seconds * 1000};
  }

 private:
  beast::HttpClient client_;
};

}  // namespace

int simulate(SimulateOptions options) {
  const auto address = beast::parse_url(options.url);
  if (!address) {
    std::cerr << "potik simulate: " << address.error() << '\n';
    return 2;
  }
  options.progress = isatty(STDERR_FILENO) == 1;
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  std::stop_source stop;
  // Ends with the first signal, or when the run is over.
  std::jthread watch([&](const std::stop_token& done) {
    constexpr timespec kLook{0, 100'000'000};
    while (!done.stop_requested()) {
      if (sigtimedwait(&signals, nullptr, &kLook) > 0) stop.request_stop();
    }
  });
  const SystemClock clock;
  return run_simulate(
      options, [&] { return std::make_unique<HttpConnection>(*address); }, clock, stop.get_token(),
      std::cout, std::cerr);
}

}  // namespace potik::app
