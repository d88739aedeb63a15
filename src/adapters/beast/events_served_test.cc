// POST /v1/events over real sockets.
#include <gtest/gtest.h>

#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

TEST(EventsApi, AcceptsOneEventAndSaysWhereItIs) {
  const ServedApi served;
  const ClientResponse response = served.post("/v1/events", event_json("e1", "u1"));
  const Partition partition = api::ServicesForTests::kLayout.of(log::RecordKind::event, "u1");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body,
            "{\"accepted\":1,\"dead_letters\":0,\"results\":[{\"line\":1,\"status\":\"accepted\","
            "\"partition\":" +
                std::to_string(partition.value()) + ",\"offset\":0}]}");
  EXPECT_EQ(served.services.records(partition), std::vector<std::string>{event_json("e1", "u1")});
}

TEST(EventsApi, AcceptsLinesAndArraysAlike) {
  const ServedApi served;
  const std::string lines = event_json("e1", "u1") + "\n" + event_json("e2", "u1") + "\n";
  const std::string array = "[" + event_json("e3", "u1") + "," + event_json("e4", "u1") + "]";
  EXPECT_EQ(member(served.post("/v1/events", lines, "application/x-ndjson").body, "accepted"), "2");
  EXPECT_EQ(member(served.post("/v1/events", array).body, "accepted"), "2");
  EXPECT_EQ(member(served.post("/v1/events", lines, "text/plain").body, "accepted"), "2");
  EXPECT_EQ(served.services.records(api::ServicesForTests::kLayout.of(log::RecordKind::event, "u1"))
                .size(),
            6U);
}

TEST(EventsApi, KeepsBadLinesAsDeadLettersAmongGoodOnes) {
  const ServedApi served;
  const ClientResponse response = served.post(
      "/v1/events", "nonsense\n" + event_json("e1", "u1") + "\n", "application/x-ndjson");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(member(response.body, "accepted"), "1");
  EXPECT_EQ(member(response.body, "dead_letters"), "1");
  EXPECT_NE(
      response.body.find("{\"line\":1,\"status\":\"dead_letter\",\"reason\":\"malformed_json\""),
      std::string::npos);
  EXPECT_EQ(served.services.records(Partition(0)).front(), "nonsense");
}

TEST(EventsApi, Answers422WithTheResultsWhenNothingIsAnEvent) {
  const ServedApi served;
  const ClientResponse response = served.post("/v1/events", "{\"event_id\":\"e1\"}");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.header("content-type"), "application/problem+json");
  EXPECT_EQ(member(response.body, "status"), "422");
  EXPECT_EQ(member(response.body, "accepted"), "0");
  EXPECT_NE(response.body.find("\"reason\":\"missing_field\""), std::string::npos);
  EXPECT_EQ(served.services.records(Partition(0)).size(), 1U);
}

TEST(EventsApi, LeavesOutResultsOfAcceptedLinesWhenAsked) {
  const ServedApi served;
  const ClientResponse response = served.post(
      "/v1/events?results=false", event_json("e1", "u1") + "\n{}\n", "application/x-ndjson");
  EXPECT_EQ(member(response.body, "accepted"), "1");
  EXPECT_EQ(response.body.find("\"status\":\"accepted\""), std::string::npos);
  EXPECT_NE(response.body.find("\"line\":2,\"status\":\"dead_letter\""), std::string::npos);
}

TEST(EventsApi, RefusesAnUnknownWordForResultsAndKeepsNothing) {
  const ServedApi served;
  for (const std::string word : {"maybe", "", "FALSE", "2"}) {
    const ClientResponse response =
        served.post("/v1/events?results=" + word, event_json("e1", "u1"));
    EXPECT_EQ(response.status, 400) << word;
    EXPECT_NE(response.body.find("results must be true or false"), std::string::npos) << word;
  }
  EXPECT_EQ(served.services.metrics.events_accepted.value(), 0U);
  for (const std::string word : {"true", "false", "1", "0"}) {
    EXPECT_EQ(served.post("/v1/events?results=" + word, event_json("e" + word, "u1")).status, 202);
  }
}

