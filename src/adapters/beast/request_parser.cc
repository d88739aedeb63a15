#include "adapters/beast/request_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <cstring>

#include "event/decode.h"

namespace potik::beast {
namespace {

namespace http = boost::beast::http;

// Memory given on the word of a Content-Length header, before the bytes are there.
constexpr size_t kTrustedBodyBytes = 256U << 10U;

api::Method method_of(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return api::Method::get;
    case http::verb::head:
      return api::Method::head;
    case http::verb::post:
      return api::Method::post;
    case http::verb::put:
      return api::Method::put;
    case http::verb::delete_:
      return api::Method::del;
    case http::verb::options:
      return api::Method::options;
    default:
      return api::Method::other;
  }
}

std::string* header_of(http::field field, api::Request& request) {
  switch (field) {
    case http::field::host:
      return &request.host;
    case http::field::origin:
      return &request.origin;
    case http::field::accept:
      return &request.accept;
    case http::field::content_type:
      return &request.content_type;
    case http::field::content_encoding:
      return &request.content_encoding;
    case http::field::range:
      return &request.range;
    case http::field::if_range:
      return &request.if_range;
    case http::field::if_none_match:
      return &request.if_none_match;
    case http::field::if_modified_since:
      return &request.if_modified_since;
    case http::field::authorization:
      return &request.authorization;
    default:
      return nullptr;
  }
}

}  // namespace

RequestParser::RequestParser(api::Request& request, size_t header_bytes_max, size_t body_bytes_max)
    : request_(request), head_bytes_left_(header_bytes_max) {
  request_.clear();
  request_.body.reserve(event::kDecodePadding);  // also where no body comes
  header_limit(static_cast<uint32_t>(header_bytes_max));
  body_limit(body_bytes_max);
  eager(true);
}

bool RequestParser::is_well_formed() const {
  if (!is_http_1_0() && request_.host.empty()) return false;
  if (has_strange_end_ || (is_chunked_ && is_http_1_0())) return false;
  return request_.target.starts_with('/') ||
         (request_.method == api::Method::options && request_.target == "*");
}

uint64_t RequestParser::body_bytes_left() {
  const auto left = content_length_remaining();
  return left ? *left : 0;
}

char* RequestParser::extend_body(size_t bytes) {
  const size_t size = request_.body.size();
  if (request_.body.capacity() < size + bytes + event::kDecodePadding) {
    request_.body.reserve(std::max(2 * size, size + bytes) + event::kDecodePadding);
  }
  request_.body.resize(size + bytes);
  return request_.body.data() + size;
}

void RequestParser::on_request_impl(http::verb verb, string_view, string_view target, int version,
                                    error_code&) {
  version_ = version;
  request_.method = method_of(verb);
  request_.target.assign(target.data(), target.size());
  // Absolute form, as a proxy sends it: the authority is for routing to this server, which has
  // happened.
  const size_t scheme =
      request_.target.starts_with('/') ? std::string::npos : request_.target.find("://");
  if (scheme == std::string::npos) return;
  const size_t path = request_.target.find('/', scheme + 3);
  request_.target = path == std::string::npos ? "/" : request_.target.substr(path);
}

void RequestParser::on_field_impl(http::field field, string_view name, string_view value,
                                  error_code& error) {
  // The library's own limit is for what it has not yet understood: many short headers, each
  // understood at once, would pass it by.
  const size_t bytes = name.size() + value.size() + 4;
  if (bytes > head_bytes_left_) {
    error = http::error::header_limit;
    return;
  }
  head_bytes_left_ -= bytes;
  if (is_header_done()) return;  // of a trailer: who asks, and for what, stands in the head
  if (field == http::field::expect) {
    expects_continue_ = boost::beast::iequals(value, "100-continue");
    return;
  }
  if (field == http::field::transfer_encoding) {
    if (is_chunked_ || !boost::beast::iequals(value, "chunked")) has_strange_end_ = true;
    is_chunked_ = true;
    return;
  }
  if (field == http::field::content_length) {
    const bool is_list = value.find(',') != string_view::npos;
    if (std::exchange(has_length_, true) || is_list) has_strange_end_ = true;
    return;
  }
  std::string* header = header_of(field, request_);
  if (field == http::field::unknown && boost::beast::iequals(name, "traceparent"))
    header = &request_.traceparent;
  if (header == nullptr) return;
  if (!header->empty()) header->append(", ");
  header->append(value.data(), value.size());
}

void RequestParser::on_body_init_impl(const boost::optional<uint64_t>& content_length,
                                      error_code&) {
  const uint64_t expected = content_length ? *content_length : 0;
  request_.body.reserve(static_cast<size_t>(std::min<uint64_t>(expected, kTrustedBodyBytes)) +
                        event::kDecodePadding);
}

size_t RequestParser::on_body_impl(string_view body, error_code&) {
  std::memcpy(extend_body(body.size()), body.data(), body.size());
  return body.size();
}

size_t RequestParser::on_chunk_body_impl(uint64_t, string_view body, error_code& error) {
  return on_body_impl(body, error);
}

}  // namespace potik::beast
