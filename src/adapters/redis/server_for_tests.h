#pragma once
// A redis-server of a test's own, in a folder of its own, without persistence, reachable by a Unix
// socket alone: no port that another test could take. Ended by its process id.

#include <sys/types.h>

#include <string>
#include <vector>

#include "adapters/redis/connection.h"
#include "base/folder_for_tests.h"

namespace potik::redis {

class ServerForTests {
 public:
  ServerForTests() = default;
  ~ServerForTests() { kill(); }
  ServerForTests(const ServerForTests&) = delete;
  ServerForTests& operator=(const ServerForTests&) = delete;

  // False where there is no redis-server on this machine: the test is then to be skipped.
  [[nodiscard]] static bool is_installed();
  // Until it answers; `more` are further arguments, such as "--requirepass", "x". May be called
  // again after kill(): it then has nothing of before.
  [[nodiscard]] bool start(const std::vector<std::string>& more = {});
  void kill();  // SIGKILL; on return it is gone
  void signal(int number) const;
  [[nodiscard]] std::string url() const { return "unix://" + socket(); }
  [[nodiscard]] Options options() const;
  // One command as another client sends it; its reply as text, a number or a list of texts.
  std::string ask(std::initializer_list<std::string_view> words) const;

 private:
  [[nodiscard]] std::string socket() const { return folder_.path() + "/redis.sock"; }

  FolderForTests folder_;
  pid_t process_ = 0;
};

}  // namespace potik::redis

#define POTIK_SKIP_WITHOUT_REDIS()                   \
  if (!potik::redis::ServerForTests::is_installed()) \
  GTEST_SKIP() << "there is no redis-server; tools/install-dependencies test installs it"
