#pragma once
// A plain socket, for saying to a server what no proper client says.

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "adapters/beast/http_client.h"

namespace potik::beast {

class RawSocket {
 public:
  explicit RawSocket(const ServerAddress& address)
      : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(address.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&to), sizeof(to)) == 0;
  }
  ~RawSocket() { ::close(descriptor_); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  // False if the other side has closed.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // The other side reads the end of the connection, and may still answer.
  void end_of_sending() const { ::shutdown(descriptor_, SHUT_WR); }

  // Reads until `wanted` has been seen, the other side closes or ten seconds are over; gives
  // everything read.
  std::string read_until(std::string_view wanted) {
    std::string seen;
    std::array<char, 4096> buffer{};
    while (wanted.empty() || seen.find(wanted) == std::string::npos) {
      pollfd waiting{descriptor_, POLLIN, 0};
      if (::poll(&waiting, 1, 10'000) <= 0) break;
      const ssize_t bytes = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
      if (bytes <= 0) {
        closed_ = true;
        break;
      }
      seen.append(buffer.data(), static_cast<size_t>(bytes));
    }
    return seen;
  }
  std::string read_to_end() { return read_until(""); }
  // The last read ran into the end of the connection.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  int descriptor_;
  bool connected_ = false;
  bool closed_ = false;
};

}  // namespace potik::beast
