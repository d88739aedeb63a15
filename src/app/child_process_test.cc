#include "app/child_process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <future>

#include "base/eventually_for_tests.h"
#include "base/folder_for_tests.h"

namespace potik::app {
namespace {

Result<ChildResult, ChildError> run(const std::vector<std::string>& words,
                                    const ChildOptions& options = {}) {
  return run_child(words, options, {});
}

TEST(ChildProcess, GetsItsWordsAsTheyAreAndGivesBothStreamsAndItsExitCode) {
  const auto plain = run({"printf", "%s|", "a b", "$HOME", "'q'", "ї%s"});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->out, "a b|$HOME|'q'|ї%s|");
  EXPECT_EQ(plain->exit_code, 0);
  const auto failing = run({"sh", "-c", "echo out; echo err >&2; exit 7"});
  ASSERT_TRUE(failing.ok());
  EXPECT_EQ(failing->out, "out\n");
  EXPECT_EQ(failing->err, "err\n");
  EXPECT_EQ(failing->exit_code, 7);
}

TEST(ChildProcess, ThatDoesNotExistIsSaidToBeMissing) {
  const auto none = run({"potik-no-such-program"});
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error(), ChildError::missing);
}

// Ended, and waiting for whoever inherited it to notice.
bool is_dead(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/stat");
  std::string pid;
  std::string name;
  std::string state;
  return !(status >> pid >> name >> state) || state == "Z";
}

TEST(ChildProcess, IsReadToItsEndThoughItSaysMoreThanIsKept) {
  const auto long_winded =
      run({"sh", "-c", "head -c 300000 /dev/zero; exit 3"}, {.output_bytes_max = 1'000});
  ASSERT_TRUE(long_winded.ok());
  EXPECT_EQ(long_winded->out.size(), 1'000U);
  EXPECT_EQ(long_winded->exit_code, 3);
}

TEST(ChildProcess, IsEndedAtItsTimeLimitWithWhatItStarted) {
  const FolderForTests folder;
  const std::string noted = folder.path() + "/pid";
  const auto slow =
      run({"sh", "-c", "sleep 1000 & echo $! >\"$0.part\"; mv \"$0.part\" \"$0\"; wait", noted},
          {.time_max = std::chrono::milliseconds(500)});
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error(), ChildError::too_slow);
  pid_t behind = 0;
  ASSERT_TRUE(std::ifstream(noted) >> behind);
  EXPECT_TRUE(eventually([&] { return is_dead(behind); }));
}

TEST(ChildProcess, HasNothingOpenButItsThreeStreams) {
  std::array<int, 2> inherited{};
  ASSERT_EQ(::pipe(inherited.data()), 0);  // as a server's sockets are
  const auto listing = run({"ls", "/proc/self/fd"});
  for (const int descriptor : inherited) ::close(descriptor);
  ASSERT_TRUE(listing.ok());
  EXPECT_EQ(listing->out, "0\n1\n2\n3\n") << "the last is the listing's own";
}

TEST(ChildProcess, IsEndedByAStop) {
  const FolderForTests folder;
  const std::string begun = folder.path() + "/begun";
  std::stop_source stop;
  auto running = std::async(std::launch::async, [&] {
    return run_child({"sh", "-c", ": >\"$0\"; sleep 1000", begun}, {}, stop.get_token());
  });
  ASSERT_TRUE(eventually([&] { return std::ifstream(begun).good(); }));
  stop.request_stop();
  const auto ended = running.get();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error(), ChildError::stopped);
}

}  // namespace
}  // namespace potik::app
