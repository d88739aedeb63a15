#include "adapters/alertmanager/curl_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <mutex>
#include <string_view>

namespace potik::alertmanager {
namespace {

constexpr size_t kAnswerBytesMax = 300;
constexpr std::string_view kBearer = "bearer ";
constexpr std::string_view kBasic = "basic ";

// libcurl wants it once, before the first handle; and it may not be called by two threads at once.
void init_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// Takes all of the answer and keeps its beginning.
size_t take(char* data, size_t size, size_t count, void* to) {
  auto& text = *static_cast<std::string*>(to);
  const size_t bytes = size * count;
  text.append(data, std::min(bytes, kAnswerBytesMax - std::min(text.size(), kAnswerBytesMax)));
  return bytes;
}

int look_for_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

class Headers {
 public:
  ~Headers() { curl_slist_free_all(list_); }
  Headers() = default;
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  void add(const char* line) { list_ = curl_slist_append(list_, line); }
  [[nodiscard]] curl_slist* list() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

class CurlPost final : public HttpPost {
 public:
  explicit CurlPost(const Options& options)
      : url_(options.url + "/api/v2/alerts"),
        credentials_file_(options.credentials_file),
        ca_file_(options.ca_file) {
    init_once();
    handle_.reset(curl_easy_init());
    headers_.add("Content-Type: application/json");
    headers_.add("Expect:");  // else a second's wait for "100 Continue" before a large body
  }

  PostAnswer post(const std::string& body, int64_t timeout_ms,
                  const std::stop_token& stop) override {
    CURL* curl = handle_.get();
    if (curl == nullptr) return {0, "libcurl could not be set up"};
    PostAnswer answer;
    std::array<char, CURL_ERROR_SIZE> why{};
    curl_easy_reset(curl);  // keeps the connection
    if (!set_credentials(curl))
      return {0, "the credentials file " + credentials_file_ +
                     " holds no line \"bearer TOKEN\" or \"basic NAME:PASSWORD\""};
    curl_easy_setopt(curl, CURLOPT_URL, url_.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.list());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms));
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.text);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, look_for_stop);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);
    if (!ca_file_.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file_.c_str());
    const CURLcode done = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    if (done != CURLE_OK)
      return {0, why.front() != '\0' ? std::string(why.data()) : curl_easy_strerror(done)};
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
  }

 private:
  // libcurl copies the texts.
  bool set_credentials(CURL* curl) const {
    if (credentials_file_.empty()) return true;
    std::string line;
    std::ifstream file(credentials_file_);
    std::getline(file, line);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.starts_with(kBearer) && line.size() > kBearer.size()) {
      curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
      curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER, line.c_str() + kBearer.size());
      return true;
    }
    if (line.starts_with(kBasic) && line.find(':') != std::string::npos) {
      curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_easy_setopt(curl, CURLOPT_USERPWD, line.c_str() + kBasic.size());
      return true;
    }
    return false;
  }

  struct Close {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  };
  const std::string url_;
  const std::string credentials_file_;
  const std::string ca_file_;
  Headers headers_;
  std::unique_ptr<CURL, Close> handle_;
};

}  // namespace

std::unique_ptr<HttpPost> make_curl_post(const Options& options) {
  return std::make_unique<CurlPost>(options);
}

}  // namespace potik::alertmanager
