// `potik serve`.

#include <pthread.h>
#include <signal.h>

#include <filesystem>
#include <iostream>

#include "app/all_in_one.h"
#include "app/commands.h"
#include "app/demo_catalogue.h"

namespace potik::app {
namespace {

// Blocked before any thread starts, so that only the waiting below receives them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// Returns when a stop is asked for, or the runner has failed.
void wait_for_stop(const sigset_t& signals, const AllInOne& all) {
  constexpr timespec kLook{1, 0};
  while (sigtimedwait(&signals, nullptr, &kLook) < 0 && !all.failed()) {
  }
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
  const sigset_t signals = block_stop_signals();
  PageDirs dirs{arguments.web_dir.empty() ? find_web_dir() : arguments.web_dir,
                arguments.media_dir.empty() ? arguments.demo_dir : arguments.media_dir};
  auto all = AllInOne::start(config, dirs);
  if (!all) {
    std::cerr << "potik serve: " << all.error() << '\n';
    return 1;
  }
  AllInOne& running = **all;
  if (!arguments.demo_dir.empty()) {
    if (const auto loaded = load_demo_catalogue(arguments.demo_dir, config, running); !loaded) {
      std::cerr << "potik serve: " << loaded.error() << '\n';
      return 1;
    }
  }
  std::cout << "potik serves http://" << running.address()
            << "/  (operations: /ops, API: /openapi.json)" << std::endl;
  wait_for_stop(signals, running);
  const bool failed = running.failed();
  if (failed) std::cerr << "potik serve: " << running.trouble() << '\n';
  running.stop();
  return failed ? 1 : 0;
}

}  // namespace potik::app
