#pragma once
// AlertBook: folds signals of one kind and subject into one alert that fires once, is updated rarely, and resolves
// when event time has passed without a further signal. Used in the serial part of an epoch.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "detect/signal.h"
#include "monitor/alert.h"
#include "state/snapshot_store.h"

namespace potik::detect {

struct AlertBookOptions {
  int64_t resolve_after_ms = 60'000;   // event time without a signal
  uint32_t open_max = 1'024;           // open alerts; beyond it signals are counted, not opened
};

class AlertBook {
 public:
  explicit AlertBook(AlertBookOptions options);
  // `signals` in deterministic order. Appends firing notices (the first signal of an alert, and again when `folded` has
  // grown tenfold) and resolved ones. `now` is the newest event time seen by the core.
  void fold(std::span<const Signal> signals, TimeMs now, std::vector<monitor::Alert>& out);
  [[nodiscard]] size_t open() const;
  [[nodiscard]] uint64_t dropped() const;  // signals beyond open_max
  void collect_changes(std::vector<state::Change>& out);
  [[nodiscard]] bool load(std::string_view key, std::string_view value);

 private:
  struct Open {
    monitor::Alert alert;
    TimeMs last_signal{};
    uint64_t next_notice = 10;
    bool dirty = false;
  };
  AlertBookOptions options_;
  std::vector<Open> open_;              // sorted by alert id
  std::vector<std::string> closed_keys_;
  uint64_t dropped_ = 0;
};

}  // namespace potik::detect
