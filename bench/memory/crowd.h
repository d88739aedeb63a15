#pragma once
// An hour of traffic from a great crowd: everyone acts at least once, in an order that never ends a
// region of the crowd, a few act often. Each viewer's profile comes before their first event. One
// thread; a pure function of the options.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

#include "base/random.h"
#include "event/encode.h"
#include "log/event_log.h"

namespace potik::bench {

struct CrowdOptions {
  uint64_t events = 3'600'000;
  uint32_t users = 1'000'000;
  uint32_t videos = 50'000;
  uint64_t seed = 1;
  TimeMs start{1'700'000'000'000};
  int64_t duration_ms = 3'600'000;
};

struct CrowdRecord {
  log::RecordKind kind{};
  TimeMs at{};
  std::string key;    // of the user, or of the video where the record describes one
  std::string value;  // JSON
};

class Crowd {
 public:
  explicit Crowd(CrowdOptions options)
      : options_(options),
        random_(options.seed, 1, 1),
        events_per_user_(std::max<uint64_t>(1, options.events / options.users)) {}

  // The next record; false after the last.
  bool next(CrowdRecord& out) {
    out.value.clear();
    if (described_ < options_.videos) {
      describe_video(out, described_++);
    } else if (introduce_) {
      introduce_ = false;
      act(out, newest_user_++);
    } else if (acts_ == options_.events) {
      return false;
    } else if (acts_ % events_per_user_ == 0 && newest_user_ < options_.users) {
      introduce_ = true;
      introduce(out, newest_user_);
    } else {
      act(out, often(newest_user_));
    }
    return true;
  }

  [[nodiscard]] uint32_t users() const { return newest_user_; }
  [[nodiscard]] static std::string user(uint32_t index) {
    return "viewer-" + std::to_string(index);
  }

 private:
  // Density falls roughly as 1/x: a few are met very often, most rarely.
  uint32_t often(uint32_t bound) {
    const double x = std::pow(static_cast<double>(bound), random_.uniform()) - 1.0;
    return static_cast<uint32_t>(mix64(static_cast<uint64_t>(x)) % bound);
  }

  [[nodiscard]] TimeMs now() const {
    const auto part = static_cast<double>(acts_) / static_cast<double>(options_.events);
    return TimeMs(options_.start.value() +
                  static_cast<int64_t>(part * static_cast<double>(options_.duration_ms)));
  }

  void describe_video(CrowdRecord& out, uint32_t index) const {
    const std::string number = std::to_string(index);
    out.kind = log::RecordKind::video_put;
    out.at = options_.start;
    out.key = "video-" + number;
    out.value = R"({"author_id":"author-)" + std::to_string(index % 9'973) +
                R"(","title":"What we saw on day )" + number + R"(","tags":["topic-)" +
                std::to_string(index % 40) + R"(","place-)" + std::to_string(index % 300) +
                R"("],"duration_ms":)" + std::to_string(8'000 + index % 60 * 1'000) + "}";
  }

  void introduce(CrowdRecord& out, uint32_t index) const {
    out.kind = log::RecordKind::user_put;
    out.at = now();
    out.key = user(index);
    out.value = R"({"segment":"segment-)" + std::to_string(index % 12) +
                R"(","country":"UA","language":"uk","since":)" + std::to_string(2015 + index % 10) +
                "}";
  }

  void act(CrowdRecord& out, uint32_t index) {
    const std::string video = "video-" + std::to_string(often(options_.videos));
    char id[40];
    std::snprintf(id, sizeof(id), "%016llx%016llx", static_cast<unsigned long long>(random_.next()),
                  static_cast<unsigned long long>(acts_));
    out.kind = log::RecordKind::event;
    out.at = now();
    out.key = user(index);
    event::EventView view;
    view.event_id = id;
    view.user_id = out.key;
    view.video_id = video;
    view.occurred_at = out.at;
    const uint32_t dice = random_.below(100);
    view.type = dice < 60   ? event::EventType::video_played
                : dice < 94 ? event::EventType::video_shown
                : dice < 99 ? event::EventType::video_liked
                            : event::EventType::comment_posted;
    if (view.type == event::EventType::video_played)
      view.watch_ms = static_cast<int32_t>(random_.below(30'000));
    if (view.type == event::EventType::comment_posted) {
      view.comment_id = id;
      view.text = id;
    }
    event::encode(view, out.value);
    ++acts_;
  }

  CrowdOptions options_;
  CounterRandom random_;
  uint64_t events_per_user_;
  uint64_t acts_ = 0;
  uint32_t described_ = 0;
  uint32_t newest_user_ = 0;
  bool introduce_ = false;
};

}  // namespace potik::bench
