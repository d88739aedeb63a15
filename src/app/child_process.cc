#include "app/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

extern char** environ;  // NOLINT: POSIX names it so

namespace potik::app {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kLookMs = 50;
constexpr int kSignalled = 128;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return;
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_write();
    if (read_end >= 0) ::close(read_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write_end >= 0) ::close(std::exchange(write_end, -1));
  }
  int read_end = -1;
  int write_end = -1;
};

// How the child begins: its streams, a process group of its own, and no signal blocked or ignored.
class SpawnSettings {
 public:
  SpawnSettings(const Pipe& out, const Pipe& err) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, out.write_end, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, err.write_end, STDERR_FILENO);
    // Sockets of the server are none of its business, and would keep the port taken.
    ::posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
    sigset_t none;
    sigemptyset(&none);
    sigset_t usual;
    sigfillset(&usual);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  // The error is an errno.
  Result<pid_t, int> spawn(const std::vector<std::string>& words) const {
    std::vector<std::string> copies = words;
    std::vector<char*> arguments;
    for (std::string& word : copies) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    const int error = ::posix_spawnp(&child, words.front().c_str(), &actions_, &attributes_,
                                     arguments.data(), environ);
    if (error != 0) return Error{error};
    return child;
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// False at the stream's end.
bool read_some(int descriptor, size_t bytes_max, std::string& text) {
  std::array<char, 16'384> part{};
  const ssize_t size = ::read(descriptor, part.data(), part.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  if (size == 0) return false;
  const size_t room = bytes_max - std::min(bytes_max, text.size());
  text.append(part.data(), std::min(static_cast<size_t>(size), room));
  return true;
}

// Both streams to their ends. False if the limit or the stop came first.
bool read_all(const Pipe& out, const Pipe& err, const ChildOptions& options,
              const std::stop_token& stop, ChildResult& result) {
  const auto deadline = SteadyClock::now() + options.time_max;
  std::array<pollfd, 2> streams{{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&result.out, &result.err};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    if (stop.stop_requested() || SteadyClock::now() > deadline) return false;
    if (::poll(streams.data(), streams.size(), kLookMs) <= 0) continue;
    for (size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd < 0 || streams[i].revents == 0) continue;
      if (!read_some(streams[i].fd, options.output_bytes_max, *texts[i])) streams[i].fd = -1;
    }
  }
  return true;
}

// The child's exit code.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

}  // namespace

Result<ChildResult, ChildError> run_child(const std::vector<std::string>& words,
                                          const ChildOptions& options,
                                          const std::stop_token& stop) {
  if (stop.stop_requested()) return Error{ChildError::stopped};
  Pipe out;
  Pipe err;
  if (out.read_end < 0 || err.read_end < 0) return Error{ChildError::not_begun};
  const auto child = SpawnSettings(out, err).spawn(words);
  if (!child) return Error{child.error() == ENOENT ? ChildError::missing : ChildError::not_begun};
  out.close_write();
  err.close_write();
  ChildResult result;
  if (!read_all(out, err, options, stop, result)) {
    ::kill(-*child, SIGKILL);
    (void)wait_for(*child);
    return Error{stop.stop_requested() ? ChildError::stopped : ChildError::too_slow};
  }
  result.exit_code = wait_for(*child);
  return result;
}

}  // namespace potik::app
