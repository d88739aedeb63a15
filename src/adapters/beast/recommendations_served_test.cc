// Recommendations and their stream over real sockets.
#include <gtest/gtest.h>

#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

void put_videos(const ServedApi& served, int count) {
  std::string body;
  for (int i = 0; i < count; ++i) {
    body += "{\"video_id\":\"v" + std::to_string(100 + i) + "\"}\n";
  }
  EXPECT_EQ(served.post("/v1/videos", body, "application/x-ndjson").status, 200);
}

size_t count_of(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(RecommendationsApi, ComputesAMissOnceAndAnswersFromTheCacheThen) {
  const ServedApi served;
  put_videos(served, 3);
  const ClientResponse first = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(member(first.body, "cached"), "false");
  EXPECT_EQ(member(first.body, "known_user"), "false");
  const ClientResponse second = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(member(second.body, "cached"), "true");
  EXPECT_EQ(member(first.body, "videos"), member(second.body, "videos"));
  EXPECT_NE(member(first.body, "request_id"), member(second.body, "request_id"));
  EXPECT_EQ(served.services.core.served_calls.load(), 1U);
  EXPECT_EQ(served.services.metrics.lists_cached.value(), 1U);
  EXPECT_EQ(served.services.metrics.lists_computed.value(), 1U);
}

TEST(RecommendationsApi, ComputesAnewForAViewerWhoAsksAndNeverActs) {
  ServedApi served;
  put_videos(served, 1);
  EXPECT_EQ(member(served.get("/v1/users/u1/recommendations").body, "cached"), "false");
  put_videos(served, 3);
  EXPECT_EQ(count_of(served.get("/v1/users/u1/recommendations").body, "\"rank\""), 1U);
  served.services.clock.set(
      TimeMs(api::kTestNow.value() + cache::MemoryCacheOptions{}.list_age_max_ms + 1));
  const ClientResponse later = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(member(later.body, "cached"), "false");
  EXPECT_EQ(count_of(later.body, "\"rank\""), 3U);
}

TEST(RecommendationsApi, GivesAsManyVideosAsAskedAndUpToFifty) {
  const ServedApi served;
  put_videos(served, 60);
  EXPECT_EQ(count_of(served.get("/v1/users/u1/recommendations").body, "\"rank\""), 20U);
  EXPECT_EQ(count_of(served.get("/v1/users/u1/recommendations?limit=50").body, "\"rank\""), 50U);
  EXPECT_EQ(count_of(served.get("/v1/users/u2/recommendations?limit=3").body, "\"rank\""), 3U);
  EXPECT_EQ(count_of(served.get("/v1/users/u2/recommendations?limit=40").body, "\"rank\""), 40U);
  EXPECT_EQ(served.get("/v1/users/u1/recommendations?limit=51").status, 400);
  EXPECT_EQ(served.get("/v1/users/u1/recommendations?explain=maybe").status, 400);
}

TEST(RecommendationsApi, ExplainsWhenAsked) {
  const ServedApi served;
  put_videos(served, 1);
  EXPECT_EQ(served.get("/v1/users/u1/recommendations").body.find("\"why\""), std::string::npos);
  EXPECT_NE(served.get("/v1/users/u1/recommendations?explain=true")
                .body.find("\"why\":[{\"feature\":\"bias\""),
            std::string::npos);
}

TEST(RecommendationsApi, LeavesADeletedVideoOutOfTheVeryNextAnswer) {
  const ServedApi served;
  put_videos(served, 3);
  EXPECT_NE(served.get("/v1/users/u1/recommendations").body.find("\"v101\""), std::string::npos);
  EXPECT_EQ(served.del("/v1/videos/v101").status, 200);
  const ClientResponse cached = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(member(cached.body, "cached"), "true");
  EXPECT_EQ(cached.body.find("\"v101\""), std::string::npos);
  EXPECT_EQ(served.get("/v1/videos/v100/similar").body.find("\"v101\""), std::string::npos);
  EXPECT_EQ(served.put("/v1/videos/v101", "{}").status, 200);
  EXPECT_NE(served.get("/v1/users/u1/recommendations").body.find("\"v101\""), std::string::npos);
}

TEST(RecommendationsApi, CarriesTheReceiptOfTheUsersLastEvent) {
  const ServedApi served;
  put_videos(served, 1);
  (void)served.get("/v1/users/u1/recommendations");
  const ClientResponse posted = served.post("/v1/events", event_json("e1", "u1"));
  const auto results = event::json_array_elements(member(posted.body, "results"));
  ASSERT_TRUE(results && results->size() == 1);
  std::string receipt;
  EXPECT_TRUE(eventually([&] {
    receipt = member(served.get("/v1/users/u1/recommendations").body, "receipt");
    return member(receipt, "offset") != "null";
  }));
  EXPECT_EQ(member(receipt, "partition"), member(results->front(), "partition"));
  EXPECT_EQ(member(receipt, "offset"), member(results->front(), "offset"));
}

TEST(RecommendationsApi, Answers503WithRetryAfterWhenTheModelHasNoRoom) {
  ServedApi served;
  served.services.core.refuses = true;
  const ClientResponse response = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(response.status, 503);
  EXPECT_FALSE(response.header("retry-after").empty());
  EXPECT_EQ(served.get("/v1/videos/v1/similar").status, 503);
  EXPECT_EQ(served.services.metrics.lists_refused.value(), 2U);
}

TEST(RecommendationsApi, NamesSimilarVideosOrThatThereIsNone) {
  const ServedApi served;
  put_videos(served, 3);
  EXPECT_EQ(served.get("/v1/videos/v100/similar?limit=1").body,
            R"({"video_id":"v100","videos":[{"video_id":"v101","score":0.5}]})");
  EXPECT_EQ(served.get("/v1/videos/nothing/similar").status, 404);
}

TEST(RecommendationsStream, SendsTheCurrentListFirstAndEveryNewOneAfter) {
  const ServedApi served;
  put_videos(served, 2);
  EventReader reader = served.open_events("/v1/users/u1/recommendations/stream");
  const auto first = reader.next(kPatience);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->name, "recommendations");
  EXPECT_EQ(member(member(first->data, "receipt"), "offset"), "null");
  EXPECT_NE(first->data.find("\"why\""), std::string::npos);
  EXPECT_EQ(served.post("/v1/events", event_json("e1", "u1")).status, 202);
  const auto second = reader.next(kPatience);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(member(member(second->data, "receipt"), "offset"), "0");
  EXPECT_EQ(second->id, member(member(second->data, "receipt"), "epoch"));
}

