#include "app/server_url.h"

#include <cstdlib>

namespace potik::app {
namespace {

std::string key_or_variable(const std::string& key) {
  if (!key.empty()) return key;
  const char* const variable = std::getenv("POTIK_KEY");
  return variable == nullptr ? std::string() : variable;
}

}  // namespace

beast::ClientOptions remote_access(const std::string& key, const std::string& ca_file) {
  beast::ClientOptions options;
  options.key = key_or_variable(key);
  options.trust.authorities_file = ca_file;
  return options;
}

std::string url_of(const RunningServer& server) {
  return (server.certificate_file.empty() ? "http://" : "https://") + server.address;
}

beast::ClientOptions local_access(const RunningServer& server, const std::string& key) {
  beast::ClientOptions options;
  options.key = key_or_variable(key);
  options.trust.certificate_file = server.certificate_file;
  return options;
}

}  // namespace potik::app
