#pragma once
// AlertBoard: the channel behind the operations page. Keeps the newest alerts, one entry an id with
// its latest notice, and tells listeners of every change. Bounded by alerts_max: the alert whose
// last notice is oldest goes first, resolved ones before firing ones.

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "monitor/alert.h"

namespace potik::monitor {

// Thread-safe. send() costs a search over at most alerts_max entries plus the listeners' own work.
class AlertBoard : public AlertChannel {
 public:
  // Runs on the sending thread under the board's lock: must not block nor call back into the board.
  using Listener = std::function<void(const Alert&)>;
  using Token = uint64_t;

  explicit AlertBoard(size_t alerts_max);

  // A notice equal in (id, state, at, folded) to the one kept is a repeat, and a firing one with
  // less folded than a firing one that is kept is older: both change nothing and nobody is told.
  void send(const Alert& alert) override;

  // The last notice of each alert, newest first; only those in `state` if one is given.
  [[nodiscard]] std::vector<Alert> list(std::optional<AlertState> state, size_t limit) const;
  [[nodiscard]] std::optional<Alert> find(std::string_view id) const;
  [[nodiscard]] size_t firing() const;

  [[nodiscard]] Token subscribe(Listener listener);
  // On return the listener is not running and will not run again.
  void unsubscribe(Token token);

 private:
  void make_room() POTIK_REQUIRES(mutex_);

  const size_t alerts_max_;
  mutable Mutex mutex_;
  std::vector<Alert> alerts_
      POTIK_GUARDED_BY(mutex_);  // in order of their last notice, oldest first
  std::vector<std::pair<Token, Listener>> listeners_ POTIK_GUARDED_BY(mutex_);
  Token next_ POTIK_GUARDED_BY(mutex_) = 1;
};

}  // namespace potik::monitor
