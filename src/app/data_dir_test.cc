#include "app/data_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/folder_for_tests.h"

namespace potik::app {
namespace {

constexpr int kInitPid = 1;  // alive, and root's
constexpr uid_t kNobody = 65534;

class DataDirTest : public testing::Test {
 protected:
  DataDirTest() {
    config_.data_dir = folder_.path();
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
  }
  void note(int pid) const {
    std::ofstream(folder_.path() + "/server") << "127.0.0.1:8080 " << pid << '\n';
  }
  // Asked by a process that may not send signals to root's.
  [[nodiscard]] bool is_found_by_another_user() const {
    const pid_t child = fork();
    if (child == 0) {
      if (geteuid() == 0 && setuid(kNobody) != 0) _exit(2);
      _exit(find_server(config_) ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  FolderForTests folder_;
  Config config_;
};

TEST_F(DataDirTest, FindsAServerThatRunsUnderAnotherUser) {
  note(kInitPid);
  EXPECT_TRUE(is_found_by_another_user());
}

TEST_F(DataDirTest, FindsNoServerWhoseProcessIsGone) {
  EXPECT_FALSE(find_server(config_).has_value()) << "there is no note";
  const pid_t child = fork();
  if (child == 0) _exit(0);
  int status = 0;
  waitpid(child, &status, 0);
  note(child);
  EXPECT_FALSE(find_server(config_).has_value());
  announce_server(config_, "127.0.0.1:9");
  ASSERT_TRUE(find_server(config_).has_value());
  EXPECT_EQ(find_server(config_)->address, "127.0.0.1:9");
  EXPECT_EQ(find_server(config_)->pid, getpid());
}

}  // namespace
}  // namespace potik::app
