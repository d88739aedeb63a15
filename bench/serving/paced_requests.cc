// Requests at a steady pace, whatever the server's: each latency counts from when its request was
// due, so that a server that stalls is charged for all who would have waited (what is often called
// coordinated omission is not made).
//
//   paced_requests PORT RATE SECONDS CONNECTIONS PATH [USERS]
//
// '%' in PATH becomes the number of a user, 0 to USERS - 1. Prints one JSON object: requests,
// refused (other than 200), per_second, p50_ms, p99_ms, p999_ms, bytes (of the last body).

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr Clock::duration kPatience = std::chrono::milliseconds(100);

struct Options {
  uint16_t port = 0;
  double rate = 0;
  double seconds = 0;
  size_t connections = 1;
  std::string path;
  uint64_t users = 1;
};

struct Connection {
  int socket = -1;
  Clock::time_point due;  // of the request under way
  std::string in;
  size_t body_at = 0;  // 0: the head is not whole yet
  size_t body_bytes = 0;
  bool ok = false;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

int connect_to(uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fail("connect");
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

std::string request_text(const Options& options, uint64_t number) {
  std::string path = options.path;
  const size_t place = path.find('%');
  if (place != std::string::npos)
    path.replace(place, 1, std::to_string(number * 7919 % options.users));
  return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

class Run {
 public:
  explicit Run(const Options& options) : options_(options), epoll_(::epoll_create1(0)) {
    connections_.resize(options.connections);
    for (size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].socket = connect_to(options.port);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event) != 0) fail("epoll");
      free_.push_back(i);
    }
  }

  void go() {
    begun_ = Clock::now();
    const auto wanted = static_cast<uint64_t>(options_.rate * options_.seconds);
    while (latencies_ms_.size() < wanted) {
      while (sent_ < wanted && !free_.empty() && due_of(sent_) <= Clock::now()) send_next();
      receive(sent_ < wanted && !free_.empty() ? due_of(sent_) - Clock::now() : kPatience);
    }
    took_s_ = std::chrono::duration<double>(Clock::now() - begun_).count();
  }

  void print() {
    std::ranges::sort(latencies_ms_);
    const auto at = [&](double q) {
      const auto place = static_cast<size_t>(q * static_cast<double>(latencies_ms_.size()));
      return latencies_ms_[std::min(place, latencies_ms_.size() - 1)];
    };
    std::printf(
        "{\"requests\":%zu,\"refused\":%zu,\"per_second\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
        "\"p999_ms\":%.3f,\"bytes\":%zu}\n",
        latencies_ms_.size(), refused_, static_cast<double>(latencies_ms_.size()) / took_s_,
        at(0.5), at(0.99), at(0.999), last_bytes_);
  }

 private:
  [[nodiscard]] Clock::time_point due_of(uint64_t number) const {
    return begun_ + std::chrono::nanoseconds(
                        static_cast<int64_t>(1e9 * static_cast<double>(number) / options_.rate));
  }

  void send_next() {
    Connection& connection = connections_[free_.back()];
    free_.pop_back();
    connection.due = due_of(sent_);
    const std::string text = request_text(options_, sent_++);
    if (::send(connection.socket, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
      fail("send");
  }

  // Sleeps for want of answers, so that the server has the core to itself.
  void receive(Clock::duration patience) {
    const auto ns = std::max<int64_t>(0, std::chrono::nanoseconds(patience).count());
    const timespec most{ns / 1'000'000'000, ns % 1'000'000'000};
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_pwait2(epoll_, events.data(), events.size(), &most, nullptr);
    for (int i = 0; i < count; ++i) read_from(events[static_cast<size_t>(i)].data.u64);
  }

  void read_from(size_t place) {
    Connection& connection = connections_[place];
    std::array<char, 65'536> room;
    const ssize_t bytes = ::recv(connection.socket, room.data(), room.size(), 0);
    if (bytes <= 0) fail("the server closed a connection");
    connection.in.append(room.data(), static_cast<size_t>(bytes));
    if (connection.body_at == 0) take_head(connection);
    if (connection.body_at == 0 ||
        connection.in.size() < connection.body_at + connection.body_bytes)
      return;
    const auto took = Clock::now() - connection.due;
    latencies_ms_.push_back(std::chrono::duration<double, std::milli>(took).count());
    refused_ += connection.ok ? 0 : 1;
    last_bytes_ = connection.body_bytes;
    connection.in.clear();
    connection.body_at = 0;
    free_.push_back(place);
  }

  static void take_head(Connection& connection) {
    const size_t end = connection.in.find("\r\n\r\n");
    if (end == std::string::npos) return;
    constexpr std::string_view kLength = "Content-Length: ";
    const size_t length = connection.in.find(kLength);
    if (length > end) fail("an answer without Content-Length");
    const char* digits = connection.in.data() + length + kLength.size();
    std::from_chars(digits, connection.in.data() + end, connection.body_bytes);
    connection.ok = connection.in.starts_with("HTTP/1.1 200");
    connection.body_at = end + 4;
  }

  const Options& options_;
  int epoll_;
  std::vector<Connection> connections_;
  std::vector<size_t> free_;
  Clock::time_point begun_;
  uint64_t sent_ = 0;
  std::vector<double> latencies_ms_;
  size_t refused_ = 0;
  size_t last_bytes_ = 0;
  double took_s_ = 0;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 6) {
    std::fprintf(stderr, "paced_requests PORT RATE SECONDS CONNECTIONS PATH [USERS]\n");
    return 2;
  }
  Options options;
  options.port = static_cast<uint16_t>(std::atoi(arguments[1]));
  options.rate = std::atof(arguments[2]);
  options.seconds = std::atof(arguments[3]);
  options.connections = static_cast<size_t>(std::max(1, std::atoi(arguments[4])));
  options.path = arguments[5];
  if (count > 6) options.users = static_cast<uint64_t>(std::max(1, std::atoi(arguments[6])));
  Run run(options);
  run.go();
  run.print();
  return 0;
}
