// Alerts, statistics, queries, dead letters, health over real sockets.
#include <gtest/gtest.h>

#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

monitor::Alert alert(std::string id, monitor::AlertState state) {
  monitor::Alert alert;
  alert.id = std::move(id);
  alert.kind = "like_burst";
  alert.state = state;
  return alert;
}

TEST(OperationsApi, ListsAlertsByState) {
  ServedApi served;
  served.services.alerts.send(alert("aa", monitor::AlertState::firing));
  served.services.alerts.send(alert("bb", monitor::AlertState::resolved));
  EXPECT_EQ(event::json_array_elements(member(served.get("/v1/alerts").body, "alerts"))->size(),
            2U);
  const std::string firing = served.get("/v1/alerts?state=firing").body;
  EXPECT_NE(firing.find("\"aa\""), std::string::npos);
  EXPECT_EQ(firing.find("\"bb\""), std::string::npos);
  EXPECT_EQ(served.get("/v1/alerts?state=loud").status, 400);
}

TEST(OperationsApi, StreamsStatisticsAndAlertsAsTheyCome) {
  ServedApi served;
  EventReader reader = served.open_events("/v1/stats/stream");
  const auto first = reader.next(kPatience);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->name, "stats");
  EXPECT_EQ(member(first->data, "events_per_second"), "12.5");
  served.services.alerts.send(alert("cc", monitor::AlertState::firing));
  std::optional<ServerEvent> event;
  do {
    event = reader.next(kPatience);
    ASSERT_TRUE(event.has_value());
  } while (event->name != "alert");
  EXPECT_EQ(event->id, "cc");
  EXPECT_EQ(member(event->data, "kind"), "\"like_burst\"");
}

TEST(OperationsApi, StreamsASampleOfTheEventsBesideTheStatistics) {
  ServedApi served;
  EventReader reader = served.open_events("/v1/stats/stream");
  ASSERT_TRUE(reader.next(kPatience).has_value());
  std::optional<ServerEvent> event;
  do {
    event = reader.next(kPatience);
    ASSERT_TRUE(event.has_value());
  } while (event->name != "tail");
  EXPECT_EQ(member(event->data, "seen"), "7");
  EXPECT_NE(event->data.find(R"("verdicts":["like_rate"])"), std::string::npos) << event->data;
}

TEST(OperationsApi, WhatAnOperatorSaysOfAnAlertStandsInItAndGoesToAllWhoLook) {
  ServedApi served;
  served.services.alerts.send(alert("aa", monitor::AlertState::firing));
  EventReader reader = served.open_events("/v1/stats/stream");
  ASSERT_TRUE(reader.next(kPatience).has_value());
  const ClientResponse taken = served.post("/v1/alerts/aa/acknowledge", "");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(member(taken.body, "acknowledged_at"), "\"2027-01-15T08:00:00.000Z\"");
  std::optional<ServerEvent> event;
  do {
    event = reader.next(kPatience);
    ASSERT_TRUE(event.has_value());
  } while (event->name != "alert");
  EXPECT_EQ(member(event->data, "acknowledged_at"), "\"2027-01-15T08:00:00.000Z\"");
  EXPECT_EQ(member(served.post("/v1/alerts/aa/mute", R"({"for_s":60})").body, "muted_until"),
            "\"2027-01-15T08:01:00.000Z\"");
  EXPECT_NE(served.get("/v1/alerts").body.find("08:01:00"), std::string::npos);
  EXPECT_EQ(served.post("/v1/alerts/aa/mute", R"({"for_s":0})").status, 400);
  EXPECT_EQ(served.post("/v1/alerts/bb/acknowledge", "").status, 404);
  const auto remove = [&](std::string_view what) {
    return served.send({.method = "DELETE", .target = "/v1/alerts/aa/" + std::string(what)}).body;
  };
  EXPECT_EQ(member(remove("acknowledge"), "acknowledged_at"), "null");
  EXPECT_EQ(member(remove("mute"), "muted_until"), "null");
  EXPECT_EQ(served.services.attention_changes, 4);
}

