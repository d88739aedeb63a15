#pragma once
// Traffic of bench/end_to_end/traffic.h as records of the log: the catalogue and profiles first,
// then events at an even pace of their own time. Threads: plain values.

#include <cstdint>
#include <string>
#include <vector>

#include "end_to_end/traffic.h"
#include "log/layout.h"

namespace potik::bench {

enum class Stream : uint8_t { events, users, videos };

struct Prepared {
  Stream stream{};
  uint16_t partition = 0;  // of its stream
  TimeMs at{};
  int64_t offset = 0;
  std::string key;
  std::string value;
};

// What comes ahead of the events is so much older.
inline constexpr int64_t kCatalogueAheadMs = 10'000;

inline std::string profile_json(uint32_t user) {
  return R"({"segment":"segment-)" + std::to_string(user % 12) +
         R"(","country":"UA","language":"uk"})";
}

class Preparation {
 public:
  Preparation(const TrafficOptions& options, const log::Layout& layout)
      : options_(options), layout_(layout), traffic_(options), offsets_(layout.size()) {}

  std::vector<Prepared> catalogue() {
    std::vector<Prepared> made;
    const TimeMs at = plus_ms(options_.start, -kCatalogueAheadMs);
    for (uint32_t i = 0; i < options_.videos; ++i) {
      add(made, Stream::videos, log::RecordKind::video_put, Traffic::video(i), at,
          traffic_.video_json(i));
    }
    for (uint32_t i = 0; i < options_.users; ++i) {
      add(made, Stream::users, log::RecordKind::user_put, Traffic::user(i), at, profile_json(i));
    }
    return made;
  }

  // The next event. The record came when the act occurred.
  void event(std::vector<Prepared>& made) {
    std::string json;
    const std::string user = traffic_.next(json);
    const auto ms = static_cast<double>(count_++) * options_.ms_per_event;
    add(made, Stream::events, log::RecordKind::event, user,
        plus_ms(options_.start, static_cast<int64_t>(ms)), json);
  }

 private:
  void add(std::vector<Prepared>& made, Stream stream, log::RecordKind kind, const std::string& key,
           TimeMs at, const std::string& value) {
    const uint16_t number = layout_.of(kind, key).value();
    made.push_back({stream, static_cast<uint16_t>(number - first_of(stream)), at,
                    offsets_[number]++, key, value});
  }

  [[nodiscard]] int first_of(Stream stream) const {
    if (stream == Stream::events) return 0;
    return stream == Stream::users ? layout_.events : layout_.events + layout_.users;
  }

  TrafficOptions options_;
  log::Layout layout_;
  Traffic traffic_;
  std::vector<int64_t> offsets_;
  uint64_t count_ = 0;
};

}  // namespace potik::bench
