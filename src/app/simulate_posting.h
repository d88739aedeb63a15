#pragma once
// The sending side of a simulation: threads with a connection each, which post event lines and ask
// for lists. Refused or failed posts are repeated as they are: event ids make repetitions harmless.

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "app/simulate_server.h"
#include "app/simulate_traffic.h"

namespace potik::app {

struct PostingCounts {
  uint64_t sent = 0;  // events answered with 202
  uint64_t accepted = 0;
  uint64_t dead_letters = 0;
  uint64_t requests = 0;
  uint64_t retries = 0;  // posts that were refused (429, 503) or failed, and repeated
  uint64_t lost = 0;     // events given up
  uint64_t lists = 0;    // recommendation lists received
  double p50_ms = 0;     // of a post that was taken
  double p99_ms = 0;
  std::string last_problem;  // of the last refusal or failure; empty: none
};

struct PostingOptions {
  uint32_t connections = 4;
  size_t steps_waiting_max = 8;       // for each connection: how far they may drift apart
  int64_t give_up_after_ms = 30'000;  // of one post without success
  // Posts that are given up are dropped and the next ones tried, instead of nothing any more.
  bool goes_on = false;
  size_t latencies_max = 200'000;  // remembered for the percentiles
  std::stop_token stop{};          // once asked for, what waits is dropped
};

// A list that came back.
struct ReceivedList {
  uint32_t viewer = 0;
  std::string request_id;
  std::vector<std::string> video_ids;
};

// All methods but the constructor's threads belong to one thread.
class Posting {
 public:
  Posting(const Connect& connect, PostingOptions options);
  ~Posting();  // finish(), if it was not called
  Posting(const Posting&) = delete;
  Posting& operator=(const Posting&) = delete;

  // Deals the lines to connections by actor, so that an actor's events keep their order. Blocks
  // while a connection is behind: that is the server's backpressure.
  void post(const TrafficStep& step);
  // Asks for a viewer's list. Dropped when too many are being asked for already.
  void ask(uint32_t viewer, std::string user_id);
  [[nodiscard]] std::vector<ReceivedList> take_lists();
  // So far; exact after finish().
  [[nodiscard]] PostingCounts counts() const;
  // True once events were given up: the server is not there. Never where it goes on.
  [[nodiscard]] bool failed() const;
  // Something waits to be sent again.
  [[nodiscard]] bool behind() const;
  // Sends the rest and waits for the answers.
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::app
