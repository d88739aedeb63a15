// Compiled with POTIK_FAILPOINTS.
#include "base/failpoint.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/folder_for_tests.h"

namespace potik::failpoint {
namespace {

auto append_to(const std::string& path, size_t bytes) {
  std::ofstream(path, std::ios::app) << std::string(bytes, 'x');
  return [path] { return path; };
}

TEST(Failpoint, EachPlaceHasAnEffectAndANameOfItsOwn) {
  for (size_t i = 0; i < kPlaces.size(); ++i) {
    EXPECT_NE(kPlaces[i].effects, 0) << kPlaces[i].name;
    for (size_t j = 0; j < i; ++j) EXPECT_NE(kPlaces[i].name, kPlaces[j].name);
  }
}

TEST(Failpoint, NothingHappensWhereNothingWasAskedFor) {
  reach("gateway.take");
  EXPECT_FALSE(fails("log.append.before"));
  EXPECT_FALSE(tears("log.append.torn"));
  EXPECT_FALSE(planted("plant.drop_dedup"));
}

TEST(FailpointDeathTest, KillsAtTheNthHitAndNotBefore) {
  const auto third = [] {
    if (!configure("epoch.read=kill@3").empty()) std::exit(1);
    for (int hit = 1; hit <= 3; ++hit) {
      reach("epoch.read");
      std::fprintf(stderr, "hit %d passed ", hit);
    }
  };
  EXPECT_EXIT(third(), testing::KilledBySignal(SIGKILL), "hit 1 passed hit 2 passed $");
}

TEST(Failpoint, APausedProcessGoesOnWhenTold) {
  const pid_t child = fork();
  if (child == 0) {
    const bool armed = configure("epoch.read=pause@2").empty();
    for (int hit = 1; hit <= 3; ++hit) reach("epoch.read");
    _exit(armed ? 7 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  ASSERT_TRUE(WIFSTOPPED(status));
  ASSERT_EQ(kill(child, SIGCONT), 0);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 7) << "stopped once, and came to its end";
}

TEST(Failpoint, FailsAtTheNthHitOnce) {
  ASSERT_EQ(configure("store.begin.before=error@2,plant.emit_twice=on@3"), "");
  EXPECT_FALSE(fails("store.begin.before"));
  EXPECT_TRUE(fails("store.begin.before"));
  EXPECT_FALSE(fails("store.begin.before"));
  EXPECT_FALSE(fails("store.begin.after"));
  EXPECT_FALSE(planted("plant.emit_twice"));
  EXPECT_FALSE(planted("plant.emit_twice"));
  EXPECT_TRUE(planted("plant.emit_twice"));
  EXPECT_TRUE(planted("plant.emit_twice"));
  EXPECT_FALSE(planted("plant.skip_sync"));
}

TEST(FailpointDeathTest, ATornWriteLeavesHalfOfWhatItAdded) {
  const FolderForTests folder;
  const std::string path = folder.path() + "/wal";
  append_to(path, 100);
  const auto write = [&] {
    if (!configure("log.append.torn=torn@1").empty()) std::exit(1);
    const auto name = [&] { return path; };
    const TornWrite torn("log.append.torn", name);
    append_to(path, 40);
    torn.done(name);
  };
  EXPECT_EXIT(write(), testing::KilledBySignal(SIGKILL), "");
  EXPECT_EQ(std::filesystem::file_size(path), 120U);
}

TEST(FailpointDeathTest, ACutForgetsWhatWasNotSyncedAndAKillDoesNot) {
  const FolderForTests folder;
  for (const auto& [spec, bytes] :
       {std::pair{"epoch.computed=cut@1", 70U}, std::pair{"epoch.computed=kill@1", 100U}}) {
    const std::string path = folder.path() + "/" + std::to_string(bytes);
    const auto write = [&] {
      if (!configure(spec).empty()) std::exit(1);
      wrote(append_to(path, 70), true);
      wrote(append_to(path, 30), false);
      reach("epoch.computed");
    };
    EXPECT_EXIT(write(), testing::KilledBySignal(SIGKILL), "");
    EXPECT_EQ(std::filesystem::file_size(path), bytes);
  }
}

TEST(Failpoint, WhatIsNotUnderstoodIsNamed) {
  EXPECT_NE(configure("log.appendix=kill@1").find("no failpoint 'log.appendix'"),
            std::string::npos);
  EXPECT_NE(configure("epoch.read=error@1").find("cannot do 'error'"), std::string::npos);
  EXPECT_NE(configure("epoch.read=kill@0").find("number of a hit"), std::string::npos);
  EXPECT_NE(configure("epoch.read=kill@2x").find("number of a hit"), std::string::npos);
  EXPECT_NE(configure("epoch.read").find("name=kill@3"), std::string::npos);
}

TEST(Failpoint, TheListingSaysWhatEachCanDoAndHowOftenItWasReached) {
  reach("alert.send.before");
  reach("alert.send.before");
  const std::string text = listing();
  EXPECT_NE(text.find("alert.send.before kill 2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("log.append.torn torn "), std::string::npos) << text;
  EXPECT_NE(text.find("kafka.commit.after kill error 0\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace potik::failpoint
