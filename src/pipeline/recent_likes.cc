#include "pipeline/recent_likes.h"

#include <algorithm>

#include "base/key_group.h"
#include "base/stored_numbers.h"
#include "model/taste.h"

namespace potik::pipeline {
namespace {

void save_like(ByteWriter& out, const RecentLike& like) {
  out.text(like.user_id);
  out.put(like.user.value());
  out.put(like.epoch.value());
  out.put(like.act.video.value());
  out.put(like.act.at.value());
  out.put(like.act.segment);
  out.put(static_cast<uint8_t>(like.act.positive ? 1 : 0));
  out.put(static_cast<uint8_t>(like.act.meets ? 1 : 0));
  out.put(static_cast<uint8_t>(like.act.wins ? 1 : 0));
  out.put(static_cast<uint8_t>(like.recent.size()));
  for (const model::Met& met : like.recent) {
    out.put(met.video.value());
    out.put(static_cast<uint8_t>(met.positive ? 1 : 0));
  }
}

VideoHandle get_video(ByteReader& in, uint32_t videos) {
  const auto video = in.get<uint32_t>();
  if (video == 0 || video > videos) in.fail();
  return VideoHandle(video);
}

void load_like(ByteReader& in, uint32_t videos, RecentLike& like) {
  like.user_id = in.text();
  like.user = UserHandle(in.get<uint64_t>());
  if (key_group_index(like.user) != key_group_of(like.user_id).value()) in.fail();
  like.epoch = Epoch(in.get<uint64_t>());
  like.act.video = get_video(in, videos);
  like.act.type = event::EventType::video_liked;
  like.act.at = TimeMs(get_ms(in));
  like.act.segment = in.get<uint16_t>();
  like.act.positive = get_bool(in);
  like.act.meets = get_bool(in);
  like.act.wins = get_bool(in);
  like.recent.resize(in.get<uint8_t>());
  if (like.recent.size() > model::kRingMax || like.act.segment >= model::kSegmentsMax) in.fail();
  for (model::Met& met : like.recent) {
    met.video = get_video(in, videos);
    met.positive = get_bool(in);
  }
}

}  // namespace

RecentLike& RecentLikes::add() {
  dirty = true;
  if (likes_.size() < kMax) return likes_.emplace_back();
  RecentLike& place = likes_[oldest_];
  oldest_ = (oldest_ + 1) % kMax;
  return place;
}

void RecentLikes::put_in_order() {
  std::ranges::rotate(likes_, likes_.begin() + static_cast<ptrdiff_t>(oldest_));
  oldest_ = 0;
}

void RecentLikes::erase(UserHandle user, VideoHandle video) {
  const auto is_it = [&](const RecentLike& like) {
    return like.user == user && like.act.video == video;
  };
  if (std::ranges::none_of(likes_, is_it)) return;
  put_in_order();
  std::erase_if(likes_, is_it);
  dirty = true;
}

void RecentLikes::take(VideoHandle video, TimeMs since,
                       const std::function<void(const RecentLike&)>& on_like) {
  const auto is_it = [&](const RecentLike& like) {
    return like.act.video == video && like.act.at >= since;
  };
  if (std::ranges::none_of(likes_, is_it)) return;
  put_in_order();
  for (const RecentLike& like : likes_) {
    if (is_it(like)) on_like(like);
  }
  std::erase_if(likes_, is_it);
  dirty = true;
}

void RecentLikes::save(ByteWriter& out) const {
  out.put(static_cast<uint8_t>(likes_.size()));
  for (size_t i = 0; i < likes_.size(); ++i) save_like(out, likes_[(oldest_ + i) % likes_.size()]);
}

bool RecentLikes::load(ByteReader& in, uint32_t videos) {
  likes_.resize(in.get<uint8_t>());
  oldest_ = 0;
  if (likes_.size() > kMax) return false;
  for (RecentLike& like : likes_) {
    load_like(in, videos, like);
    if (!in.ok()) return false;
  }
  return in.ok();
}

size_t RecentLikes::memory_bytes() const {
  size_t bytes = likes_.capacity() * sizeof(RecentLike);
  for (const RecentLike& like : likes_)
    bytes += like.user_id.capacity() + like.recent.capacity() * sizeof(model::Met);
  return bytes;
}

}  // namespace potik::pipeline
