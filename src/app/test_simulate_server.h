#pragma once
// A server for the simulator's tests, and a clock that runs fast.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "app/simulate_server.h"
#include "base/clock.h"

namespace potik::app {

// Fifty milliseconds pass with every look at it.
class SteppingClock : public Clock {
 public:
  [[nodiscard]] TimeMs now() const override { return TimeMs(now_.fetch_add(50)); }

 private:
  mutable std::atomic<int64_t> now_{1'700'000'000'000};
};

// A server that keeps what it is sent and answers as the API does.
class FakeServer {
 public:
  class Connection : public ServerConnection {
   public:
    explicit Connection(FakeServer& server) : server_(server) {}
    ServerAnswer send(std::string_view method, std::string_view target, std::string_view,
                      std::string_view body) override {
      return server_.handle(method, target, body);
    }

   private:
    FakeServer& server_;
  };

  [[nodiscard]] Connect connect() {
    return [this] { return std::make_unique<Connection>(*this); };
  }
  ServerAnswer handle(std::string_view method, std::string_view target, std::string_view body) {
    const std::lock_guard lock(mutex_);
    if (down) return {0, "connection refused", 0};
    if (target.starts_with("/v1/events")) return take_events(body);
    if (target.starts_with("/v1/videos") && method == "GET") return {200, catalogue, 0};
    if (target.starts_with("/v1/videos")) return put_videos(body);
    if (target == "/v1/users") return {200, "{}", 0};
    ++lists;
    return {200, R"({"request_id":"r1","videos":[{"video_id":"sim-v3"},{"video_id":"sim-v4"}]})",
            0};
  }

  void put_catalogue(std::string json) {
    const std::lock_guard lock(mutex_);
    catalogue = std::move(json);
  }
  [[nodiscard]] uint64_t lines_so_far() const {
    const std::lock_guard lock(mutex_);
    return lines;
  }
  // What it was sent so far, at one moment.
  [[nodiscard]] std::string events_so_far() const {
    const std::lock_guard lock(mutex_);
    return events;
  }

  std::string catalogue = R"({"videos":[],"next":null})";
  std::string events;
  uint64_t lines = 0;
  uint64_t made_videos = 0;
  uint64_t lists = 0;
  std::atomic<int> refusals{0};
  std::atomic<bool> down{false};
  std::atomic<bool> forbidden{false};

 private:
  ServerAnswer take_events(std::string_view body) {
    if (forbidden) return {401, "no key", 0};
    if (refusals-- > 0) return {429, "too much", 1};
    events += body;
    const auto count = static_cast<uint64_t>(std::ranges::count(body, '\n'));
    lines += count;
    return {202, "{\"accepted\":" + std::to_string(count) + ",\"dead_letters\":0}", 0};
  }
  ServerAnswer put_videos(std::string_view body) {
    made_videos += static_cast<uint64_t>(std::ranges::count(body, '\n'));
    return {202, "{}", 0};
  }
  mutable std::mutex mutex_;
};

}  // namespace potik::app
