#include "monitor/alert_board.h"

#include <algorithm>

namespace potik::monitor {
namespace {

// An older one is from the way to the alert as it is kept: a recovery repeats its notices after
// the alerts were given as they are.
bool is_repeat_or_older(const Alert& kept, const Alert& notice) {
  if (kept.state != notice.state) return false;
  if (kept.state == AlertState::firing && notice.folded < kept.folded) return true;
  return kept.at == notice.at && kept.folded == notice.folded;
}

}  // namespace

AlertBoard::AlertBoard(size_t alerts_max) : alerts_max_(std::max<size_t>(alerts_max, 1)) {}

void AlertBoard::send(const Alert& alert) {
  const MutexLock lock(mutex_);
  const auto kept = std::find_if(alerts_.begin(), alerts_.end(),
                                 [&](const Alert& a) { return a.id == alert.id; });
  if (kept != alerts_.end()) {
    if (is_repeat_or_older(*kept, alert)) return;
    alerts_.erase(kept);
  } else {
    make_room();
  }
  alerts_.push_back(alert);
  for (const auto& [token, listener] : listeners_) listener(alert);
}

void AlertBoard::make_room() {
  if (alerts_.size() < alerts_max_) return;
  const auto resolved = std::find_if(alerts_.begin(), alerts_.end(), [](const Alert& alert) {
    return alert.state == AlertState::resolved;
  });
  alerts_.erase(resolved != alerts_.end() ? resolved : alerts_.begin());
}

std::vector<Alert> AlertBoard::list(std::optional<AlertState> state, size_t limit) const {
  std::vector<Alert> found;
  const MutexLock lock(mutex_);
  for (auto alert = alerts_.rbegin(); alert != alerts_.rend() && found.size() < limit; ++alert) {
    if (!state || alert->state == *state) found.push_back(*alert);
  }
  return found;
}

std::optional<Alert> AlertBoard::find(std::string_view id) const {
  const MutexLock lock(mutex_);
  const auto found = std::ranges::find(alerts_, id, &Alert::id);
  return found == alerts_.end() ? std::nullopt : std::optional(*found);
}

size_t AlertBoard::firing() const {
  const MutexLock lock(mutex_);
  return static_cast<size_t>(std::count_if(alerts_.begin(), alerts_.end(), [](const Alert& alert) {
    return alert.state == AlertState::firing;
  }));
}

AlertBoard::Token AlertBoard::subscribe(Listener listener) {
  const MutexLock lock(mutex_);
  listeners_.emplace_back(next_, std::move(listener));
  return next_++;
}

void AlertBoard::unsubscribe(Token token) {
  const MutexLock lock(mutex_);
  std::erase_if(listeners_, [token](const auto& entry) { return entry.first == token; });
}

}  // namespace potik::monitor
