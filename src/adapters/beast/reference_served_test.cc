// Users and videos over real sockets.
#include <gtest/gtest.h>

#include "adapters/beast/test_served_api.h"

namespace potik::beast {
namespace {

TEST(ReferenceApi, ShowsAVideoRightAfterItWasPut) {
  const ServedApi served;
  EXPECT_EQ(served.get("/v1/videos/v1").status, 404);
  const ClientResponse put = served.put("/v1/videos/v1", R"({"title":"One","duration_ms":9000})");
  EXPECT_EQ(put.status, 200);
  EXPECT_EQ(member(put.body, "processed"), "true");
  EXPECT_EQ(member(put.body, "video_id"), "\"v1\"");
  const ClientResponse got = served.get("/v1/videos/v1");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(member(got.body, "metadata"), R"({"title":"One","duration_ms":9000})");
}

TEST(ReferenceApi, ForgetsAUserOnDelete) {
  const ServedApi served;
  EXPECT_EQ(served.put("/v1/users/u%2F1", R"({"country":"UA"})").status, 200);
  EXPECT_EQ(member(served.get("/v1/users/u%2F1").body, "user_id"), "\"u/1\"");
  const ClientResponse deleted = served.del("/v1/users/u%2F1");
  EXPECT_EQ(deleted.status, 200);
  EXPECT_EQ(member(deleted.body, "deleted"), "true");
  EXPECT_EQ(served.get("/v1/users/u%2F1").status, 404);
}

TEST(ReferenceApi, WhatAUserIsToUnlearnStandsAmongTheirEvents) {
  const ServedApi served;
  const std::string document = R"({"since":5,"quarantine":true})";
  const ClientResponse asked = served.post("/v1/users/u%2F1/unlearn", document, "application/json");
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(member(asked.body, "user_id"), "\"u/1\"");
  EXPECT_EQ(member(asked.body, "processed"), "true");
  EXPECT_EQ(served.post("/v1/users/u%2F1/unlearn", "", "application/json").status, 200);
  const Partition own = api::ServicesForTests::kLayout.of(log::RecordKind::event, "u/1");
  EXPECT_EQ(served.services.records(own), (std::vector<std::string>{document, "{}"}));
  const ClientResponse refused =
      served.post("/v1/users/u1/unlearn", R"({"quarantine":1})", "application/json");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(member(refused.body, "field"), "\"quarantine\"");
}

TEST(ReferenceApi, NamesWhatIsWrongWithADocumentAndKeepsNothing) {
  const ServedApi served;
  const ClientResponse response = served.put("/v1/videos/v1", R"({"duration_ms":"long"})");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(member(response.body, "reason"), "\"wrong_type\"");
  EXPECT_EQ(member(response.body, "field"), "\"duration_ms\"");
  EXPECT_EQ(served.put("/v1/videos/v1", "").status, 422);
  for (uint16_t p = 0; p < 4; ++p) EXPECT_TRUE(served.services.records(Partition(p)).empty());
}

TEST(ReferenceApi, RefusesIdsThatAreNone) {
  const ServedApi served;
  const std::string target = "/v1/users/" + std::string(65, 'x');
  EXPECT_EQ(served.put(target, "{}").status, 400);
  EXPECT_EQ(served.get(target).status, 400);
  EXPECT_EQ(served.del("/v1/videos/%FF").status, 400);
}

TEST(ReferenceApi, TakesManyVideosAndSaysWhichLinesItRefused) {
  const ServedApi served;
  const ClientResponse response = served.post(
      "/v1/videos", "{\"video_id\":\"v1\"}\n{\"title\":\"no id\"}\n{\"video_id\":\"v2\"}\n",
      "application/x-ndjson");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(member(response.body, "accepted"), "2");
  EXPECT_EQ(member(response.body, "rejected"), "1");
  EXPECT_NE(response.body.find("{\"line\":2,\"status\":\"rejected\",\"reason\":\"missing_field\""),
            std::string::npos);
  EXPECT_EQ(served.get("/v1/videos/v2").status, 200);
}

TEST(ReferenceApi, Answers422WhenNoLineOfManyIsADocument) {
  const ServedApi served;
  const ClientResponse response = served.post("/v1/users", "[{},7]");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(member(response.body, "rejected"), "2");
  EXPECT_EQ(served.post("/v1/users", " ").status, 400);
}

TEST(ReferenceApi, ListsTheCatalogueInPages) {
  const ServedApi served;
  (void)served.post("/v1/videos", R"([{"video_id":"v1"},{"video_id":"v2"},{"video_id":"v3"}])");
  const ClientResponse first = served.get("/v1/videos?limit=2");
  EXPECT_EQ(member(first.body, "videos"), R"([{"video_id":"v1"},{"video_id":"v2"}])");
  EXPECT_EQ(member(first.body, "next"), "2");
  const ClientResponse second = served.get("/v1/videos?limit=2&after=2");
  EXPECT_EQ(member(second.body, "videos"), R"([{"video_id":"v3"}])");
  EXPECT_EQ(member(second.body, "next"), "null");
  EXPECT_EQ(served.get("/v1/videos?limit=0").status, 400);
  EXPECT_EQ(served.get("/v1/videos?after=-1").status, 400);
}

TEST(ReferenceApi, Answers429AndKeepsNothingWhenTooManyChangesWait) {
  ServedApi served;
  served.services.core.is_crowded = true;
  for (const ClientResponse& response :
       {served.put("/v1/videos/v1", "{}"), served.del("/v1/users/u1"),
        served.post("/v1/videos", "{\"video_id\":\"v1\"}\n", "application/x-ndjson")}) {
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.header("Retry-After"), "1");
  }
  for (uint16_t p = 0; p < 4; ++p) EXPECT_TRUE(served.services.records(Partition(p)).empty());
  served.services.core.is_crowded = false;
  EXPECT_EQ(served.put("/v1/videos/v1", "{}").status, 200);
}

TEST(ReferenceApi, SaysOfWhichVideosItHasNoRoomFor) {
  ServedApi served;
  EXPECT_EQ(served.put("/v1/videos/v1", "{}").status, 200);
  served.services.core.is_full = true;
  const ClientResponse refused = served.put("/v1/videos/v2", "{}");
  EXPECT_EQ(refused.status, 507);
  EXPECT_EQ(member(refused.body, "reason"), "\"no_room\"");
  EXPECT_EQ(served.put("/v1/videos/v1", "{}").status, 200) << "it is held already";
  const ClientResponse many = served.post(
      "/v1/videos", "{\"video_id\":\"v3\"}\n{\"video_id\":\"v1\"}\n7\n{\"video_id\":\"v4\"}\n",
      "application/x-ndjson");
  EXPECT_EQ(many.status, 200);
  EXPECT_EQ(member(many.body, "accepted"), "1");
  EXPECT_EQ(member(many.body, "rejected"), "3");
  size_t last = 0;
  for (const char* line : {"{\"line\":1,\"status\":\"rejected\",\"reason\":\"no_room\"",
                           "{\"line\":3,\"status\":\"rejected\",\"reason\":\"not_an_object\"",
                           "{\"line\":4,\"status\":\"rejected\",\"reason\":\"no_room\""}) {
    const size_t at = many.body.find(line);
    ASSERT_NE(at, std::string::npos) << line << many.body;
    EXPECT_GT(at, last);
    last = at;
  }
}

TEST(ReferenceApi, Answers202WhenAChangeIsDurableButNotYetProcessed) {
  ServedApi served;
  served.services.core.refuses = true;
  const ClientResponse response = served.put("/v1/videos/v1", "{}");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(member(response.body, "processed"), "false");
  EXPECT_EQ(served.get("/v1/videos/v1").status, 503);
}

}  // namespace
}  // namespace potik::beast
