// What the pages show of the stream, asked of a whole Potik over HTTP.
#include "app/live_stream.h"

#include "app/attention_file.h"
#include "app/test_running_potik.h"
#include "base/eventually_for_tests.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using event::JsonObject;

class LiveStreamTest : public RunningPotik {
 protected:
  LiveStreamTest() { config_.runner.sink.commit_delay_ms = 10; }

  beast::ClientResponse post(const std::string& target, const std::string& body) {
    return send(
        {.method = "POST", .target = target, .body = body, .content_type = "application/json"});
  }
  // Each a second after the one before.
  void comment(const std::string& id, const std::string& user, const std::string& text) {
    const std::string at = std::to_string(1767225600000 + 1'000 * said_++);
    const auto answer =
        post("/v1/events", R"({"event_id":"e)" + id +
                               R"(","type":"comment_posted","video_id":"v1",)"
                               R"("occurred_at":)" +
                               at + R"(,"user_id":")" + user + R"(","comment_id":")" + id +
                               R"(","text":")" + text + R"("})");
    ASSERT_EQ(answer.status, 202) << answer.body;
    place_ = event::json_array_elements(*JsonObject::parse(answer.body)->raw("results"))->front();
  }
  // "/v1/events/P/O" of the event that was sent last.
  [[nodiscard]] std::string last_place() const {
    const auto result = JsonObject::parse(place_);
    return "/v1/events/" + *result->raw("partition") + "/" + *result->raw("offset");
  }
  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> texts;
    const auto answer = JsonObject::parse(get("/v1/videos/v1/comments"));
    const auto comments = event::json_array_elements(*answer->raw("comments"));
    for (const std::string& each : *comments)
      texts.push_back(*JsonObject::parse(each)->text("text"));
    return texts;
  }
  [[nodiscard]] uint64_t stored(const std::string& sql) {
    const auto answer = JsonObject::parse(post("/v1/query", R"({"sql":")" + sql + R"("})").body);
    const std::string rows = answer->raw("rows").value_or("");
    return std::strtoull(rows.c_str() + 2, nullptr, 10);
  }

  std::string place_;
  int64_t said_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(LiveStreamTest, ShowsWhatOthersSayAboutAVideoAndKeepsItOverARestart) {
  start();
  comment("c1", "ann", "first");
  comment("c2", "bob", "second");
  ASSERT_TRUE(eventually([&] { return texts() == Texts{"second", "first"}; }));
  const std::string comments = get("/v1/videos/v1/comments");
  EXPECT_EQ(comments.find("bob"), std::string::npos) << "an id is nobody else's business";
  EXPECT_NE(comments.find(api::author_name("bob")), std::string::npos);
  ASSERT_TRUE(eventually([&] { return stored("select count(*) from events") == 2; }));
  all_.reset();
  start();
  EXPECT_EQ(texts(), (Texts{"second", "first"}));
  comment("c3", "ann", "third");
  EXPECT_TRUE(eventually([&] { return texts() == Texts{"third", "second", "first"}; }));
}

TEST_F(LiveStreamTest, LeavesOutCommentsThatADetectorHoldsSuspicious) {
  start();
  for (int i = 0; i < 12; ++i) comment("c" + std::to_string(i), "spammer", "buy");
  comment("last", "ann", "nice");
  ASSERT_TRUE(eventually([&] { return !texts().empty() && texts().front() == "nice"; }));
  ASSERT_TRUE(eventually([&] { return stored("select count(*) from events") == 13; }));
  EXPECT_EQ(texts().size(), 13 - stored("select count(*) from events where suspicious"));
  EXPECT_LT(texts().size(), 13U);
}

