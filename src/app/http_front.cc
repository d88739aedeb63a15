#include "app/http_front.h"

#include <utility>

#include "api/host.h"
#include "app/access.h"
#include "app/data_dir.h"

namespace potik::app {
namespace {

Result<ListenAddress, std::string> address_of(const Config& config) {
  const auto address = parse_listen(config.http.listen);
  if (!address) return Error{"http.listen = \"" + config.http.listen + "\" is no ADDRESS:PORT"};
  return *address;
}

}  // namespace

Result<api::Options, std::string> api_options(const Config& config, const log::Layout& layout,
                                              const PageDirs& dirs,
                                              monitor::MetricsRegistry& registry) {
  const auto address = address_of(config);
  if (!address) return Error{address.error()};
  api::Options options = config.api;
  options.layout = layout;
  options.query = config.store.query;
  options.router.local_hosts_only = api::is_loopback_name(address->host);
  auto access = open_access(config, options.router.local_hosts_only, registry);
  if (!access) return Error{access.error()};
  options.router.access = std::move(access).value();
  options.export_dir = export_folder(config);
  options.web_dir = dirs.web;
  options.media_dir = dirs.media;
  options.posters_dir = dirs.posters;
  return options;
}

Result<std::unique_ptr<HttpFront>, std::string> HttpFront::start(
    const Config& config, std::unique_ptr<api::Router> router) {
  const auto address = address_of(config);
  if (!address) return Error{address.error()};
  std::unique_ptr<HttpFront> front(new HttpFront(config, std::move(router), address->host));
  beast::ServerOptions options = config.http.server;
  options.address = address->host;
  options.port = address->port;
  auto started = beast::HttpServer::start(
      *front->router_, options,
      [&failed = front->failed_](const api::Request& request, api::Response& response) {
        failed.note(request, response);
      });
  if (!started) return Error{started.error()};
  front->server_ = std::move(started).value();
  return front;
}

beast::ServerAddress HttpFront::own_address() const {
  std::string host = host_;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  return {std::move(host), server_->port()};
}

std::string HttpFront::address() const {
  const bool v6 = host_.find(':') != std::string::npos;
  return (v6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(server_->port());
}

}  // namespace potik::app
