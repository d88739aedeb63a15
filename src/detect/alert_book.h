#pragma once
// AlertBook: folds signals of one kind and subject into one alert that fires once, is updated
// rarely, and resolves when event time has passed without a further signal. Used in the serial part
// of an epoch; not thread-safe.

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
  int64_t resolve_after_ms = 60'000;  // event time without a signal
  uint32_t open_max = 1'024;          // open alerts; beyond it signals are counted, not opened
};

class AlertBook {
 public:
  static constexpr size_t kSamplesMax = 8;
  static constexpr std::string_view kKeyPrefix = "alert/";  // of its records' keys

  explicit AlertBook(AlertBookOptions options);
  // `signals` in deterministic order; they are folded by time. Appends firing notices (the first
  // signal of an alert, and again when `folded` has grown tenfold) and resolved ones. `now` is the
  // newest event time seen by the core. Notices of one alert come in order. Cost: a binary search
  // over the open alerts for each signal.
  void fold(std::span<const Signal> signals, TimeMs now, std::vector<monitor::Alert>& out);
  [[nodiscard]] size_t open() const;
  // The open alerts as they are now, in the words of now, by the time of their last signal: for
  // whoever begins to listen late, as the operations page does after a restart.
  [[nodiscard]] std::vector<monitor::Alert> firing() const;
  [[nodiscard]] uint64_t dropped() const;  // signals beyond open_max, since this process began
  // Section::detectors, key group 0, keys "alert/<id>": what changed since the last call.
  void collect_changes(std::vector<state::Change>& out);
  // One record of a snapshot; false if it is not one of this book's or cannot be read.
  [[nodiscard]] bool load(std::string_view key, std::string_view value);
  [[nodiscard]] size_t memory_bytes() const;

 private:
  struct Open {
    monitor::Alert alert;
    TimeMs last_signal{};
    TimeMs noticed_at{};  // the core's newest event time when the last signal was folded
    uint64_t next_notice = 10;
    bool dirty = false;
  };
  using Place = std::vector<Open>::iterator;
  [[nodiscard]] Place place_of(std::string_view kind, std::string_view type,
                               std::string_view subject);
  void open_alert(Place place, const Signal& signal, TimeMs now, std::vector<monitor::Alert>& out);
  void repeat(Open& open, const Signal& signal, TimeMs now, std::vector<monitor::Alert>& out);
  void resolve(Open& open, std::vector<monitor::Alert>& out);

  AlertBookOptions options_;
  std::vector<Open> open_;  // sorted by kind, subject type, subject
  std::vector<std::string> closed_keys_;
  uint64_t dropped_ = 0;
};

}  // namespace potik::detect
