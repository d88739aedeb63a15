#pragma once
// `potik simulate`: viewers with tastes and, on request, attackers against a running server. Also
// the load generator.

#include <cstdint>
#include <ostream>
#include <stop_token>
#include <string>
#include <vector>

#include "app/simulate_attacks.h"
#include "app/simulate_server.h"
#include "base/clock.h"

namespace potik::app {

struct SimulateOptions {
  std::string url = "http://127.0.0.1:8080";  // for messages; `connect` decides
  std::string key;                            // as the url: of `connect`
  std::string ca_file;                        // likewise
  uint32_t viewers = 2'000;  // raised when `rate` asks for more than these can do as people
  double rate = 200;  // the crowd's events per second of event time; 0: every viewer always active
  double duration_s = 60;  // of real time; 0: until stopped
  double event_time_hours =
      0;  // above 0: no waiting; so many hours of the past up to now, as fast as the server takes
  uint64_t seed = 1;
  uint32_t connections = 4;
  uint32_t videos = 200;  // made up when the server has no catalogue
  std::vector<AttackKind> attacks;
  double attack_after_s = 2;
  double attack_duration_s = 60;
  bool profiles = true;   // tells the server who the viewers are, first
  bool json = false;      // a summary as one JSON object instead of sentences
  bool progress = false;  // a line a second on `notes`, for a terminal
};

// Blocks until done or stopped. Writes the summary to `out` and everything else to `notes`. Returns
// the process's exit code: 0, or 1 where the server could not be reached or events were given up.
[[nodiscard]] int run_simulate(const SimulateOptions& options, const Connect& connect,
                               const Clock& clock, std::stop_token stop, std::ostream& out,
                               std::ostream& notes);

}  // namespace potik::app
