#include "event/decode.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <vector>

#include "base/json_check.h"
#include "event/fields.h"
#include "event/test_text.h"

namespace potik::event {
namespace {

// An event that decodes, with `members` (",..." or nothing) behind its required fields.
std::string liked_with(std::string_view members) {
  std::string json =
      R"({"event_id":"e1","type":"video_liked","occurred_at":1767225600000,"user_id":"u1","video_id":"v1")";
  json += members;
  return json + "}";
}

std::string outcome(Decoder& decoder, std::string_view json) {
  const Padded padded(json);
  const auto event = decoder.decode(padded.view(), kTestNow);
  if (event.ok()) return "ok";
  const DecodeError& error = event.error();
  return std::string(code(error.reason)) + " " +
         std::string(error.field.empty() ? "-" : error.field);
}

struct Example {
  std::string expected;
  std::string json;
};

std::vector<Example> read_examples() {
  std::vector<Example> examples;
  std::ifstream file("src/event/testdata/events.tsv");
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    if (line.starts_with('#') || tab == std::string::npos) continue;
    examples.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return examples;
}

TEST(EventDecoder, JudgesEveryExampleAsItsFileSays) {
  Decoder decoder;
  const auto examples = read_examples();
  ASSERT_GT(examples.size(), 80U);
  for (const Example& example : examples)
    EXPECT_EQ(outcome(decoder, example.json), example.expected) << example.json;
}

TEST(EventDecoder, ExamplesCoverEveryReasonAndEveryType) {
  std::set<std::string> reasons;
  std::string all;
  for (const Example& example : read_examples()) {
    reasons.insert(example.expected.substr(0, example.expected.find(' ')));
    all += example.json;
  }
  for (size_t i = 0; i < kDeadReasons; ++i) {
    const auto reason = static_cast<DeadReason>(i);
    const bool elsewhere = reason == DeadReason::too_long || reason == DeadReason::id_mismatch ||
                           reason == DeadReason::no_room;
    EXPECT_EQ(reasons.count(std::string(code(reason))), elsewhere ? 0U : 1U) << code(reason);
  }
  for (const std::string_view type : kEventTypeNames)
    EXPECT_NE(all.find(type), std::string::npos) << type;
}

TEST(EventDecoder, ReadsEveryFieldIntoItsPlace) {
  Decoder decoder;
  const Padded json(
      R"({"event_id":"e","type":"comment_posted","occurred_at":"2026-01-01T00:00:00.123Z",)"
      R"("user_id":"u","video_id":"v","watch_ms":1,"duration_ms":2,"position":3,)"
      R"("comment_id":"c","text":"t","session_id":"s","request_id":"r","device":"d",)"
      R"("surface":"f"})");
  const auto event = decoder.decode(json.view(), kTestNow);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->type, EventType::comment_posted);
  EXPECT_EQ(event->occurred_at, plus_ms(kTestNow, 123));
  EXPECT_EQ(event->watch_ms, 1);
  EXPECT_EQ(event->duration_ms, 2);
  EXPECT_EQ(event->position, 3);
  const std::vector<std::string_view> texts{event->event_id,   event->user_id, event->video_id,
                                            event->comment_id, event->text,    event->session_id,
                                            event->request_id, event->device,  event->surface};
  EXPECT_EQ(texts, (std::vector<std::string_view>{"e", "u", "v", "c", "t", "s", "r", "d", "f"}));
  EXPECT_TRUE(event->extra.empty());
}

TEST(EventDecoder, LeavesAbsentFieldsAbsent) {
  Decoder decoder;
  const Padded json(liked_with(""));
  const auto event = decoder.decode(json.view(), kTestNow);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->watch_ms, kAbsent);
  EXPECT_EQ(event->duration_ms, kAbsent);
  EXPECT_EQ(event->position, kAbsent);
  EXPECT_TRUE(event->comment_id.empty() && event->text.empty() && event->session_id.empty());
  EXPECT_TRUE(event->request_id.empty() && event->device.empty() && event->extra.empty());
  EXPECT_TRUE(event->surface.empty());
}

