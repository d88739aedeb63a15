#pragma once
// RecentLikes: the last counted likes of one key group of videos, with all that is needed to take
// them back when a burst is found that they belong to. Bounded; part of the state. Threads: the
// owner of the key group. Cost: a like some 50 ns, without allocation once it is full.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "model/video_table.h"

namespace potik::pipeline {

struct RecentLike {
  std::string user_id;
  UserHandle user{};
  Epoch epoch{};
  uint32_t index = 0;  // in KeyGroupOutput::acts, while the epoch lasts
  model::Act act;      // without `recent`
  std::vector<model::Met> recent;
};

class RecentLikes {
 public:
  static constexpr size_t kMax = 64;

  // A place for one more like, to be filled in whole: that of the oldest where all are taken.
  RecentLike& add();
  // The viewer's like of the video is no longer to be taken back.
  void erase(UserHandle user, VideoHandle video);
  // Takes out every like of the video at or after `since`, oldest first. The reference lasts for
  // the call.
  void take(VideoHandle video, TimeMs since, const std::function<void(const RecentLike&)>& on_like);

  void save(ByteWriter& out) const;
  // False if the bytes are not those of save(), or speak of a video above `videos`.
  [[nodiscard]] bool load(ByteReader& in, uint32_t videos);
  [[nodiscard]] size_t memory_bytes() const;
  bool dirty = false;  // since the last snapshot; the owner clears it

 private:
  void put_in_order();
  std::vector<RecentLike> likes_;
  size_t oldest_ = 0;  // its place; the others follow, round and round
};

}  // namespace potik::pipeline
