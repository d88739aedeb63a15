#pragma once
// AlertFanOut: one channel in front of several.

#include <utility>
#include <vector>

#include "monitor/alert.h"

namespace potik::monitor {

// The channels outlive it. send() tells each in turn, on the calling thread.
class AlertFanOut final : public AlertChannel {
 public:
  explicit AlertFanOut(std::vector<AlertChannel*> channels) : channels_(std::move(channels)) {}
  void send(const Alert& alert) override {
    for (AlertChannel* channel : channels_) channel->send(alert);
  }

 private:
  std::vector<AlertChannel*> channels_;
};

}  // namespace potik::monitor
