#pragma once
// Progress as a role sees it that computes nothing: where processing is, is another process's
// knowledge. What is in the way of this role's own work, each says itself. Thread-safe.

#include <functional>
#include <vector>

#include "api/ports.h"

namespace potik::app {

class ElsewhereProgress : public api::Progress {
 public:
  [[nodiscard]] bool when_processed(std::vector<Position>, std::function<void()>) override {
    return false;
  }
  [[nodiscard]] bool refused(const Position&) const override { return false; }
  [[nodiscard]] bool has_room() const override { return true; }
  [[nodiscard]] uint64_t lag() const override { return 0; }
};

}  // namespace potik::app
