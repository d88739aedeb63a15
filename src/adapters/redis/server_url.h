#pragma once
// Where a Redis server is and as whom to ask it, from one text. Pure functions.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace potik::redis {

struct ServerUrl {
  std::string host;  // empty where there is a socket
  uint16_t port = 6'379;
  std::string socket;  // path of a Unix socket, or empty
  std::string user;    // empty: the default one
  std::string password;
  uint32_t database = 0;
};

// redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE] or unix://[[USER]:PASSWORD@]/PATH[?db=DATABASE];
// %XX in user and password, an IPv6 address in brackets. The error is the end of a sentence.
[[nodiscard]] Result<ServerUrl, std::string> parse_url(std::string_view text);

// For people: without the password.
[[nodiscard]] std::string name_of(const ServerUrl& url);

}  // namespace potik::redis
