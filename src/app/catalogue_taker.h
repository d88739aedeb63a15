#pragma once
// CatalogueTaker: who takes in the videos that a server writes into the log for its own catalogue,
// seen by who writes them.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/ports.h"
#include "base/result.h"

namespace potik::app {

// Called by one thread. What it returns is asked again and again by that thread, and outlived by
// the taker.
class CatalogueTaker {
 public:
  virtual ~CatalogueTaker() = default;
  // How many videos are known, deleted ones too; nothing as long as that is not clear.
  [[nodiscard]] virtual std::function<std::optional<uint32_t>()> videos_known() = 0;
  // Whether the records at these positions have been taken in.
  [[nodiscard]] virtual std::function<bool()> taking(
      std::vector<api::Progress::Position> positions) = 0;
  // Why it has ended by itself, if it did: what is asked for will not come.
  [[nodiscard]] virtual Status<std::string> ended() const = 0;
};

}  // namespace potik::app
