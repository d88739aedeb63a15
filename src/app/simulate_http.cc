#include "app/simulate_http.h"

#include <charconv>
#include <memory>
#include <utility>

namespace potik::app {
namespace {

class HttpConnection final : public ServerConnection {
 public:
  HttpConnection(beast::ServerAddress address, beast::ClientOptions options)
      : client_(std::move(address), std::move(options)) {}

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

Connect connect_by_http(beast::ServerAddress address, beast::ClientOptions options) {
  return [address = std::move(address), options = std::move(options)] {
    return std::make_unique<HttpConnection>(address, options);
  };
}

}  // namespace potik::app