TEST(OperationsApi, StreamsCommentsOfTheVideoAsTheyComeAndListsThem) {
  ServedApi served;
  EventReader reader = served.open_events("/v1/videos/v1/comments/stream");
  ASSERT_TRUE(eventually([&] { return served.server->counts().streams_open == 1; }));
  served.services.comments.put("v2", {"c0", "0a", "elsewhere", TimeMs(0)});
  served.services.comments.put("v1", {"c1", "0a", "\"so\"\n", TimeMs(0)});
  const auto event = reader.next(kPatience);
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->name, "comment");
  EXPECT_EQ(member(event->data, "comment_id"), "\"c1\"");
  const std::string listed = served.get("/v1/videos/v1/comments").body;
  EXPECT_EQ(event::json_array_elements(member(listed, "comments"))->size(), 1U);
  EXPECT_EQ(served.get("/v1/videos/v1/comments?limit=0").status, 400);
}

TEST(OperationsApi, ReturnsThePlaceOfACommentStreamThatHasEnded) {
  const ServedApi served;
  for (int round = 0; round < 3; ++round) {
    const EventReader one = served.open_events("/v1/videos/v1/comments/stream");
    const EventReader two = served.open_events("/v1/videos/v2/comments/stream");
    EXPECT_EQ(served.get("/v1/videos/v1/comments/stream").status, 503);
    EXPECT_TRUE(eventually([&] { return served.server->counts().streams_open == 2; }));
  }
}

TEST(OperationsApi, TracesAnEventThroughItsStages) {
  ServedApi served;
  ASSERT_EQ(served.post("/v1/events", event_json("e1", "u1")).status, 202);
  const Partition partition = api::ServicesForTests::kLayout.of(log::RecordKind::event, "u1");
  const std::string target = "/v1/events/" + std::to_string(partition.value()) + "/";
  served.services.tail.past = {Epoch(7), {TimeMs(0), TimeMs(1), TimeMs(2), TimeMs(3)}};
  served.services.store.answer =
      [](std::string_view sql) -> Result<store::QueryTable, store::StoreFailure> {
    store::QueryTable table;
    if (sql.starts_with("SELECT *")) {
      table.columns = {{"user_id", "VARCHAR", false}, {"p_like", "FLOAT", true}};
      table.rows = {{"u1", "0.25"}};
    } else {
      table.columns = {{"side", "VARCHAR", false},
                       {"epoch", "UBIGINT", true},
                       {"video_id", "VARCHAR", false},
                       {"source", "UTINYINT", true},
                       {"score", "FLOAT", true}};
      table.rows = {{"after", "7", "v1", "2", "0.5"}, {"after", "7", "v2", "0", "0.25"}};
    }
    return table;
  };
  const ClientResponse trace = served.get(target + "0");
  ASSERT_EQ(trace.status, 200) << trace.body;
  EXPECT_NE(member(trace.body, "raw").find("e1"), std::string::npos);
  EXPECT_EQ(member(trace.body, "stored"), "true");
  EXPECT_EQ(member(trace.body, "enriched"), R"({"user_id":"u1","p_like":0.25})");
  EXPECT_EQ(member(trace.body, "scored"), R"({"p_like":0.25})");
  EXPECT_EQ(member(trace.body, "changed"),
            R"({"before":null,"after":[{"video_id":"v1","source":"cowatch","score":0.5},)"
            R"({"video_id":"v2","source":"popular","score":0.25}],"epoch":7})");
  EXPECT_NE(member(trace.body, "tail").find(R"("published_at":"1970-01-01T00:00:00.003Z")"),
            std::string::npos);
  EXPECT_EQ(served.get(target + "1").status, 404);
  EXPECT_EQ(served.get("/v1/events/9999/0").status, 404);
  EXPECT_EQ(served.get("/v1/events/x/0").status, 400);
  EXPECT_EQ(served.get("/v1/events/0/-1").status, 400);
}

