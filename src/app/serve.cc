// `potik serve`, and the roles that share its work.

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <cmath>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <mutex>
#include <sstream>
#include <stop_token>
#include <thread>

#include "app/alert_channels.h"
#include "app/all_in_one.h"
#include "app/api_node.h"
#include "app/commands.h"
#include "app/demo_catalogue.h"
#include "app/folder_catalogue.h"
#include "app/front_node.h"
#include "app/gateway_node.h"
#include "app/process_node.h"
#include "app/sink_node.h"
#include "app/system_clock.h"

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

// Returns when a stop is asked for, or the node has failed.
void wait_for_stop(const std::stop_token& stop, const Node& node) {
  constexpr auto kLook = std::chrono::seconds(1);
  std::mutex idle;
  std::condition_variable_any wake;
  std::unique_lock lock(idle);
  while (!stop.stop_requested() && !node.failed())
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

// What the command says on stderr, as lines of the server's log.
class Said {
 public:
  Said(const Config& config, std::string command)
      : lines_(log_lines(config, clock_)), command_(std::move(command)) {}
  [[nodiscard]] int refuse(const std::string& why) const {
    lines_.line(monitor::LogLevel::error, command_, why);
    return 1;
  }
  [[nodiscard]] int stopped_early() const {
    lines_.line(monitor::LogLevel::info, command_,
                "stopped while recovering; the next start goes on");
    return 0;
  }
  // What a part wrote, line by line; takes it out.
  void note(std::stringstream& notes) const {
    std::string line;
    while (std::getline(notes, line)) lines_.line(monitor::LogLevel::info, command_, line);
    notes.clear();
  }
  // Until the node is told to stop, or fails.
  [[nodiscard]] int run(Node& node, const std::stop_token& stop) const {
    wait_for_stop(stop, node);
    const bool failed = node.failed();
    if (failed) lines_.line(monitor::LogLevel::error, command_, node.trouble());
    node.stop();
    return failed ? 1 : 0;
  }

 private:
  SystemClock clock_;
  monitor::LogLines lines_;
  std::string command_;
};

const char* scheme_of(const Config& config) {
  return config.http.server.tls.used() ? "https://" : "http://";
}

template <class T>
Result<std::unique_ptr<Node>, std::string> as_node(
    Result<std::unique_ptr<T>, std::string> started) {
  if (!started) return Error{started.error()};
  return std::unique_ptr<Node>(std::move(started).value());
}

Result<std::unique_ptr<Node>, std::string> start_role(const std::string& role, const Config& config,
                                                      const PageDirs& dirs,
                                                      const std::stop_token& stop) {
  if (role == "gateway") return as_node(GatewayNode::start(config));
  if (role == "api") return as_node(ApiNode::start(config, dirs));
  if (role == "sink") return as_node(SinkNode::start(config));
  return as_node(ProcessNode::start(config, dirs, stop));
}

// A folder that was named and is not there is a slip of the pen.
std::string missing_folder(const ServeArguments& arguments) {
  std::error_code ignored;
  for (const auto& [option, folder] :
       {std::pair("--web", arguments.web_dir), std::pair("--media", arguments.media_dir),
        std::pair("--demo", arguments.demo_dir), std::pair("--videos", arguments.videos_dir)}) {
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
      return "there is no folder " + folder + " (" + option + ")";
  }
  return "";
}

// Where the videos of a folder are, and what is kept of them. All empty without one.
FolderPlaces places_of(const Config& config, const ServeArguments& arguments) {
  if (arguments.videos_dir.empty()) return {};
  std::error_code ignored;
  const std::string folder = std::filesystem::canonical(arguments.videos_dir, ignored).string();
  return {folder, config.data_dir + "/posters", config.data_dir + "/videos.ndjson"};
}

Config on_kafka(const Config& config) {
  Config own = config;
  own.log.kind = "kafka";  // the roles meet nowhere else
  own.derive();
  return own;
}

struct PagePlaces {
  PageDirs dirs;
  FolderPlaces videos;
};

// The error is a sentence for the operator.
Result<PagePlaces, std::string> page_places(const Config& config, const ServeArguments& arguments) {
  if (std::string missing = missing_folder(arguments); !missing.empty()) return Error{missing};
  PagePlaces places{{arguments.web_dir.empty() ? find_web_dir() : arguments.web_dir,
                     arguments.media_dir.empty() ? arguments.demo_dir : arguments.media_dir},
                    places_of(config, arguments)};
  places.dirs.posters = places.videos.posters;
  if (!places.videos.videos.empty()) places.dirs.media = places.videos.videos;
  return places;
}

// Puts the videos that were named into the catalogue of a server that listens.
template <class Server>
Status<std::string> load_catalogue(Server& running, const ServeArguments& arguments,
                                   const PagePlaces& places, const Said& said,
                                   const std::stop_token& stop) {
  CatalogueWriter catalogue(running.layout(), running.commit(), running.catalogue(), stop);
  std::stringstream notes;
  if (!arguments.demo_dir.empty()) {
    auto loaded = load_demo_catalogue(arguments.demo_dir, catalogue, SystemClock().now(), notes);
    said.note(notes);
    if (!loaded) return loaded;
  }
  if (places.videos.videos.empty()) return Ok{};
  auto loaded = load_video_folder(places.videos, catalogue, stop, notes);
  said.note(notes);
  return loaded;
}

// Lets the crowd in and says where to look. Returns when the server has ended.
template <class Server>
int run_with_pages(Server& running, const Config& config, const Said& said,
                   const std::stop_token& stop) {
  const uint32_t crowd = running.start_crowd();
  std::cout << "potik serves " << scheme_of(config) << running.address()
            << "/  (operations: /ops, API: /openapi.json)" << std::endl;
  if (crowd > 0) {
    std::cout << "  with a crowd of " << crowd << " simulated viewers, some "
              << std::lround(config.demo.crowd_rate) << " acts a second"
              << (running.viewers_may_attack() ? "; the page has a switch that makes it misbehave"
                                               : "")
              << std::endl;
  }
  return said.run(running, stop);
}

}  // namespace

