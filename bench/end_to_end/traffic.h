#pragma once
// Seeded traffic of a platform of some size, as JSON in the canonical form: videos by an
// approximate Zipf law, viewers unequally active but none faster than a person, UUIDs as event ids,
// about 260 bytes an event.

#include <cmath>
#include <cstdio>
#include <string>

#include "base/random.h"
#include "event/encode.h"

namespace potik::bench {

struct TrafficOptions {
  uint32_t users = 100'000;
  uint32_t videos = 10'000;
  uint64_t seed = 1;
  TimeMs start{1'700'000'000'000};
  double ms_per_event = 1;  // a hundred thousand viewers, each with an act in a minute and a half
  bool devices =
      false;  // name a device in every event, which makes each a row of the details table too
};

class Traffic {
 public:
  explicit Traffic(TrafficOptions options) : options_(options), random_(options.seed, 1, 2) {}

  [[nodiscard]] static std::string user(uint32_t index) { return "user-" + std::to_string(index); }
  [[nodiscard]] static std::string video(uint32_t index) {
    return "video-" + std::to_string(index);
  }
  [[nodiscard]] std::string video_json(uint32_t index) const {
    return R"({"author_id":"author-)" + std::to_string(index % 997) + R"(","title":"Video )" +
           std::to_string(index) + R"(","tags":["tag-)" + std::to_string(index % 40) +
           R"("],"duration_ms":)" + std::to_string(8'000 + index % 60 * 1'000) + "}";
  }

  // Appends the next event; returns its user.
  std::string next(std::string& out) {
    const std::string user_id = user(active(options_.users));
    const std::string video_id = video(popular(options_.videos));
    char id[40];
    const uint64_t a = random_.next(), b = random_.next();
    std::snprintf(id, sizeof(id), "%08x-%04x-4%03x-a%03x-%012llx", static_cast<unsigned>(a >> 32U),
                  static_cast<unsigned>(a >> 16U & 0xffffU), static_cast<unsigned>(a & 0xfffU),
                  static_cast<unsigned>(b >> 52U),
                  static_cast<unsigned long long>(b & 0xffffffffffffULL));
    event::EventView view;
    view.event_id = id;
    view.user_id = user_id;
    view.video_id = video_id;
    if (options_.devices) view.device = "android 14; app 5.2.1";
    view.occurred_at =
        TimeMs(options_.start.value() +
               static_cast<int64_t>(static_cast<double>(count_++) * options_.ms_per_event));
    const uint32_t dice = random_.below(100);
    view.type = dice < 60   ? event::EventType::video_played
                : dice < 88 ? event::EventType::video_shown
                : dice < 97 ? event::EventType::video_liked
                            : event::EventType::comment_posted;
    view.position = static_cast<int32_t>(random_.below(20));
    if (view.type == event::EventType::video_played)
      view.watch_ms = static_cast<int32_t>(random_.below(30'000));
    if (view.type == event::EventType::comment_posted) {
      view.comment_id = id;
      view.text = "Дуже гарно, дякую!";
    }
    event::encode(view, out);
    return user_id;
  }

 private:
  // Density falls roughly as 1/x: a few are met very often, most rarely.
  uint32_t popular(uint32_t bound) {
    return scattered(std::pow(static_cast<double>(bound), random_.uniform()) - 1.0, bound);
  }

  // Density falls as x^-1/5: the most active act some eight times as often as the median.
  uint32_t active(uint32_t bound) {
    return scattered(std::pow(random_.uniform(), 1.25) * static_cast<double>(bound), bound);
  }

  static uint32_t scattered(double rank, uint32_t bound) {
    return static_cast<uint32_t>(mix64(static_cast<uint64_t>(rank)) % bound);
  }

  TrafficOptions options_;
  CounterRandom random_;
  uint64_t count_ = 0;
};

}  // namespace potik::bench
