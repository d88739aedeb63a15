#pragma once
// Seeded traffic for tests of the pipeline: small, repetitive, with duplicates, bad bytes,
// reference data and abuse.

#include <string>
#include <vector>

#include "base/random.h"
#include "event/encode.h"
#include "log/event_log.h"
#include "log/layout.h"

namespace potik::pipeline::testing {

// Values carry the decoder's padding behind them, because std::string's capacity is reserved for
// it.
struct TestRecord {
  Partition partition{};
  log::RecordKind kind{};
  std::string key;
  std::string value;
  uint8_t flags = 0;
};

class Traffic {
 public:
  Traffic(uint64_t seed, const log::Layout& layout) : random_(seed, 0, 0), layout_(layout) {}

  // The next `count` records; time moves on by some 20 ms each.
  std::vector<TestRecord> take(size_t count) {
    std::vector<TestRecord> records;
    for (size_t i = 0; i < count; ++i) records.push_back(one());
    return records;
  }
  // One user says the same `count` times: more than three are a flood.
  std::vector<TestRecord> flood(size_t count) {
    std::vector<TestRecord> records;
    const std::string user = "u" + std::to_string(random_.below(kUsers));
    const std::string video = "v" + std::to_string(random_.below(kVideos));
    for (size_t i = 0; i < count; ++i) {
      const std::string id = "e" + std::to_string(next_id_++);
      event::EventView view;
      view.type = event::EventType::comment_posted;
      view.event_id = view.comment_id = id;
      view.user_id = user;
      view.video_id = video;
      view.text = "buy";
      view.occurred_at = TimeMs(now_ms_++);
      std::string json;
      event::encode(view, json);
      records.push_back(record(log::RecordKind::event, user, json));
    }
    return records;
  }
  // Nobody does anything for so long.
  void pause(int64_t ms) { now_ms_ += ms; }
  [[nodiscard]] TimeMs now() const { return TimeMs(now_ms_); }

 private:
  static constexpr uint32_t kUsers = 300;
  static constexpr uint32_t kVideos = 120;

  TestRecord one() {
    now_ms_ += random_.below(40);
    const uint32_t dice = random_.below(1000);
    if (dice < 20) return video_change();
    if (dice < 40) return user_change();
    if (dice < 50)
      return {Partition(0), log::RecordKind::event, "",
              "{\"event_id\": broken " + std::to_string(now_ms_)};
    if (dice < 80 && !past_.empty())
      return past_[random_.below(static_cast<uint32_t>(past_.size()))];
    return event();
  }

  TestRecord video_change() {
    const std::string id = "v" + std::to_string(random_.below(kVideos));
    const bool put = random_.below(10) != 0;
    std::string json = R"({"author_id":"a)" + std::to_string(random_.below(20)) +
                       R"(","title":"t","tags":["t)" + std::to_string(random_.below(8)) +
                       R"("],"duration_ms":)" + std::to_string(5000 + random_.below(20000)) + "}";
    return record(put ? log::RecordKind::video_put : log::RecordKind::video_delete, id,
                  put ? json : "");
  }

  TestRecord user_change() {
    const std::string id = "u" + std::to_string(random_.below(kUsers));
    const bool put = random_.below(10) != 0;
    std::string json =
        R"({"segment":"s)" + std::to_string(random_.below(5)) + R"(","country":"UA"})";
    return record(put ? log::RecordKind::user_put : log::RecordKind::user_delete, id,
                  put ? json : "");
  }

  TestRecord event() {
    const bool attack = random_.below(50) == 0;
    const std::string user = "u" + std::to_string(attack ? 7 : random_.below(kUsers));
    const std::string video = "v" + std::to_string(random_.below(1 + random_.below(kVideos)));
    const std::string id = "e" + std::to_string(next_id_++);
    event::EventView view;
    view.event_id = id;
    view.user_id = user;
    view.video_id = video;
    view.occurred_at = TimeMs(now_ms_ - random_.below(500));
    const uint32_t kind = attack ? 7 : random_.below(10);
    view.type = kind < 5   ? event::EventType::video_played
                : kind < 7 ? event::EventType::video_shown
                : kind < 8 ? event::EventType::video_liked
                : kind < 9 ? event::EventType::comment_posted
                           : static_cast<event::EventType>(random_.below(event::kEventTypes));
    if (view.type == event::EventType::video_played)
      view.watch_ms = static_cast<int32_t>(random_.below(22'000));
    if (view.type == event::EventType::comment_posted) {
      view.comment_id = id;
      view.text = random_.below(3) == 0 ? "buy \"now\"" : "гарно";
    }
    if (random_.below(4) == 0) view.session_id = "s1";
    const std::string request = "r" + std::to_string(next_id_ / 20);
    if (next_id_ % 3 != 0) view.request_id = request;
    if (next_id_ % 4 != 0) view.surface = next_id_ % 4 == 1 ? "feed" : "search";
    std::string json;
    event::encode(view, json);
    TestRecord made = record(log::RecordKind::event, user, json);
    if (past_.size() < 64) past_.push_back(made);
    return made;
  }

  // Where the log has it, keyed as there.
  [[nodiscard]] TestRecord record(log::RecordKind kind, const std::string& id,
                                  const std::string& value) const {
    return {layout_.of(kind, id), kind, id, value};
  }

  CounterRandom random_;
  log::Layout layout_;
  int64_t now_ms_ = 1'700'000'000'000;
  uint64_t next_id_ = 0;
  std::vector<TestRecord> past_;
};

}  // namespace potik::pipeline::testing