TEST(EventsApi, RefusesACompressedBodyWith415AndKeepsNothing) {
  const ServedApi served;
  const std::string event = event_json("e1", "u1");
  const auto post = [&](const std::string& encoding) {
    return served.send({.method = "POST",
                        .target = "/v1/events",
                        .body = event,
                        .content_type = "application/json",
                        .headers = {{"Content-Encoding", encoding}}});
  };
  const ClientResponse response = post("gzip");
  EXPECT_EQ(response.status, 415);
  EXPECT_EQ(response.header("content-type"), "application/problem+json");
  EXPECT_EQ(response.header("accept-encoding"), "identity");
  EXPECT_EQ(member(response.body, "title"), "\"Unsupported Media Type\"");
  for (uint16_t p = 0; p < 4; ++p) EXPECT_TRUE(served.services.records(Partition(p)).empty());
  EXPECT_EQ(post("identity").status, 202);
}

TEST(EventsApi, AnswersAnEmptyBodyWith400) {
  const ServedApi served;
  for (const std::string body : {"", " \n", "[]"}) {
    EXPECT_EQ(served.post("/v1/events", body).status, 400) << body;
  }
}

TEST(EventsApi, TakesThousandsOfEventsInOneRequest) {
  const ServedApi served;
  std::string body;
  for (int i = 0; i < 20'000; ++i) {
    const std::string number = std::to_string(i);
    body += event_json("e" + number, "u" + number) + "\n";
  }
  const ClientResponse response = served.post("/v1/events", body, "application/x-ndjson");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(member(response.body, "accepted"), "20000");
  size_t kept = 0;
  for (uint16_t p = 0; p < 4; ++p) kept += served.services.records(Partition(p)).size();
  EXPECT_EQ(kept, 20'000U);
  const auto results = event::json_array_elements(member(response.body, "results"));
  ASSERT_TRUE(results.has_value());
  EXPECT_EQ(results->size(), 20'000U);
}

TEST(EventsApi, RefusesTooManyLinesAndTooLongOnesWhole) {
  ServedApi::Setup setup;
  setup.options.lines_max = 2;
  const ServedApi served(setup);
  const std::string event = event_json("e1", "u1") + "\n";
  EXPECT_EQ(served.post("/v1/events", event + event + event).status, 413);
  const std::string long_line = "{\"x\":\"" + std::string(log::kValueBytesMax, 'x') + "\"}";
  const ClientResponse response = served.post("/v1/events", event + long_line);
  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find("Line 2 "), std::string::npos);
  for (uint16_t p = 0; p < 4; ++p) EXPECT_TRUE(served.services.records(Partition(p)).empty());
}

TEST(EventsApi, RefusesABodyOverTheLimitWith413) {
  ServedApi::Setup setup;
  setup.server.body_bytes_max = 10'000;
  const ServedApi served(setup);
  const ClientResponse response = served.post("/v1/events", std::string(2'000'000, 'x'));
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.header("content-type"), "application/problem+json");
}

TEST(EventsApi, TurnsEventsAwayWith429WhileProcessingLags) {
  ServedApi::Setup setup;
  setup.options.lag_records_max = 100;
  setup.options.retry_after_s = 3;
  ServedApi served(setup);
  served.services.core.pretended_lag = 101;
  const ClientResponse response = served.post("/v1/events", event_json("e1", "u1"));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.header("retry-after"), "3");
  EXPECT_EQ(served.services.metrics.events_refused.value(), 1U);
  served.services.core.pretended_lag = 100;
  EXPECT_EQ(served.post("/v1/events", event_json("e1", "u1")).status, 202);
}

// A log that fails as told.
class FailingLog final : public log::EventLog {
 public:
  explicit FailingLog(log::LogError error) : error_(error) {}
  Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend>) override {
    return Error{error_};
  }
  Status<log::LogError> read(Partition, Offset, Offset, size_t,
                             log::RecordBlock& out) const override {
    out.clear();
    return Ok{};
  }
  std::vector<Offset> end() const override { return std::vector<Offset>(4); }
  Result<std::vector<Offset>, log::LogError> start() const override {
    return std::vector<Offset>(4);
  }
  Status<log::LogError> trim(Partition, Offset) override { return Ok{}; }

 private:
  log::LogError error_;
};

