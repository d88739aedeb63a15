// The schemas in docs/formats are what producers rely on: they and the code must name the same
// fields, types and limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "event/dead_letter.h"
#include "event/fields.h"
#include "event/json_object.h"
#include "event/reference.h"

namespace potik::event {
namespace {

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// A JSON document, by steps into its objects. A step that is not there fails the test.
class Schema {
 public:
  explicit Schema(const std::string& json)
      : object_(JsonObject::parse(json).value_or(JsonObject{})) {}
  static Schema file(const std::string& name) { return Schema(read_file("docs/formats/" + name)); }

  [[nodiscard]] Schema at(std::string_view name) const { return Schema(raw(name)); }
  [[nodiscard]] std::string raw(std::string_view name) const {
    const auto json = object_.raw(name);
    EXPECT_TRUE(json) << "no " << name;
    return json.value_or("null");
  }
  [[nodiscard]] int64_t number(std::string_view name) const {
    return object_.integer(name).value_or(-1);
  }
  [[nodiscard]] std::string text(std::string_view name) const {
    return object_.text(name).value_or("");
  }
  [[nodiscard]] std::vector<std::string> names() const { return object_.names(); }

 private:
  JsonObject object_;
};

template <class Names>
std::string as_json(const Names& names) {
  std::string json;
  for (const std::string_view name : names) {
    json += json.empty() ? "[\"" : "\",\"";
    json += name;
  }
  return json + "\"]";
}

std::string as_json(uint32_t fields) {
  std::vector<std::string_view> names;
  for (size_t i = 0; i < kFields; ++i) {
    if ((fields & bit(static_cast<Field>(i))) != 0) names.push_back(kFieldNames[i]);
  }
  return as_json(names);
}

void expect_text(const Schema& schema, std::string_view field, size_t bytes_max) {
  const Schema property = schema.at("properties").at(field);
  EXPECT_EQ(property.text("type"), "string") << field;
  EXPECT_EQ(property.number("minLength"), 1) << field;
  EXPECT_EQ(property.number("maxLength"), static_cast<int64_t>(bytes_max)) << field;
  EXPECT_EQ(property.number("x-bytes-max"), static_cast<int64_t>(bytes_max)) << field;
}

void expect_integer(const Schema& schema, std::string_view field, int64_t max) {
  const Schema property = schema.at("properties").at(field);
  EXPECT_EQ(property.text("type"), "integer") << field;
  EXPECT_EQ(property.number("minimum"), 0) << field;
  EXPECT_EQ(property.number("maximum"), max) << field;
}

void expect_time(const Schema& schema, std::string_view field) {
  const auto forms = json_array_elements(schema.at("properties").at(field).raw("oneOf"));
  ASSERT_TRUE(forms && forms->size() == 2);
  EXPECT_EQ(Schema(forms->at(0)).text("format"), "date-time");
  EXPECT_EQ(Schema(forms->at(1)).number("minimum"), 0);
  EXPECT_EQ(Schema(forms->at(1)).number("maximum"), kTimeMsMax);
}

TEST(EventSchema, NamesTheFieldsAndTypesThatTheDecoderKnows) {
  const Schema schema = Schema::file("event.schema.json");
  EXPECT_EQ(as_json(schema.at("properties").names()), as_json(kFieldNames));
  EXPECT_EQ(schema.at("properties").at("type").raw("enum"), as_json(kEventTypeNames));
  EXPECT_EQ(schema.raw("required"), as_json(kRequiredAlways));
}

TEST(EventSchema, AsksForTheSameFieldsOfEachType) {
  const auto rules = json_array_elements(Schema::file("event.schema.json").raw("allOf"));
  ASSERT_TRUE(rules);
  size_t types_with_more = 0;
  for (size_t i = 0; i < kEventTypes; ++i) {
    const auto type = static_cast<EventType>(i);
    const uint32_t more = required_fields(type) & ~kRequiredAlways;
    if (more == 0) continue;
    ++types_with_more;
    const auto rule = std::find_if(rules->begin(), rules->end(), [type](const std::string& json) {
      return Schema(json).at("if").at("properties").at("type").text("const") == name(type);
    });
    ASSERT_NE(rule, rules->end()) << name(type);
    EXPECT_EQ(Schema(*rule).at("then").raw("required"), as_json(more));
  }
  EXPECT_EQ(rules->size(), types_with_more);
}

TEST(EventSchema, StatesTheLimitsThatTheDecoderHolds) {
  const Schema schema = Schema::file("event.schema.json");
  EXPECT_EQ(schema.number("x-bytes-max"), static_cast<int64_t>(kEventBytesMax));
  for (const Field field : {Field::event_id, Field::user_id, Field::video_id, Field::comment_id,
                            Field::session_id, Field::request_id}) {
    expect_text(schema, name(field), kIdBytesMax);
  }
  expect_text(schema, "text", kTextBytesMax);
  expect_text(schema, "device", kDeviceBytesMax);
  expect_text(schema, "surface", kSurfaceBytesMax);
  expect_integer(schema, "watch_ms", kWatchMsMax);
  expect_integer(schema, "duration_ms", kWatchMsMax);
  expect_integer(schema, "position", kPositionMax);
  expect_time(schema, "occurred_at");
}

TEST(UserSchema, StatesTheLimitsThatTheDecoderHolds) {
  const Schema schema = Schema::file("user.schema.json");
  EXPECT_EQ(schema.number("x-bytes-max"), static_cast<int64_t>(kReferenceBytesMax));
  EXPECT_EQ(as_json(schema.at("properties").names()),
            R"(["user_id","segment","country","language"])");
  expect_text(schema, "user_id", kIdBytesMax);
  for (const std::string_view field : {"segment", "country", "language"})
    expect_text(schema, field, kNameBytesMax);
}

TEST(VideoSchema, StatesTheLimitsThatTheDecoderHolds) {
  const Schema schema = Schema::file("video.schema.json");
  EXPECT_EQ(schema.number("x-bytes-max"), static_cast<int64_t>(kReferenceBytesMax));
  EXPECT_EQ(as_json(schema.at("properties").names()),
            R"(["video_id","author_id","title","language","tags","duration_ms","published_at"])");
  expect_text(schema, "video_id", kIdBytesMax);
  expect_text(schema, "author_id", kNameBytesMax);
  expect_text(schema, "language", kNameBytesMax);
  expect_text(schema, "title", kTitleBytesMax);
  expect_integer(schema, "duration_ms", kWatchMsMax);
  expect_time(schema, "published_at");
  const Schema tags = schema.at("properties").at("tags");
  EXPECT_EQ(tags.number("maxItems"), static_cast<int64_t>(kTagsMax));
  EXPECT_EQ(tags.at("items").number("x-bytes-max"), static_cast<int64_t>(kNameBytesMax));
}

TEST(EventPage, NamesEveryFieldTypeAndReason) {
  const std::string page = read_file("docs/formats/event.md");
  const auto expect_named = [&page](std::string_view word) {
    const std::string quoted = std::string("`").append(word).append("`");
    EXPECT_NE(page.find(quoted), std::string::npos) << word;
  };
  for (const std::string_view field : kFieldNames) expect_named(field);
  for (const std::string_view type : kEventTypeNames) expect_named(type);
  for (size_t i = 0; i < kDeadReasons; ++i) expect_named(code(static_cast<DeadReason>(i)));
}

}  // namespace
}  // namespace potik::event
