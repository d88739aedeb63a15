#include "app/data_dir.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/folder_for_tests.h"

namespace potik::app {
namespace {

constexpr uid_t kNobody = 65534;

class DataDirTest : public testing::Test {
 protected:
  DataDirTest() {
    config_.data_dir = folder_.path();
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
  }
  [[nodiscard]] std::string note() const {
    std::ifstream file(folder_.path() + "/server");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void leave(const std::string& note) const { std::ofstream(folder_.path() + "/server") << note; }
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
  announce_server(config_, "127.0.0.1:8080");
  EXPECT_TRUE(is_found_by_another_user());
}

TEST_F(DataDirTest, FindsNoServerWhoseProcessIsGone) {
  EXPECT_FALSE(find_server(config_).has_value()) << "there is no note";
  const pid_t child = fork();
  if (child == 0) {
    announce_server(config_, "127.0.0.1:9");
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_FALSE(note().empty());
  EXPECT_FALSE(find_server(config_).has_value());
  announce_server(config_, "127.0.0.1:9");
  ASSERT_TRUE(find_server(config_).has_value());
  EXPECT_EQ(find_server(config_)->address, "127.0.0.1:9");
  EXPECT_EQ(find_server(config_)->pid, getpid());
}

TEST_F(DataDirTest, FindsNoServerInANoteThatWasCutOrWhoseNumberWasGivenAway) {
  announce_server(config_, "127.0.0.1:9");
  const std::string whole = note();
  for (size_t size = 0; size + 2 < whole.size(); ++size) {
    leave(whole.substr(0, size));
    EXPECT_FALSE(find_server(config_).has_value()) << whole.substr(0, size);
  }
  leave("127.0.0.1:9 1 7\n");  // the first process of the machine, which began otherwise
  EXPECT_FALSE(find_server(config_).has_value());
}

}  // namespace
}  // namespace potik::app
