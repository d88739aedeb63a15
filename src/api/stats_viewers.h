#pragma once
// The operations page's live stream: statistics once an interval and alerts as they come. One
// rendering serves all viewers; nothing is rendered while nobody looks.

#include <vector>

#include "api/services.h"
#include "api/ticker.h"
#include "base/mutex.h"

namespace potik::api {

// Thread-safe. The references outlive it; it outlives the streams, which the server ends before the
// router goes.
class StatsViewers {
 public:
  StatsViewers(const StatsSource& stats, monitor::AlertBoard& alerts, const Options& options);
  ~StatsViewers();

  void open(Reply reply);

 private:
  void start(const std::shared_ptr<Stream>& stream);
  void tick();
  void tell(const monitor::Alert& alert);
  [[nodiscard]] Stream::Text render() const;

  const StatsSource& stats_;
  monitor::AlertBoard& alerts_;
  const size_t viewers_max_;
  Mutex mutex_;
  std::vector<std::shared_ptr<Stream>> streams_ POTIK_GUARDED_BY(mutex_);
  monitor::AlertBoard::Token subscription_;  // after what its listener uses
  Ticker ticker_;                            // last: it uses all of the above
};

}  // namespace potik::api