TEST(EventDecoder, PointsIntoTheTextWhereThereIsNothingToUnescape) {
  Decoder decoder;
  const Padded json(liked_with(R"(,"device":"a\/b")"));
  const auto event = decoder.decode(json.view(), kTestNow);
  ASSERT_TRUE(event.ok());
  const auto inside = [&json](std::string_view part) {
    return part.data() >= json.view().data() &&
           part.data() < json.view().data() + json.view().size();
  };
  EXPECT_TRUE(inside(event->event_id));
  EXPECT_TRUE(inside(event->user_id));
  EXPECT_FALSE(inside(event->device));
  EXPECT_EQ(event->device, "a/b");
}

TEST(EventDecoder, KeepsUnknownFieldsAsOneObject) {
  Decoder decoder;
  const Padded json(liked_with(R"(, "b" : [ 1 , {"c" :"\u00e9"} ] , "a\"" : null)"));
  const auto event = decoder.decode(json.view(), kTestNow);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->extra, R"({"b":[1,{"c":"\u00e9"}],"a\"":null})");
}

TEST(EventDecoder, ViewsOutliveLaterDecodesUntilReset) {
  Decoder decoder;
  std::vector<Padded> texts;
  std::vector<EventView> events;
  for (int i = 0; i < 2000; ++i) {
    texts.emplace_back(
        liked_with(",\"device\":\"\\u0041" + std::to_string(i) + "\",\"n\":" + std::to_string(i)));
  }
  for (int round = 0; round < 2; ++round) {
    events.clear();
    for (const Padded& text : texts) events.push_back(*decoder.decode(text.view(), kTestNow));
    for (int i = 0; i < 2000; ++i) {
      ASSERT_EQ(events[i].device, std::string("A").append(std::to_string(i)));
      ASSERT_EQ(events[i].extra, std::string("{\"n\":").append(std::to_string(i)).append("}"));
    }
    decoder.reset();
  }
}

