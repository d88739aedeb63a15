// What only the wiring can do wrong, asked over HTTP.
#include "app/all_in_one.h"

#include "app/commands.h"
#include "app/test_running_potik.h"
#include "base/eventually_for_tests.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

class AllInOneTest : public RunningPotik {
 protected:
  [[nodiscard]] int status_for(const std::string& host) const {
    return send({.target = "/healthz", .headers = {{"Host", host}}}).status;
  }
};

TEST_F(AllInOneTest, AnswersOnTheLoopbackUnderItsOwnNamesAlone) {
  config_.api.router.allowed_hosts = {"potik.lan"};
  start();
  EXPECT_EQ(status_for("localhost"), 200);
  EXPECT_EQ(status_for("potik.lan:80"), 200);
  EXPECT_EQ(status_for("rebound.example"), 421);
}

TEST_F(AllInOneTest, AnswersOnAnOpenAddressUnderEveryName) {
  config_.http.listen = "0.0.0.0:0";
  start();
  EXPECT_EQ(status_for("potik.example"), 200);
}

TEST_F(AllInOneTest, ListsEachVideoWithItsIdWhateverItsDocumentSays) {
  start();
  for (const auto& [id, body] : {std::pair("v1", R"({"title":"t \"1\"","duration_ms":5})"),
                                 std::pair("v2", "{}"), std::pair("v3", R"({"video_id":"v3"})")}) {
    const auto put = send({.method = "PUT",
                           .target = std::string("/v1/videos/") + id,
                           .body = body,
                           .content_type = "application/json"});
    ASSERT_EQ(put.status, 200) << put.body;
  }
  EXPECT_EQ(get("/v1/videos"), R"({"videos":[{"video_id":"v1","title":"t \"1\"","duration_ms":5},)"
                               R"({"video_id":"v2"},{"video_id":"v3"}],"next":null})");
}

TEST_F(AllInOneTest, StoresEachEventOnceWhateverIsDeletedAfterwards) {
  start();
  const auto change = [this](const std::string& method, const std::string& target) {
    const bool put = method == "PUT";
    const auto answer = send({.method = method,
                              .target = target,
                              .body = put ? "{}" : "",
                              .content_type = put ? "application/json" : ""});
    EXPECT_EQ(answer.status / 100, 2) << answer.body;
  };
  const auto play = [this](const std::string& id, const std::string& video) {
    const std::string body =
        R"({"event_id":")" + id + R"(","type":"video_played","user_id":"u1",)" +
        R"("occurred_at":1767225600000,"watch_ms":5,"video_id":")" + video + R"("})";
    EXPECT_EQ(send({.method = "POST",
                    .target = "/v1/events",
                    .body = body,
                    .content_type = "application/json"})
                  .status,
              202);
  };
  change("PUT", "/v1/videos/v1");
  play("e1", "v1");
  play("e2", "bare");
  for (const std::string target : {"/v1/videos/v1", "/v1/videos/bare", "/v1/users/u1"})
    change("DELETE", target);
  play("e3", "v1");
  change("PUT", "/v1/videos/v1");
  change("DELETE", "/v1/videos/v1");  // answered when all before it is processed
  const auto answers = [this](const std::string& sql, int number) {
    const auto answer = send({.method = "POST",
                              .target = "/v1/query",
                              .body = R"({"sql":")" + sql + R"("})",
                              .content_type = "application/json"});
    return answer.body.find("\"rows\":[[" + std::to_string(number) + "]]") != std::string::npos;
  };
  ASSERT_TRUE(eventually([&] { return answers("select count(*) from videos", 7); }));
  EXPECT_TRUE(answers("select count(*) from facts", 3));
  EXPECT_TRUE(answers("select count(*) from events", 3));
}

TEST_F(AllInOneTest, TellsWhoPutsAVideoThatThereIsNoRoomForIt) {
  config_.core.videos.videos_max = 2;
  config_.core.videos.unlisted_max = 1;
  start();
  const auto put = [this](const std::string& id) {
    return send({.method = "PUT",
                 .target = "/v1/videos/" + id,
                 .body = "{}",
                 .content_type = "application/json"})
        .status;
  };
  EXPECT_EQ(send({.method = "POST",
                  .target = "/v1/events",
                  .body = R"({"event_id":"e1","type":"video_shown","user_id":"u1",)"
                          R"("occurred_at":1767225600000,"video_id":"invented"})",
                  .content_type = "application/json"})
                .status,
            202);
  ASSERT_TRUE(eventually([this] { return all_->runner().lag() == 0; }));
  EXPECT_EQ(put("v1"), 200);
  EXPECT_EQ(send({.target = "/v1/videos/v1"}).status, 200);
  EXPECT_EQ(put("v2"), 507);
  EXPECT_EQ(send({.target = "/v1/videos/v2"}).status, 404);
  EXPECT_EQ(put("v1"), 200);
  EXPECT_NE(get("/metrics").find("potik_videos_over_limit_total{what=\"metadata\"} 1"),
            std::string::npos);
  EXPECT_TRUE(eventually([this] {
    return get("/v1/dead-letters").find("\"reason\":\"no_room\"") != std::string::npos;
  }));
}

size_t parquet_files(const fs::path& folder) {
  size_t count = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    count += entry.path().extension() == ".parquet" ? 1 : 0;
  }
  return count;
}

TEST_F(AllInOneTest, ExportsWithAndWithoutARunningServer) {
  start();
  const fs::path root = folder_;
  EXPECT_EQ(export_parquet(config_, (root / "deep" / "running").string()), 0);
  EXPECT_EQ(parquet_files(root / "deep" / "running"), 8U);
  EXPECT_TRUE(fs::is_empty(root / "data" / "export")) << "nothing is left behind";
  all_->stop();
  all_.reset();
  EXPECT_EQ(export_parquet(config_, (root / "stopped").string()), 0);
  EXPECT_EQ(parquet_files(root / "stopped"), 8U);
  EXPECT_NE(export_parquet(config_, (root / "stopped").string()), 0) << "it is not empty";
}

TEST_F(AllInOneTest, WritesExportsOnlyIntoTheFolderOfTheSetting) {
  config_.store.export_dir = folder_ + "/elsewhere";
  start();
  const auto answer = send({.method = "POST",
                            .target = "/v1/export",
                            .body = R"({"directory":"monday"})",
                            .content_type = "application/json"});
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(parquet_files(fs::path(folder_) / "elsewhere" / "monday"), 8U);
}

TEST_F(AllInOneTest, WritesNoExportsWhereTheFolderIsSwitchedOff) {
  config_.store.export_dir.clear();
  start();
  EXPECT_NE(export_parquet(config_, folder_ + "/out"), 0);
  EXPECT_FALSE(fs::exists(folder_ + "/out"));
}

TEST_F(AllInOneTest, CountsTheListsItComputedAndNotItsOwnQuestions) {
  start();
  const auto says = [&](const std::string& field) {
    return get("/v1/stats").find(field) != std::string::npos;
  };
  // The statistics ask for the top videos once a second.
  ASSERT_TRUE(eventually([&] { return all_->runner().metrics().inquiries.value() >= 3; }));
  EXPECT_TRUE(says("\"lists\":0,")) << get("/v1/stats");
  EXPECT_NE(get("/v1/users/u1/recommendations"), "");
  EXPECT_TRUE(eventually([&] { return says("\"lists\":1,"); })) << get("/v1/stats");
}

}  // namespace
}  // namespace potik::app
