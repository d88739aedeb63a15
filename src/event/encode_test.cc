#include "event/encode.h"

#include <gtest/gtest.h>

#include "base/json_check.h"
#include "base/random.h"
#include "base/utf8.h"
#include "event/test_text.h"

namespace potik::event {
namespace {

// A text of 1 to `bytes_max` bytes in which every kind of character occurs.
std::string random_text(CounterRandom& random, size_t bytes_max) {
  std::string text;
  const size_t wanted = 1 + random.below(static_cast<uint32_t>(bytes_max));
  while (text.size() < wanted) {
    std::string point(4, '\0');
    const uint32_t ceiling = random.below(4) == 0 ? 0x110000 : 0x80;
    const uint32_t value = random.below(ceiling);
    point.resize(write_utf8(point.data(), value >= 0xd800 && value <= 0xdfff ? 'x' : value));
    if (text.size() + point.size() > bytes_max) break;
    text += point;
  }
  return text.empty() ? "x" : text;
}

// The texts of an event, owned, in the order of EventView.
struct Owned {
  std::vector<std::string> texts;
  std::string extra;
  EventView view;
};

Owned random_event(CounterRandom& random) {
  Owned owned;
  EventView& event = owned.view;
  event.type = static_cast<EventType>(random.below(kEventTypes));
  event.occurred_at =
      TimeMs(static_cast<int64_t>(random.next() % static_cast<uint64_t>(kTestNow.value())));
  const auto optional = [&](int64_t max) {
    return random.below(2) == 0
               ? kAbsent
               : static_cast<int32_t>(random.below(static_cast<uint32_t>(max + 1)));
  };
  event.watch_ms = event.type == EventType::video_played ? 5 : optional(kWatchMsMax);
  event.duration_ms = optional(kWatchMsMax);
  event.position = optional(kPositionMax);
  const bool comment = event.type == EventType::comment_posted;
  for (size_t i = 0; i < 9; ++i) {
    const bool required = i < 3 || (comment && i < 5);
    const size_t bytes_max = i == 4 ? 600 : kIdBytesMax;
    owned.texts.push_back(required || random.below(2) == 0 ? random_text(random, bytes_max) : "");
  }
  if (random.below(3) == 0)
    owned.extra = R"({"app":"7.1","ab":{"arms":[1,-2.5,true,null]},"x\n":"\u00e9"})";
  event.event_id = owned.texts[0];
  event.user_id = owned.texts[1];
  event.video_id = owned.texts[2];
  event.comment_id = owned.texts[3];
  event.text = owned.texts[4];
  event.session_id = owned.texts[5];
  event.request_id = owned.texts[6];
  event.device = owned.texts[7];
  event.surface = owned.texts[8];
  event.extra = owned.extra;
  return owned;
}

TEST(EventEncoder, WritesTheCanonicalOrder) {
  EventView event;
  event.type = EventType::video_played;
  event.occurred_at = TimeMs(1);
  event.watch_ms = 2;
  event.event_id = "e";
  event.user_id = "u";
  event.video_id = "v";
  event.device = "tv";
  event.surface = "feed";
  event.extra = R"({"z":1})";
  std::string json;
  encode(event, json);
  EXPECT_EQ(json,
            R"({"event_id":"e","type":"video_played","occurred_at":1,"user_id":"u","video_id":"v",)"
            R"("watch_ms":2,"device":"tv","surface":"feed","z":1})");
}

TEST(EventEncoder, DecodingGivesBackWhatWasEncoded) {
  CounterRandom random(21, 0, 0);
  Decoder decoder;
  for (int i = 0; i < 20'000; ++i) {
    const Owned owned = random_event(random);
    std::string json;
    encode(owned.view, json);
    ASSERT_TRUE(is_json(json)) << json;
    ASSERT_EQ(json.find('\n'), std::string::npos);
    const Padded padded(json);
    const auto event = decoder.decode(padded.view(), kTestNow);
    ASSERT_TRUE(event.ok()) << json << event.error().message();
    ASSERT_EQ(*event, owned.view) << json;
    decoder.reset();
  }
}

}  // namespace
}  // namespace potik::event
