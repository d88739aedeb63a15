#pragma once
// AlertLog: the channel that writes alerts into the process's log, a line for each notice.

#include "monitor/alert.h"
#include "monitor/log_line.h"

namespace potik::monitor {

// `lines` outlives it. Thread-safe. A notice that comes again after a restart is written again.
class AlertLog final : public AlertChannel {
 public:
  explicit AlertLog(const LogLines& lines) : lines_(lines) {}
  void send(const Alert& alert) override;

 private:
  const LogLines& lines_;
};

}  // namespace potik::monitor