TEST(EventDecoder, UnescapesEveryEscape) {
  Decoder decoder;
  const Padded json(liked_with(R"(,"text":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83c\udfac")"));
  const auto event = decoder.decode(json.view(), kTestNow);
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(event->text, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x8e\xac");
}

struct TextLimit {
  std::string_view field;
  size_t bytes_max;
};

TEST(EventDecoder, TakesTextsUpToTheirLimitAndNotAByteMore) {
  Decoder decoder;
  const std::vector<TextLimit> limits{{"comment_id", kIdBytesMax},   {"session_id", kIdBytesMax},
                                      {"request_id", kIdBytesMax},   {"device", kDeviceBytesMax},
                                      {"surface", kSurfaceBytesMax}, {"text", kTextBytesMax}};
  for (const TextLimit& limit : limits) {
    const std::string field(limit.field);
    const auto sized = [&](size_t bytes) {
      return liked_with(",\"" + field + "\":\"" + std::string(bytes, 'x') + "\"");
    };
    EXPECT_EQ(outcome(decoder, sized(limit.bytes_max)), "ok") << field;
    EXPECT_EQ(outcome(decoder, sized(limit.bytes_max + 1)), "too_long " + field);
  }
  for (const std::string field : {"event_id", "user_id", "video_id"}) {
    const auto sized = [&](size_t bytes) {
      return "{\"" + field + "\":\"" + std::string(bytes, 'x') + "\"}";
    };
    EXPECT_NE(outcome(decoder, sized(kIdBytesMax)), "too_long " + field);
    EXPECT_EQ(outcome(decoder, sized(kIdBytesMax + 1)), "too_long " + field);
  }
}

TEST(EventDecoder, CountsTheBytesOfTheMeaningNotOfTheSpelling) {
  Decoder decoder;
  std::string escaped;
  std::string cyrillic;
  for (size_t i = 0; i < kIdBytesMax; ++i) escaped += "\\u0041";
  for (size_t i = 0; i < kIdBytesMax / 2; ++i) cyrillic += "п";
  EXPECT_EQ(outcome(decoder, liked_with(",\"session_id\":\"" + escaped + "\"")), "ok");
  EXPECT_EQ(outcome(decoder, liked_with(",\"session_id\":\"" + cyrillic + "\"")), "ok");
  EXPECT_EQ(outcome(decoder, liked_with(",\"session_id\":\"" + cyrillic + "x\"")),
            "too_long session_id");
}

TEST(EventDecoder, TakesEventsUpToTheirLimitAndNotAByteMore) {
  Decoder decoder;
  const size_t frame = liked_with(R"(,"x":"")").size();
  const auto sized = [&](size_t bytes) {
    return liked_with(",\"x\":\"" + std::string(bytes - frame, 'x') + "\"");
  };
  EXPECT_EQ(outcome(decoder, sized(kEventBytesMax)), "ok");
  EXPECT_EQ(outcome(decoder, sized(kEventBytesMax + 1)), "too_long -");
}

TEST(EventDecoder, TakesNestingUpToItsLimitAndNotALevelMore) {
  Decoder decoder;
  const auto nested = [](size_t levels) {
    return liked_with(",\"x\":" + std::string(levels, '[') + std::string(levels, ']'));
  };
  EXPECT_EQ(outcome(decoder, nested(kNestingMax)), "ok");
  EXPECT_EQ(outcome(decoder, nested(kNestingMax + 1)), "too_long -");
  EXPECT_EQ(outcome(decoder, nested(7000)), "too_long -")
      << "deep nesting must not reach the stack's end";
}

TEST(EventDecoder, TakesTimesUpToFiveMinutesAhead) {
  Decoder decoder;
  const auto at = [](int64_t ms) {
    return R"({"event_id":"e","type":"video_liked","user_id":"u","video_id":"v","occurred_at":)" +
           std::to_string(ms) + "}";
  };
  EXPECT_EQ(outcome(decoder, at(kTestNow.value() + kAheadMsMax)), "ok");
  EXPECT_EQ(outcome(decoder, at(kTestNow.value() + kAheadMsMax + 1)), "time_ahead occurred_at");
}

TEST(EventDecoder, RefusesBytesThatAreNotUtf8WhereverTheyStand) {
  Decoder decoder;
  for (const std::string bad :
       {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_EQ(outcome(decoder, liked_with(",\"text\":\"" + bad + "\"")), "malformed_json -");
    EXPECT_EQ(outcome(decoder, liked_with(",\"x\":\"" + bad + "\"")), "malformed_json -");
    EXPECT_EQ(outcome(decoder, liked_with(",\"" + bad + "\":1")), "malformed_json -");
  }
}

TEST(EventDecoder, RefusesBareControlCharactersInStrings) {
  Decoder decoder;
  for (char c = 0; c < 0x20; ++c) {
    EXPECT_EQ(outcome(decoder, liked_with(std::string(",\"text\":\"") + c + "\"")),
              "malformed_json -")
        << int{c};
    const bool space = c == '\n' || c == '\r' || c == '\t';
    EXPECT_EQ(outcome(decoder, liked_with(std::string(",\"x\":1") + c)),
              space ? "ok" : "malformed_json -")
        << int{c};
  }
}

TEST(EventDecoder, EveryCutOfAnEventIsMalformed) {
  Decoder decoder;
  const std::string whole = liked_with(R"(,"x":{"a":[1,2,"\n"]},"text":"p\u0041q")");
  for (size_t cut = 0; cut < whole.size(); ++cut) {
    ASSERT_EQ(outcome(decoder, whole.substr(0, cut)), "malformed_json -") << whole.substr(0, cut);
  }
}

TEST(EventDecoder, NeverInterpretsTheBytesBehindTheText) {
  Decoder decoder;
  const std::string buffer = liked_with(",\"position\":12345") + std::string(kDecodePadding, '9');
  const size_t cut = buffer.find("345");
  EXPECT_FALSE(decoder.decode(std::string_view(buffer).substr(0, cut), kTestNow).ok());
  const size_t size = buffer.find('}') + 1;
  EXPECT_EQ(decoder.decode(std::string_view(buffer).substr(0, size), kTestNow)->position, 12345);
}

}  // namespace
}  // namespace potik::event