int serve(const Config& config, const ServeArguments& arguments) {
  const StopSignals signals;
  const Said said(config, "potik serve");
  const auto places = page_places(config, arguments);
  if (!places) return said.refuse(places.error());
  auto all = AllInOne::start(config, places->dirs, signals.token());
  if (!all) return said.refuse(all.error());
  if (!*all) return said.stopped_early();
  AllInOne& running = **all;
  if (const auto loaded = load_catalogue(running, arguments, *places, said, signals.token());
      !loaded)
    return said.refuse(loaded.error());
  return run_with_pages(running, config, said, signals.token());
}

namespace {

int run_front(const Config& config, const ServeArguments& arguments) {
  const StopSignals signals;
  const Said said(config, "potik front");
  const auto places = page_places(config, arguments);
  if (!places) return said.refuse(places.error());
  auto front = FrontNode::start(config, places->dirs);
  if (!front) return said.refuse(front.error());
  FrontNode& running = **front;
  if (const auto loaded = load_catalogue(running, arguments, *places, said, signals.token());
      !loaded)
    return said.refuse(loaded.error());
  return run_with_pages(running, config, said, signals.token());
}

}  // namespace

int run_role(const std::string& role, const Config& config, const ServeArguments& arguments) {
  const Config own = on_kafka(config);
  if (role == "front") return run_front(own, arguments);
  const StopSignals signals;
  const std::string command = "potik " + role;
  const Said said(config, command);
  const PageDirs dirs{arguments.web_dir.empty() ? find_web_dir() : arguments.web_dir,
                      arguments.media_dir};
  auto node = start_role(role, own, dirs, signals.token());
  if (!node) return said.refuse(node.error());
  if (!*node) return said.stopped_early();
  std::cout << command << " listens on " << scheme_of(own) << (*node)->address()
            << "/  (/healthz, /readyz, /metrics)" << std::endl;
  return said.run(**node, signals.token());
}

}  // namespace potik::app
