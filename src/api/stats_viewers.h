#pragma once
// The operations page's live stream: statistics and a sample of events once an interval, alerts as
// they come. One rendering serves all viewers; nothing is rendered while nobody looks.

#include <vector>

#include "api/seat.h"
#include "api/services.h"
#include "api/ticker.h"
#include "base/mutex.h"

namespace potik::api {

// Thread-safe. The references outlive it; it outlives the streams, which the server ends before the
// router goes.
class StatsViewers {
 public:
  StatsViewers(const OperationsServices& services, const Options& options);
  ~StatsViewers();

  // 503 when stats_viewers_max look already.
  void open(Reply reply);
  // Shows an alert once more: what operators say of it has changed.
  void tell(const monitor::Alert& alert);

 private:
  [[nodiscard]] SharedSeat take_seat();
  void start(const std::shared_ptr<Stream>& stream, const SharedSeat& seat);
  void tick();
  [[nodiscard]] std::string render() const;
  [[nodiscard]] std::string render_tail() const;

  const OperationsServices services_;
  const size_t viewers_max_;
  const int retry_after_s_;
  Mutex mutex_;
  size_t seats_taken_ POTIK_GUARDED_BY(mutex_) = 0;
  std::vector<std::shared_ptr<Stream>> streams_ POTIK_GUARDED_BY(mutex_);
  monitor::AlertBoard::Token subscription_;  // after what its listener uses
  Ticker ticker_;                            // last: it uses all of the above
};

}  // namespace potik::api
