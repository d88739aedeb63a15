#pragma once
// Lists for simulated viewers: asks for those that are wanted, and hands over what came back.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/simulate_posting.h"
#include "app/simulate_traffic.h"

namespace potik::app {

// One thread. What it is given outlives it.
class SimulatedLists {
 public:
  SimulatedLists(const SimulatedCatalogue& catalogue, SimulatedTraffic& traffic, Posting& posting);
  // Once a step. Does not wait for answers.
  void exchange();
  // Index in the catalogue; nothing if the video is not there.
  [[nodiscard]] std::optional<uint32_t> index_of(const std::string& video_id) const;

 private:
  SimulatedTraffic& traffic_;
  Posting& posting_;
  std::unordered_map<std::string, uint32_t> index_of_;
};

}  // namespace potik::app