TEST(OperationsApi, RendersStatisticsOnceForAllViewersAndNotAtAllForNone) {
  ServedApi served;
  {
    EventReader one = served.open_events("/v1/stats/stream");
    EventReader two = served.open_events("/v1/stats/stream");
    EXPECT_TRUE(one.next(kPatience) && one.next(kPatience) && one.next(kPatience));
    EXPECT_TRUE(two.next(kPatience) && two.next(kPatience));
  }
  ASSERT_TRUE(eventually([&] { return served.server->counts().streams_open == 0; }));
  uint64_t calls = served.services.stats.calls;
  // A tick may have been under way when the last viewer left.
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  calls = served.services.stats.calls;
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_EQ(served.services.stats.calls, calls);
}

TEST(OperationsApi, Answers503BeforeTheStreamWhenAllItsPlacesAreTaken) {
  ServedApi::Setup setup;
  setup.options.stats_viewers_max = 1;
  const ServedApi served(setup);
  {
    EventReader reader = served.open_events("/v1/stats/stream");
    EXPECT_TRUE(reader.next(kPatience).has_value());
    const ClientResponse refused = served.get("/v1/stats/stream");
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.header("content-type"), "application/problem+json");
    EXPECT_FALSE(refused.header("retry-after").empty());
    EXPECT_NE(refused.body.find("http.stats_viewers_max"), std::string::npos);
  }
  ASSERT_TRUE(eventually([&] { return served.server->counts().streams_open == 0; }));
  EXPECT_TRUE(served.open_events("/v1/stats/stream").next(kPatience).has_value());
}

TEST(OperationsApi, AnswersStatistics) {
  const ServedApi served;
  EXPECT_EQ(member(served.get("/v1/stats").body, "events_per_second"), "12.5");
}

TEST(OperationsApi, AsksTheStoreAndGivesItsTable) {
  ServedApi served;
  served.services.store.answer =
      [](std::string_view sql) -> Result<store::QueryTable, store::StoreFailure> {
    EXPECT_EQ(sql, "SELECT \"n\"");
    store::QueryTable table;
    table.columns = {{"n", "BIGINT", true}};
    table.rows = {{"42"}};
    return table;
  };
  const ClientResponse response = served.post("/v1/query", R"({"sql":"SELECT \"n\""})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(member(response.body, "columns"), R"([{"name":"n","type":"BIGINT"}])");
  EXPECT_EQ(member(response.body, "rows"), "[[42]]");
  EXPECT_EQ(member(response.body, "truncated"), "false");
}

TEST(OperationsApi, PassesTheStoresRefusalOn) {
  ServedApi served;
  auto error = store::StoreError::refused;
  served.services.store.answer =
      [&error](std::string_view) -> Result<store::QueryTable, store::StoreFailure> {
    return Error{store::StoreFailure{error, "Only reading statements."}};
  };
  const auto status = [&](store::StoreError kind) {
    error = kind;
    return served.post("/v1/query", R"({"sql":"DROP TABLE facts"})").status;
  };
  EXPECT_EQ(status(store::StoreError::refused), 400);
  EXPECT_EQ(status(store::StoreError::timeout), 422);
  EXPECT_EQ(status(store::StoreError::closed), 503);
  EXPECT_EQ(status(store::StoreError::busy), 503);
  EXPECT_EQ(status(store::StoreError::corrupt), 500);
}

TEST(OperationsApi, SaysHowAQueryIsAskedWhenItIsNot) {
  const ServedApi served;
  for (const std::string body : {"", "SELECT 1", "{}", "{\"sql\":1}", "{\"sql\":\"\"}"}) {
    EXPECT_EQ(served.post("/v1/query", body).status, 400) << body;
  }
}

