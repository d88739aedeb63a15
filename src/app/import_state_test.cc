// State out of one data directory and into another.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <map>

#include "adapters/rocksdb/rocksdb_epoch_journal.h"
#include "app/commands.h"
#include "app/data_dir.h"
#include "app/import_note.h"
#include "app/test_running_potik.h"
#include "base/eventually_for_tests.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ImportState : public RunningPotik {
 protected:
  void put(const std::string& target, const std::string& body) const {
    const auto answer =
        send({.method = "PUT", .target = target, .body = body, .content_type = "application/json"});
    ASSERT_EQ(answer.status / 100, 2) << answer.body;
  }
  void play(int number) const {
    const std::string body =
        R"({"event_id":"e)" + std::to_string(number) + R"(","type":"video_played","occurred_at":)" +
        std::to_string(1'767'225'600'000 + number * 60'000) + R"(,"user_id":"u)" +
        std::to_string(number % 7) + R"(","video_id":"v)" + std::to_string(number % 5) +
        R"(","watch_ms":4000})";
    const auto answer = send({.method = "POST",
                              .target = "/v1/events",
                              .body = body,
                              .content_type = "application/json"});
    ASSERT_EQ(answer.status, 202) << answer.body;
  }
  [[nodiscard]] bool counts(const std::string& name, int value) const {
    return eventually([&] {
      return get("/metrics").find("\n" + name + " " + std::to_string(value) + "\n") !=
             std::string::npos;
    });
  }
  // A server's state in a folder: 40 events.
  void export_served() {
    start();
    for (const char* user : {"u0", "u1", "u2"})
      put(std::string("/v1/users/") + user, R"({"segment":"early","country":"ua"})");
    for (const char* video : {"v0", "v1", "v2", "v3"})
      put(std::string("/v1/videos/") + video, R"({"title":"Title","duration_ms":9000})");
    for (int number = 0; number < 40; ++number) play(number);
    ASSERT_TRUE(counts("potik_events_accepted_total", 40));
    all_.reset();
    ASSERT_EQ(export_state(config_, {"export", state_}), 0);
  }
  // Code and what was said.
  std::pair<int, std::string> import(const Config& config) const {
    ::testing::internal::CaptureStderr();
    ::testing::internal::CaptureStdout();
    const int code = import_state(config, {"import", state_});
    return {code,
            ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr()};
  }
  [[nodiscard]] Config config_of(const std::string& name) const {
    Config config = config_;
    config.data_dir = folder_ + "/" + name;
    return config;
  }
  [[nodiscard]] std::map<std::string, std::string> files(const std::string& folder) const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(folder)) {
      std::ifstream file(entry.path(), std::ios::binary);
      files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }
  [[nodiscard]] std::string query(const std::string& sql) const {
    return send({.method = "POST",
                 .target = "/v1/query",
                 .body = R"({"sql":")" + sql + R"("})",
                 .content_type = "application/json"})
        .body;
  }

  std::string state_ = folder_ + "/state";
};

TEST_F(ImportState, AServerGoesOnFromWhereAnotherWas) {
  export_served();
  const Config imported = config_of("imported");
  const auto [code, said] = import(imported);
  ASSERT_EQ(code, 0) << said;
  EXPECT_THAT(said, HasSubstr("(7 viewers, 5 videos) is in " + imported.data_dir));
  // The same state, byte for byte.
  ASSERT_EQ(export_state(imported, {"export", folder_ + "/again"}), 0);
  EXPECT_TRUE(files(state_) == files(folder_ + "/again"));

  const Epoch begins = open_data_dir(imported)->snapshots->epoch();
  config_ = imported;
  start();
  play(39);  // known
  play(40);
  ASSERT_TRUE(counts("potik_events_accepted_total", 1));
  ASSERT_TRUE(counts("potik_events_duplicate_total", 1));
  const std::string row = R"("rows":[["e40","u5",null,null,"v0","Title"]])";
  EXPECT_TRUE(eventually([&] {  // the store comes after
    return query(
               "SELECT event_id, user_id, user_segment, user_country, video_id, video_title "
               "FROM events")
               .find(row) != std::string::npos;
  }));
  EXPECT_THAT(query("SELECT count(*), max(segment), max(country) FROM users WHERE version = 1"),
              HasSubstr(R"([3,"early","ua"])"));
  all_.reset();
  const auto data = open_data_dir(imported);
  EXPECT_GT(data->journal->last()->epoch, begins);
  EXPECT_EQ(pipeline::begins_at(*data->journal).value(), begins);
}