TEST(RecommendationsStream, LeavesTheFeedWhenTheViewerGoes) {
  const ServedApi served;
  {
    EventReader reader = served.open_events("/v1/users/u1/recommendations/stream");
    EXPECT_TRUE(reader.next(kPatience).has_value());
    EXPECT_EQ(served.services.feed.listeners(), 1U);
    EXPECT_EQ(served.server->counts().streams_open, 1U);
  }
  EXPECT_TRUE(eventually([&] { return served.services.feed.listeners() == 0; }));
  EXPECT_TRUE(eventually([&] { return served.server->counts().streams_open == 0; }));
}

TEST(RecommendationsStream, SendsTheListAgainWithoutAVideoThatIsDeleted) {
  const ServedApi served;
  put_videos(served, 30);
  EventReader reader = served.open_events("/v1/users/u1/recommendations/stream");
  const auto first = reader.next(kPatience);
  ASSERT_TRUE(first.has_value());
  const auto names = [](const std::string& data, const std::string& video) {
    return member(data, "videos").find("\"" + video + "\"") != std::string::npos;
  };
  ASSERT_TRUE(names(first->data, "v125"));
  ASSERT_FALSE(names(first->data, "v105")) << "twenty of thirty are shown";
  EXPECT_EQ(served.del("/v1/videos/v105").status, 200);  // not shown, so that nothing is sent
  EXPECT_EQ(served.del("/v1/videos/v125").status, 200);
  const auto second = reader.next(kPatience);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->name, "recommendations");
  EXPECT_FALSE(names(second->data, "v125"));
  EXPECT_EQ(count_of(second->data, "\"rank\""), 20U);
  EXPECT_EQ(served.put("/v1/videos/v125", "{}").status, 200);
  const auto third = reader.next(kPatience);
  ASSERT_TRUE(third.has_value());
  EXPECT_TRUE(names(third->data, "v125"));
  EXPECT_EQ(reader.next(std::chrono::milliseconds(50)), std::nullopt);
}

TEST(RecommendationsStream, Answers503BeforeItBeginsWhenAllPlacesAreTaken) {
  const ServedApi served;
  const std::string target = "/v1/users/u1/recommendations/stream";
  std::vector<EventReader> readers;
  for (int i = 0; i < 4; ++i) {
    readers.push_back(served.open_events(target));
    EXPECT_TRUE(readers.back().next(kPatience).has_value());
  }
  const ClientResponse refused = served.get(target);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_EQ(refused.header("retry-after"), "1");
  EXPECT_NE(refused.body.find("http.listeners_max"), std::string::npos);
  readers.pop_back();
  EXPECT_TRUE(eventually([&] { return served.services.feed.listeners() == 3; }));
  EXPECT_TRUE(served.open_events(target).next(kPatience).has_value());
}

TEST(RecommendationsStream, GivesThePlaceBackOfARequestForTheHeadAlone) {
  const ServedApi served;
  for (int i = 0; i < 10; ++i) {
    const auto answer =
        served.send({.method = "HEAD", .target = "/v1/users/u1/recommendations/stream"});
    EXPECT_TRUE(answer.status == 200) << i << ": " << answer.status;
    EXPECT_TRUE(eventually([&] { return served.services.feed.listeners() == 0; }));
  }
}

TEST(RecommendationsStream, KeepsAQuietConnectionAliveWithComments) {
  ServedApi::Setup setup;
  setup.server.heartbeat_ms = 10;
  const ServedApi served(setup);
  EventReader reader = served.open_events("/v1/users/u1/recommendations/stream");
  EXPECT_TRUE(reader.next(kPatience).has_value());
  EXPECT_TRUE(eventually([&] {
    EXPECT_EQ(reader.next(std::chrono::milliseconds(5)), std::nullopt);
    return reader.comments() >= 3;
  }));
}

TEST(RecommendationsApi, AnswersAReadErrorOfTheStateWith503AndCachesNothing) {
  ServedApi served;
  (void)served.put("/v1/users/u1", "{}");
  served.services.core.is_unreadable = true;
  for (const char* target : {"/v1/users/u1/recommendations", "/v1/users/u1"}) {
    const ClientResponse response = served.get(target);
    EXPECT_EQ(response.status, 503) << target;
    EXPECT_EQ(response.header("Retry-After"), "1") << target;
  }
  served.services.core.is_unreadable = false;
  const ClientResponse list = served.get("/v1/users/u1/recommendations");
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(member(list.body, "known_user"), "true");
  EXPECT_EQ(member(list.body, "cached"), "false");
  EXPECT_EQ(served.get("/v1/users/u1").status, 200);
}

}  // namespace
}  // namespace potik::beast
