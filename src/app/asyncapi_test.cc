// docs/formats/asyncapi.json names the topics, partitions and settings that `potik topics create`
// makes. tests/integration/kafka_topics_test.py holds its schemas against what is written.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "app/kafka_cluster.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using event::JsonObject;

// Steps into the objects of a document; one that is not there fails the test.
JsonObject step(const JsonObject& from, std::initializer_list<std::string_view> path) {
  JsonObject at = from;
  for (const std::string_view name : path) {
    const auto raw = at.raw(name);
    auto next = raw ? JsonObject::parse(*raw) : std::nullopt;
    EXPECT_TRUE(next) << "no " << name;
    if (!next) return {};
    at = std::move(*next);
  }
  return at;
}

JsonObject read_document() {
  std::ostringstream text;
  text << std::ifstream("docs/formats/asyncapi.json").rdbuf();
  auto document = JsonObject::parse(text.str());
  EXPECT_TRUE(document) << "docs/formats/asyncapi.json is no JSON object";
  return document ? std::move(*document) : JsonObject{};
}

// As Kafka spells it: ["compact"] is compact.
std::string setting_in(const JsonObject& settings, const std::string& name) {
  std::string text = settings.raw(name).value_or("");
  std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == '"' || c == ' '; });
  return text;
}

TEST(AsyncApi, NamesTheTopicsThatAreMadeWithTheirPartitionsAndSettings) {
  const JsonObject channels = step(read_document(), {"channels"});
  std::map<std::string, JsonObject> documented;
  for (const std::string& name : channels.names()) {
    const JsonObject channel = step(channels, {name});
    documented[channel.text("address").value_or("")] = step(channel, {"bindings", "kafka"});
  }
  const auto specs = topic_specs(Config(), {});
  EXPECT_EQ(documented.size(), specs.size());
  for (const kafka::TopicSpec& spec : specs) {
    ASSERT_TRUE(documented.contains(spec.name)) << spec.name;
    const JsonObject& kafka = documented[spec.name];
    EXPECT_EQ(kafka.text("topic"), spec.name);
    EXPECT_EQ(kafka.integer("partitions"), spec.partitions) << spec.name;
    const JsonObject settings = step(kafka, {"topicConfiguration"});
    EXPECT_EQ(settings.names().size(), spec.settings.size()) << spec.name;
    for (const auto& [name, value] : spec.settings)
      EXPECT_EQ(setting_in(settings, name), value) << spec.name << ' ' << name;
  }
}

}  // namespace
}  // namespace potik::app
