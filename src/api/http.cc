#include "api/http.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "api/problem.h"

namespace potik::api {
namespace {

constexpr std::array<std::string_view, 7> kMethodNames{"GET",    "HEAD",    "POST", "PUT",
                                                       "DELETE", "OPTIONS", ""};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view name(Method method) { return kMethodNames[static_cast<size_t>(method)]; }

std::optional<std::string> decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string_view Request::path() const {
  const std::string_view all = target;
  return all.substr(0, all.find('?'));
}

std::string_view Request::query() const {
  const std::string_view all = target;
  const size_t mark = all.find('?');
  return mark == std::string_view::npos ? std::string_view{} : all.substr(mark + 1);
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  std::string_view rest = query();
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const size_t equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) != name) continue;
    std::string value(pair.substr(std::min(equals + 1, pair.size())));
    std::replace(value.begin(), value.end(), '+', ' ');
    return decode_percent(value).value_or(value);
  }
  return std::nullopt;
}

void Request::clear() {
  for (std::string* text :
       {&target, &host, &origin, &accept, &content_type, &content_encoding, &range, &if_range,
        &if_none_match, &if_modified_since, &authorization, &traceparent, &body, &viewer_id}) {
    text->clear();
  }
  ids.clear();
}

FileSlice::~FileSlice() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool FileSlice::read(uint64_t at, size_t bytes_max, std::string& out) const {
  out.resize(static_cast<size_t>(std::min<uint64_t>(bytes_max, size_ - std::min(at, size_))));
  if (out.empty()) return false;
  const ssize_t bytes =
      ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset_ + at));
  if (bytes <= 0) return false;
  out.resize(static_cast<size_t>(bytes));
  return true;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

Reply::~Reply() {
  if (!sink_) return;
  send(problem(500, "The request was dropped inside the server; its log says more."));
}

void Reply::send(Response response) {
  for (Header& header : headers_) response.headers.push_back(std::move(header));
  std::exchange(sink_, nullptr)->answer(request_, std::move(response));
}

void Reply::send_later(ReplySink::Render render) {
  const std::shared_ptr<ReplySink> sink = std::exchange(sink_, nullptr);
  if (headers_.empty()) {
    sink->answer_later(request_, std::move(render));
    return;
  }
  sink->answer_later(request_, [render = std::move(render), headers = std::move(headers_)] {
    Response response = render();
    response.headers.insert(response.headers.end(), headers.begin(), headers.end());
    return response;
  });
}

void Reply::take_time() {
  if (sink_) sink_->take_time(request_);
}

void Reply::stream(ReplySink::StreamStart start) {
  std::exchange(sink_, nullptr)->start_stream(request_, std::move(headers_), std::move(start));
}

}  // namespace potik::api