TEST(EventsApi, Answers503WithRetryAfterWhenTheDiskIsFull) {
  FailingLog log(log::LogError::disk_full);
  ServedApi::Setup setup;
  setup.log = &log;
  const ServedApi served(setup);
  const ClientResponse response = served.post("/v1/events", event_json("e1", "u1"));
  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(response.header("retry-after").empty());
}

TEST(EventsApi, Answers500WhenTheLogIsCorrupt) {
  FailingLog log(log::LogError::corrupt);
  ServedApi::Setup setup;
  setup.log = &log;
  const ServedApi served(setup);
  EXPECT_EQ(served.post("/v1/events", event_json("e1", "u1")).status, 500);
}

// Holds every append until the test lets it go.
class HeldLog final : public log::EventLog {
 public:
  Result<std::vector<Offset>, log::LogError> append(
      std::span<const log::PartitionAppend> appends) override {
    const MutexLock lock(mutex_);
    held_ = true;
    while (!released_) released_condition_.wait(mutex_);
    return std::vector<Offset>(log::record_count(appends));
  }
  Status<log::LogError> read(Partition, Offset, Offset, size_t,
                             log::RecordBlock& out) const override {
    out.clear();
    return Ok{};
  }
  std::vector<Offset> end() const override { return std::vector<Offset>(4); }
  Result<std::vector<Offset>, log::LogError> start() const override {
    return std::vector<Offset>(4);
  }
  Status<log::LogError> trim(Partition, Offset) override { return Ok{}; }

  bool is_holding() {
    const MutexLock lock(mutex_);
    return held_;
  }
  void release() {
    {
      const MutexLock lock(mutex_);
      released_ = true;
    }
    released_condition_.notify_all();
  }

 private:
  Mutex mutex_;
  Condition released_condition_;
  bool held_ POTIK_GUARDED_BY(mutex_) = false;
  bool released_ POTIK_GUARDED_BY(mutex_) = false;
};

TEST(EventsApi, TurnsEventsAwayWith429WhenTheQueueOfWritesIsFull) {
  HeldLog log;
  ServedApi::Setup setup;
  setup.log = &log;
  setup.commit.queue_bytes_max = 600;
  setup.commit.stall_ms = 600'000;
  const ServedApi served(setup);
  const auto post = [&served](int i) {
    return served.post("/v1/events", event_json(std::string("e").append(std::to_string(i)), "u1"))
        .status;
  };
  std::atomic<int> accepted{0};
  std::atomic<int> refused{0};
  std::vector<std::thread> clients;
  clients.emplace_back([&] { accepted += post(0) == 202 ? 1 : 0; });
  ASSERT_TRUE(eventually([&] { return log.is_holding(); }));
  for (int i = 1; i <= 20; ++i) {
    clients.emplace_back([&, i] {
      const int status = post(i);
      (status == 429 ? refused : accepted) += status == 429 || status == 202 ? 1 : 100;
    });
  }
  EXPECT_TRUE(eventually([&] { return refused.load() > 0; }));
  log.release();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(accepted + refused, 21);
  EXPECT_GT(accepted.load(), 0);
}

TEST(EventsApi, CountsWhatItTook) {
  const ServedApi served;
  (void)served.post("/v1/events", event_json("e1", "u1") + "\n{}\n");
  const ClientResponse metrics = served.get("/metrics");
  EXPECT_NE(metrics.body.find("potik_api_events_total{result=\"accepted\"} 1\n"),
            std::string::npos);
  EXPECT_NE(metrics.body.find("potik_api_events_total{result=\"dead_letter\"} 1\n"),
            std::string::npos);
  EXPECT_NE(metrics.body.find("potik_api_durable_seconds_count 1\n"), std::string::npos);
}

}  // namespace
}  // namespace potik::beast