TEST(OperationsApi, Answers503WhenTooManyQuestionsWait) {
  ServedApi::Setup setup;
  setup.options.query_threads = 1;
  setup.options.queries_waiting_max = 1;
  ServedApi served(setup);
  std::atomic<bool> release{false};
  std::atomic<int> asked{0};
  served.services.store.answer =
      [&](std::string_view) -> Result<store::QueryTable, store::StoreFailure> {
    ++asked;
    while (!release) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return store::QueryTable{};
  };
  std::atomic<int> refused{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 6; ++i) {
    clients.emplace_back([&] {
      const int status = served.post("/v1/query", R"({"sql":"SELECT 1"})").status;
      if (status == 503) ++refused;
    });
  }
  EXPECT_TRUE(eventually([&] { return refused.load() >= 4; }));
  release = true;
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(refused.load() + asked.load(), 6);
}

TEST(OperationsApi, ListsDeadLettersThroughTheStore) {
  ServedApi served;
  served.services.store.answer =
      [](std::string_view) -> Result<store::QueryTable, store::StoreFailure> {
    store::QueryTable table;
    table.rows = {{"1000", "1", "2", "missing_field", "user_id", "e30="}};
    return table;
  };
  const ClientResponse response = served.get("/v1/dead-letters?limit=1");
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("\"text\":\"{}\""), std::string::npos);
  EXPECT_EQ(member(response.body, "next"), "\"1000-1-2\"");
  EXPECT_EQ(served.get("/v1/dead-letters?before=1000-1-2").status, 200);
  EXPECT_EQ(served.get("/v1/dead-letters?before=yesterday").status, 400);
}

TEST(OperationsApi, ExportsBelowItsFolderOnly) {
  const ServedApi closed;
  EXPECT_EQ(closed.post("/v1/export", R"({"directory":"x"})").status, 403);
  ServedApi::Setup setup;
  setup.options.export_dir = "/exports";
  const ServedApi served(setup);
  EXPECT_EQ(served.post("/v1/export", R"({"directory":"monday"})").status, 200);
  EXPECT_EQ(served.services.store.exported_to, "/exports/monday");
  served.services.store.exported_to.clear();
  for (const std::string name : {"../x", "a/b", "", ".", "..", "a b", "/etc", "x\\u0000"}) {
    EXPECT_EQ(served.post("/v1/export", "{\"directory\":\"" + name + "\"}").status, 400) << name;
  }
  EXPECT_EQ(served.services.store.exported_to, "");
}

TEST(OperationsApi, ExportsNeitherThroughALinkNorOverWhatIsThere) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(testing::TempDir()) / "potik-exports";
  fs::remove_all(root);
  fs::create_directories(root / "outside");
  fs::create_directories(root / "exports" / "taken");
  fs::create_directory_symlink(root / "outside", root / "exports" / "link");
  fs::create_directory_symlink(root / "nowhere", root / "exports" / "dangling");
  ServedApi::Setup setup;
  setup.options.export_dir = (root / "exports").string();
  const ServedApi served(setup);
  for (const std::string name : {"taken", "link", "dangling"}) {
    EXPECT_EQ(served.post("/v1/export", "{\"directory\":\"" + name + "\"}").status, 400) << name;
  }
  EXPECT_EQ(served.services.store.exported_to, "");
  fs::remove_all(root);
}

TEST(OperationsApi, LetsAnExportTakeLongerThanOtherAnswers) {
  ServedApi::Setup setup;
  setup.options.export_dir = "/exports";
  setup.server.answer_timeout_ms = 40;
  ServedApi served(setup);
  served.services.store.export_pause = std::chrono::milliseconds(400);
  EXPECT_EQ(served.post("/v1/export", R"({"directory":"slow"})").status, 200);
}

TEST(OperationsApi, IsReadyOnlyAfterRecovery) {
  ServedApi served;
  served.services.core.is_ready = false;
  EXPECT_EQ(served.get("/healthz").status, 200);
  EXPECT_EQ(served.get("/readyz").status, 503);
  served.services.core.is_ready = true;
  EXPECT_EQ(served.get("/readyz").status, 200);
}

}  // namespace
}  // namespace potik::beast
