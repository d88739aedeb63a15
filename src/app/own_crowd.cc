#include "app/own_crowd.h"

#include <utility>

#include "app/simulate_http.h"

namespace potik::app {
namespace {

constexpr int64_t kTimeoutMs = 5'000;  // of one request; bounds what a stop waits for

}  // namespace

Connect connect_to_own(const HttpFront& front, const Config& config, const std::string& key) {
  beast::ClientOptions options;
  options.timeout_ms = kTimeoutMs;
  options.key = key;
  options.trust.certificate_file = config.http.server.tls.certificate;
  beast::ServerAddress address = front.own_address();
  address.tls = config.http.server.tls.used();
  return connect_by_http(std::move(address), std::move(options));
}

}  // namespace potik::app
