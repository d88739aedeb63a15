#pragma once
// Boost.Beast's parser filling an api::Request in place: no table of headers, no allocation once a
// connection's strings have grown.

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <utility>

#include "api/http.h"

namespace potik::beast {

// One per request. Not thread-safe.
class RequestParser : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(api::Request& request, size_t header_bytes_max, size_t body_bytes_max);

  // After the headers: the client waits for "100 Continue" before it sends the body. True once.
  [[nodiscard]] bool take_expects_continue() { return std::exchange(expects_continue_, false); }
  [[nodiscard]] bool is_http_1_0() const { return version_ < 11; }
  // HTTP/1.1 without Host, a target that is no path, a Content-Length twice, or a
  // Transfer-Encoding that is not exactly "chunked": 400. Where it cannot be told for sure where
  // the body ends, a proxy in front might see the next request where this server sees a body, or
  // the other way round.
  [[nodiscard]] bool is_well_formed() const;
  // Bytes of a body of declared length that have not been parsed; 0 for a chunked one.
  [[nodiscard]] uint64_t body_bytes_left();
  // Room for `bytes` more in the body, for reading into it past the parser. Grows by doubling, so
  // that a length that was only declared costs nothing.
  [[nodiscard]] char* extend_body(size_t bytes);

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, string_view, string_view target, int version,
                       error_code&) override;
  void on_response_impl(int, string_view, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field field, string_view name, string_view value,
                     error_code&) override;
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>& content_length, error_code&) override;
  size_t on_body_impl(string_view body, error_code&) override;
  void on_chunk_header_impl(uint64_t, string_view, error_code&) override {}
  size_t on_chunk_body_impl(uint64_t, string_view body, error_code& error) override;
  void on_finish_impl(error_code&) override {}

  api::Request& request_;
  size_t head_bytes_left_;
  int version_ = 11;
  bool expects_continue_ = false;
  bool is_chunked_ = false;
  bool has_length_ = false;
  bool has_strange_end_ = false;
};

}  // namespace potik::beast
