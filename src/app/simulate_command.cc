#include "app/simulate_command.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <thread>

#include "adapters/beast/http_client.h"
#include "app/server_url.h"
#include "app/simulate_http.h"
#include "app/system_clock.h"

namespace potik::app {
int simulate(SimulateOptions options) {
  const auto address = beast::parse_url(options.url);
  if (!address) {
    std::cerr << "potik simulate: " << address.error() << '\n';
    return 2;
  }
  const beast::ClientOptions access = remote_access(options.key, options.ca_file);
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
  return run_simulate(options, connect_by_http(*address, access), clock, stop.get_token(),
                      std::cout, std::cerr);
}

}  // namespace potik::app
