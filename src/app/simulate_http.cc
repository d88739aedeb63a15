#include "app/simulate_http.h"

#include <charconv>
#include <memory>
#include <utility>

namespace potik::app {
namespace {

class HttpConnection final : public ServerConnection {
 public:
  HttpConnection(beast::ServerAddress address, std::string authorization, int64_t timeout_ms)
      : client_(std::move(address), {.timeout_ms = timeout_ms}),
        authorization_(std::move(authorization)) {}

  [[nodiscard]] ServerAnswer send(std::string_view method, std::string_view target,
                                  std::string_view content_type, std::string_view body) override {
    beast::ClientRequest request{
        .method = method, .target = target, .body = body, .content_type = content_type};
    if (!authorization_.empty()) request.headers.emplace_back("Authorization", authorization_);
    const auto answer = client_.send(request);
    if (!answer) return {0, answer.error(), 0};
    const std::string_view after = answer->header("Retry-After");
    int64_t seconds = 0;
    std::from_chars(after.data(), after.data() + after.size(), seconds);
    return {answer->status, answer->body, seconds * 1000};
  }

 private:
  beast::HttpClient client_;
  std::string authorization_;
};

}  // namespace

Connect connect_by_http(beast::ServerAddress address, std::string authorization,
                        int64_t timeout_ms) {
  return [address = std::move(address), authorization = std::move(authorization), timeout_ms] {
    return std::make_unique<HttpConnection>(address, authorization, timeout_ms);
  };
}

}  // namespace potik::app