TEST_F(ImportState, WhatIsNoNewDirectoryIsLeftAlone) {
  export_served();
  const auto [code, said] = import(config_);
  EXPECT_EQ(code, 1);
  EXPECT_THAT(said, HasSubstr("is not empty"));
  ASSERT_EQ(export_state(config_, {"export", folder_ + "/again"}), 0);
  EXPECT_TRUE(files(state_) == files(folder_ + "/again"));
}

TEST_F(ImportState, OneThatWasKilledIsFinishedByTheSameCommandAlone) {
  export_served();
  const Config imported = config_of("imported");
  ASSERT_EQ(import(imported).first, 0);
  // As it is left by one that died before its end.
  const std::string command = "potik state import " + state_ + " --data-dir " + imported.data_dir;
  ASSERT_TRUE(note_import(imported, command).ok());
  fs::remove_all(imported.data_dir + "/journal");
  const auto refused = AllInOne::start(imported, {}, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error(), HasSubstr(command));
  EXPECT_EQ(export_state(imported, {"export", folder_ + "/none"}), 1);
  ASSERT_TRUE(note_import(imported, "another command").ok());
  EXPECT_THAT(import(imported).second, HasSubstr("is not empty"));
  ASSERT_TRUE(note_import(imported, command).ok());
  const auto [code, said] = import(imported);
  ASSERT_EQ(code, 0) << said;
  EXPECT_FALSE(unfinished_import(imported));
  ASSERT_EQ(export_state(imported, {"export", folder_ + "/again"}), 0);
  EXPECT_TRUE(files(state_) == files(folder_ + "/again"));
}

TEST_F(ImportState, SaysWhyAStateDoesNotFit) {
  export_served();
  const auto why = [this](const Config& config) {
    const auto [code, said] = import(config);
    EXPECT_EQ(code, 1);
    EXPECT_FALSE(fs::exists(config.data_dir)) << "nothing is begun";
    return said;
  };
  Config other = config_of("other");
  other.core.list_length = 7;
  EXPECT_THAT(why(other), HasSubstr("list_length is 50 here, 7 was asked for"));
  const auto manifest = files(state_)["manifest.json"];
  const auto change = [&](const std::string& from, const std::string& to) {
    std::string text = manifest;
    const size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << manifest;
    std::ofstream(state_ + "/manifest.json") << text.replace(at, from.size(), to);
  };
  const Config fits = config_of("fits");
  change(R"("model_version":)", R"("model_version":9)");
  EXPECT_THAT(why(fits), HasSubstr("this potik computes with version"));
  change(R"("offsets":[])", R"("offsets":[1])");
  EXPECT_THAT(why(fits), HasSubstr("set log.kind to kafka"));
  change(R"("epoch":)", R"("epoch":9)");
  EXPECT_THAT(why(fits), HasSubstr("the manifest speaks of epoch 9"));
  change("{", "{");
  fs::resize_file(state_ + "/viewers-100", 3);
  EXPECT_THAT(why(fits), HasSubstr("viewers-100 is damaged"));
  fs::remove(state_ + "/manifest.json");
  EXPECT_THAT(why(fits), HasSubstr("it is no state folder"));
}

TEST_F(ImportState, WhatCannotBeComputedAgainIsNotReplayedNorImportedOver) {
  export_served();
  const Config imported = config_of("imported");
  ASSERT_EQ(import(imported).first, 0);
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(replay(imported, {.verify = true, .json = false}), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("was imported"));
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(import_kuairand(imported, {folder_, false, true}), 1);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              HasSubstr("already holds the state of another server"));
}

}  // namespace
}  // namespace potik::app