TEST_F(LiveStreamTest, TracesAnEventFromItsBytesToWhatItChanged) {
  start();
  ASSERT_EQ(send({.method = "PUT",
                  .target = "/v1/videos/v2",
                  .body = "{}",
                  .content_type = "application/json"})
                .status,
            200);
  comment("c0", "ann", "before");  // the first epoch after a start has none to be told from
  ASSERT_TRUE(eventually([&] { return !texts().empty(); }));
  EXPECT_NE(get("/v1/users/ann/recommendations"), "");
  comment("c1", "ann", "so");
  ASSERT_TRUE(
      eventually([&] { return get(last_place()).find("\"stored\":true") != std::string::npos; }));
  const auto trace = JsonObject::parse(get(last_place()));
  ASSERT_TRUE(trace.has_value());
  EXPECT_NE(trace->text("raw")->find("\"comment_id\":\"c1\""), std::string::npos);
  const auto enriched = JsonObject::parse(*trace->raw("enriched"));
  EXPECT_EQ(enriched->text("user_id"), "ann");
  EXPECT_EQ(enriched->integer("user_events"), 1);
  const auto tail = JsonObject::parse(*trace->raw("tail"));
  ASSERT_TRUE(tail.has_value());
  EXPECT_EQ(tail->text("type"), "comment_posted");
  EXPECT_EQ(tail->text("occurred_at"), "2026-01-01T00:00:01.000Z");
  const auto stages = JsonObject::parse(*tail->raw("stages"));
  for (const char* stage : {"appended_at", "opened_at", "computed_at", "published_at"})
    EXPECT_EQ(stages->text(stage).value_or("").size(), 24U) << stage;
  EXPECT_LE(*stages->text("appended_at"), *stages->text("published_at"));
  const auto changed = JsonObject::parse(*trace->raw("changed"));
  ASSERT_TRUE(changed.has_value()) << "ann is being served, so that her list was made anew";
  EXPECT_NE(changed->raw("after"), "null");
}

TEST_F(LiveStreamTest, TellsOfASampleOfTheEventsAndHowManyThereWere) {
  start();
  const auto address = beast::parse_url("http://" + all_->address());
  auto reader = beast::EventReader::open(*address, "/v1/stats/stream");
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE(reader->next(std::chrono::seconds(5)).has_value());
  std::string lines;
  for (int i = 0; i < 100; ++i) {
    lines +=
        R"({"event_id":"e)" + std::to_string(i) +
        R"(","type":"video_shown","user_id":"u1","occurred_at":1767225600000,"video_id":"v1"})" +
        "\n";
  }
  ASSERT_EQ(post("/v1/events", lines).status, 202);
  uint64_t seen = 0;
  size_t told = 0;
  while (seen < 100) {
    const auto event = reader->next(std::chrono::seconds(10));
    ASSERT_TRUE(event.has_value());
    if (event->name != "tail") continue;
    const auto tail = JsonObject::parse(event->data);
    seen += static_cast<uint64_t>(*tail->integer("seen"));
    told += event::json_array_elements(*tail->raw("events"))->size();
  }
  EXPECT_EQ(seen, 100U);
  EXPECT_GE(told, 40U);
  EXPECT_LE(told, 80U) << "forty a batch, and the events may have fallen into two";
}

TEST_F(LiveStreamTest, KeepsWhatOperatorsSaidOfAnAlertOverARestart) {
  monitor::Alert alert;
  alert.id = "0123456789abcdef0123456789abcdef";
  alert.kind = "like_burst";
  monitor::AlertAttention kept(10);
  kept.acknowledge(alert, TimeMs(5));
  kept.mute(alert, TimeMs(1'000));
  const std::string path = folder_ + "/attention.json";
  {
    monitor::AlertAttention said(10);
    AttentionFile file(path, said);
    said.restore(kept.entries());
    file.changed();
  }
  monitor::AlertAttention read(10);
  const AttentionFile again(path, read);
  EXPECT_EQ(read.of(alert, TimeMs(6)).acknowledged_at, TimeMs(5));
  EXPECT_TRUE(read.is_muted(alert, TimeMs(6)));
}

}  // namespace
}  // namespace potik::app
