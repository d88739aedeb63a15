#include "adapters/redis/server_for_tests.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "base/eventually_for_tests.h"

namespace potik::redis {

bool ServerForTests::is_installed() {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin" : path);
  std::error_code ignored;
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (std::filesystem::exists(folder + "/redis-server", ignored)) return true;
  }
  return false;
}

Options ServerForTests::options() const {
  Options options;
  options.server.socket = socket();
  options.timeout_ms = kTestPatience.count();  // a test is not about a machine that is slow
  return options;
}

bool ServerForTests::start(const std::vector<std::string>& more) {
  std::vector<std::string> words{
      "redis-server",         "--port", "0", "--unixsocket", socket(), "--dir",
      folder_.path(),         "--save", "",  "--appendonly", "no",     "--logfile",
      folder_.path() + "/log"};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::error_code ignored;
  std::filesystem::remove(socket(), ignored);
  ::signal(SIGPIPE, SIG_IGN);  // as every command of potik that serves does
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that crashes leaves none behind
    execvp("redis-server", arguments.data());
    _exit(127);
  }
  if (process_ < 0) return false;
  return eventually([&] {
    const auto opened = Connection::open(options());
    return opened.ok() || opened.error().find("NOAUTH") != std::string::npos;
  });
}

void ServerForTests::signal(int number) const { ::kill(process_, number); }

void ServerForTests::kill() {
  if (process_ == 0) return;
  signal(SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = 0;
}

std::string ServerForTests::ask(std::initializer_list<std::string_view> words) const {
  auto connection = Connection::open(options());
  if (!connection) return connection.error();
  const auto reply = (*connection)->ask(words);
  if (!reply) return reply.error();
  if (reply->elements() == 0)
    return reply->is_nil()         ? "nil"
           : reply->text().empty() ? std::to_string(reply->integer())
                                   : std::string(reply->text());
  std::string all;
  for (size_t i = 0; i < reply->elements(); ++i)
    all.append(i == 0 ? "" : " ").append(reply->text_at(i));
  return all;
}

}  // namespace potik::redis
