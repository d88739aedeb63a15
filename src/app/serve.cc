// `potik serve`.

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <thread>

#include "app/all_in_one.h"
#include "app/commands.h"
#include "app/demo_catalogue.h"

namespace potik::app {
namespace {

// SIGTERM and SIGINT as a stop token. Made before any other thread, which inherit the blocked
// signals, so that only the one here receives them.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    signal(SIGPIPE, SIG_IGN);
    thread_ = std::jthread([this](const std::stop_token& end) { receive(end); });
  }
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void receive(const std::stop_token& end) {
    constexpr timespec kLook{0, 100'000'000};
    while (!end.stop_requested()) {
      if (sigtimedwait(&signals_, nullptr, &kLook) < 0) continue;
      stop_.request_stop();
      return;
    }
  }
  sigset_t signals_{};
  std::stop_source stop_;
  std::jthread thread_;
};

// Returns when a stop is asked for, or the runner has failed.
void wait_for_stop(const std::stop_token& stop, const AllInOne& all) {
  constexpr auto kLook = std::chrono::seconds(1);
  std::mutex idle;
  std::condition_variable_any wake;
  std::unique_lock lock(idle);
  while (!stop.stop_requested() && !all.failed())
    wake.wait_for(lock, stop, kLook, [] { return false; });
}

// The pages lie in the source tree beside the build, or in share/potik/web beside an installed
// binary.
std::string find_web_dir() {
  std::error_code ignored;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const auto& candidate :
       {binary / "../../web", binary / "../share/potik/web", std::filesystem::path("web")}) {
    if (std::filesystem::exists(candidate / "feed.html", ignored))
      return std::filesystem::weakly_canonical(candidate, ignored).string();
  }
  return "";
}

}  // namespace

int serve(const Config& config, const ServeArguments& arguments) {
  const StopSignals signals;
  PageDirs dirs{arguments.web_dir.empty() ? find_web_dir() : arguments.web_dir,
                arguments.media_dir.empty() ? arguments.demo_dir : arguments.media_dir};
  auto all = AllInOne::start(config, dirs, signals.token());
  if (!all) {
    std::cerr << "potik serve: " << all.error() << '\n';
    return 1;
  }
  if (!*all) {
    std::cerr << "potik serve: stopped while recovering; the next start goes on\n";
    return 0;
  }
  AllInOne& running = **all;
  if (!arguments.demo_dir.empty()) {
    const auto loaded = load_demo_catalogue(arguments.demo_dir, config.log.layout(),
                                            running.commit(), running.runner(), signals.token());
    if (!loaded) {
      std::cerr << "potik serve: " << loaded.error() << '\n';
      return 1;
    }
  }
  std::cout << "potik serves http://" << running.address()
            << "/  (operations: /ops, API: /openapi.json)" << std::endl;
  wait_for_stop(signals.token(), running);
  const bool failed = running.failed();
  if (failed) std::cerr << "potik serve: " << running.trouble() << '\n';
  running.stop();
  return failed ? 1 : 0;
}

}  // namespace potik::app
