#include "app/kuairand_events.h"

#include "event/encode.h"

namespace potik::app {

std::string uuid_of(Digest digest) {
  digest.high = (digest.high & ~0xf000ULL) | 0x8000ULL;        // version 8
  digest.low = (digest.low & ~(3ULL << 62U)) | (2ULL << 62U);  // the RFC's variant
  std::string text = digest.hex();
  for (const size_t at : {20U, 16U, 12U, 8U}) text.insert(at, 1, '-');
  return text;
}

void KuairandEvents::begin(std::string_view origin, std::string_view user, std::string_view video,
                           TimeMs time) {
  origin_ = origin;
  origin_ += '\n';
  origin_bytes_ = origin_.size();
  user_ = user;
  video_ = video;
  time_ = time;
}

std::string_view KuairandEvents::event(event::EventType type, int32_t watch_ms,
                                       int32_t duration_ms) {
  origin_.resize(origin_bytes_);
  origin_ += name(type);
  const Digest digest = digest128(origin_);
  const std::string id = uuid_of(digest);
  event::EventView event;
  event.type = type;
  event.occurred_at = time_;
  event.watch_ms = watch_ms;
  event.duration_ms = duration_ms;
  event.event_id = id;
  event.user_id = user_;
  event.video_id = video_;
  std::string text;
  if (type == event::EventType::comment_posted) {
    // The data set has no texts. One of its own for each comment keeps the flood detector quiet.
    text = "kuairand " + digest.hex();
    event.comment_id = id;
    event.text = text;
  }
  json_.clear();
  encode(event, json_);
  return json_;
}

}  // namespace potik::app
