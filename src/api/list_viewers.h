#pragma once
// Those who watch a user's list live: each stream gets the current list first and then every newer
// one. A slow one gets the newest when it is ready for it; what came between is gone.

#include <memory>
#include <string>
#include <string_view>

#include "api/request_ids.h"
#include "api/seat.h"
#include "api/services.h"
#include "api/ticker.h"
#include "api/tombstones.h"
#include "base/flat_map.h"
#include "base/mutex.h"

namespace potik::api {

// Thread-safe. The references outlive it; it outlives the streams, which the server ends before the
// router goes.
class ListViewers {
 public:
  ListViewers(const ListServices& services, const Options& options, const Tombstones& tombstones,
              RequestIds& request_ids);

  // 503 when the feed has no room for one more.
  void open(const std::string& user_id, Reply reply);
  // A video was deleted, or is back: those to whom that makes a difference get their list again.
  void correct(std::string_view video_id);

 private:
  struct Viewer;

  [[nodiscard]] SharedSeat take_seat(const std::shared_ptr<Viewer>& viewer);
  void start(const std::shared_ptr<Viewer>& viewer, const std::shared_ptr<Stream>& stream,
             const SharedSeat& seat);
  void show_current(const std::shared_ptr<Viewer>& viewer);
  void show(Viewer& viewer, const std::shared_ptr<const cache::RecommendationList>& list,
            bool cached);
  // `correction`: how often this list was shown again because a video of it was deleted.
  [[nodiscard]] std::string render(const cache::RecommendationList& list, bool cached,
                                   uint64_t correction);
  [[nodiscard]] bool shows(const cache::RecommendationList& list, std::string_view video_id) const;
  void keep_served();

  const ListServices& services_;
  const Options& options_;
  const Tombstones& tombstones_;
  RequestIds& request_ids_;
  Mutex mutex_;
  // Those of the open streams, by the feed's token. Shared with the feed's listeners.
  IntMap<std::shared_ptr<Viewer>> viewers_ POTIK_GUARDED_BY(mutex_);
  Ticker ticker_;  // last: it uses all of the above
};

}  // namespace potik::api
