#pragma once
// HttpFront: a router behind a listening server, and the options that both take from the
// configuration. What every role has in front.

#include <memory>
#include <string>

#include "adapters/beast/http_client.h"
#include "adapters/beast/http_server.h"
#include "api/failed_requests.h"
#include "api/host.h"
#include "api/router.h"
#include "api/services.h"
#include "app/alert_channels.h"
#include "app/config.h"
#include "app/system_clock.h"
#include "base/result.h"
#include "log/layout.h"
#include "monitor/metrics.h"

namespace potik::app {

struct PageDirs {
  std::string web;
  std::string media;
  std::string posters{};  // of `media`, where that is a folder of somebody's videos
};

// Opens access control too, and shows in `registry` what it refuses.
[[nodiscard]] Result<api::Options, std::string> api_options(const Config& config,
                                                            const log::Layout& layout,
                                                            const PageDirs& dirs,
                                                            monitor::MetricsRegistry& registry);

// What the router's handlers use outlives this object.
class HttpFront {
 public:
  // The error is a sentence for the operator.
  [[nodiscard]] static Result<std::unique_ptr<HttpFront>, std::string> start(
      const Config& config, std::unique_ptr<api::Router> router);
  // No further requests; those open are answered by whoever has them, until this object goes.
  void stop() { server_->stop(); }
  [[nodiscard]] std::string address() const;
  // Where this process reaches it: by the loopback, where it listens on every address.
  [[nodiscard]] beast::ServerAddress own_address() const;
  [[nodiscard]] bool on_loopback() const { return api::is_loopback_name(host_); }
  [[nodiscard]] const beast::HttpServer& server() const { return *server_; }

 private:
  HttpFront(const Config& config, std::unique_ptr<api::Router> router, std::string host)
      : lines_(log_lines(config, clock_)), router_(std::move(router)), host_(std::move(host)) {}

  SystemClock clock_;
  monitor::LogLines lines_;
  api::FailedRequests failed_{lines_, clock_};
  std::unique_ptr<api::Router> router_;
  std::string host_;
  std::unique_ptr<beast::HttpServer> server_;  // goes before the router
};

}  // namespace potik::app
