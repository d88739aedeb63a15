#include "adapters/alertmanager/alertmanager_channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>

#include "adapters/alertmanager/test_alert.h"
#include "base/eventually_for_tests.h"
#include "base/manual_clock.h"

namespace potik::alertmanager {
namespace {

using monitor::AlertState;
using testing::HasSubstr;
using testing::Not;

// An Alertmanager that answers as it is told to, and keeps what it was sent.
struct Wire {
  Mutex mutex;
  Condition changed;
  std::vector<std::string> bodies POTIK_GUARDED_BY(mutex);
  int status POTIK_GUARDED_BY(mutex) = 200;
  size_t alerts_most POTIK_GUARDED_BY(mutex) = 1'000;  // more of them are too large

  void answer(int with) {
    const MutexLock lock(mutex);
    status = with;
  }
  // The body of the first request from number `from` on that holds `part`; waits for it.
  std::string await(const std::string& part, size_t from = 0) {
    const MutexLock lock(mutex);
    for (;;) {
      for (size_t i = from; i < bodies.size(); ++i) {
        if (bodies[i].find(part) != std::string::npos) return bodies[i];
      }
      changed.wait(mutex);
    }
  }
  size_t requests() {
    const MutexLock lock(mutex);
    return bodies.size();
  }
  void await_requests(size_t count) {
    const MutexLock lock(mutex);
    while (bodies.size() < count) changed.wait(mutex);
  }
};

size_t alerts_in(const std::string& body) {
  size_t count = 0;
  for (size_t at = body.find("\"labels\""); at != std::string::npos;
       at = body.find("\"labels\"", at + 1))
    ++count;
  return count;
}

class WirePost final : public HttpPost {
 public:
  explicit WirePost(Wire& wire) : wire_(wire) {}
  PostAnswer post(const std::string& body, int64_t, const std::stop_token&) override {
    const MutexLock lock(wire_.mutex);
    wire_.bodies.push_back(body);
    wire_.changed.notify_all();
    if (wire_.status == 0) return {0, "nobody is there"};
    if (alerts_in(body) > wire_.alerts_most) return {413, "too large"};
    return {wire_.status, wire_.status == 200 ? "" : "no"};
  }

 private:
  Wire& wire_;
};

struct Telling {
  explicit Telling(Options options = quick(), AlertmanagerChannel::IsMuted is_muted = {})
      : channel(options, std::make_unique<WirePost>(wire), clock, std::move(is_muted)) {
    wire.await_requests(1);
  }
  static Options quick() {
    Options options;
    options.url = "http://there";
    options.repeat_ms = 5;
    options.retry_ms = 1;
    options.retry_most_ms = 4;
    return options;
  }
  static Options without_repeats() {
    Options options = quick();
    options.repeat_ms = 3'600'000;
    return options;
  }
  Wire wire;
  ManualClock clock{TimeMs(1'010'000)};
  AlertmanagerChannel channel;
};

TEST(AlertmanagerChannel, BeginsWithAnEmptyRequestToSeeWhetherItIsTaken) {
  Telling telling;
  EXPECT_EQ(telling.wire.await("[]"), "[]");
}

TEST(AlertmanagerChannel, TellsAFiringAlertAgainAndAgain) {
  Telling telling;
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  const size_t before = telling.wire.requests();
  telling.wire.await("v1", before);
  telling.wire.await("v1", before + 1);
  telling.channel.stop();
  EXPECT_GE(telling.channel.metrics().sent.value(), 3U);
  EXPECT_EQ(telling.channel.metrics().up.value(), 1);
  EXPECT_EQ(telling.channel.metrics().waiting.value(), 1);
}

TEST(AlertmanagerChannel, TellsOnceThatAnAlertIsOver) {
  Telling telling;
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  telling.channel.send(likes_of("v1", AlertState::resolved));
  telling.wire.await("1970-01-01T00:16:45.000Z");
  const size_t before = telling.wire.requests();
  telling.wire.await_requests(before + 3);
  EXPECT_EQ(telling.wire.await("[]", before + 2), "[]");
  EXPECT_EQ(telling.channel.metrics().waiting.value(), 0);
}

TEST(AlertmanagerChannel, KeepsWhatIsNotTakenAndSaysWhy) {
  Telling telling;
  telling.wire.answer(0);
  telling.channel.send(likes_of("v1", AlertState::firing));
  const size_t before = telling.wire.requests();
  telling.wire.await("v1", before);
  telling.wire.await("v1", before + 1);
  EXPECT_THAT(telling.channel.trouble(),
              HasSubstr("http://there is not told of alerts: nobody is"));
  EXPECT_GE(telling.channel.metrics().failures.value(), 1U);
  EXPECT_EQ(telling.channel.metrics().up.value(), 0);
  EXPECT_EQ(telling.channel.metrics().sent.value(), 0U);
  telling.channel.send(likes_of("v1", AlertState::resolved));
  telling.wire.answer(200);
  telling.wire.await("1970-01-01T00:16:45.000Z", before + 2);
  telling.channel.stop();
  EXPECT_EQ(telling.channel.trouble(), "");
  EXPECT_EQ(telling.channel.metrics().waiting.value(), 0);
}

TEST(AlertmanagerChannel, GivesUpWhatNoRepetitionWouldMakeBetter) {
  Telling telling(Telling::without_repeats());
  telling.wire.answer(400);
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  telling.wire.answer(200);
  telling.channel.send(likes_of("v2", AlertState::firing));
  EXPECT_THAT(telling.wire.await("v2"), Not(HasSubstr("v1")));
}

TEST(AlertmanagerChannel, SendsInHalvesWhatIsTooLargeAndLosesNoneOfIt) {
  Telling telling(Telling::without_repeats());
  telling.wire.answer(0);
  for (int i = 10; i < 20; ++i)
    telling.channel.send(likes_of("v" + std::to_string(i), AlertState::firing));
  const size_t before = telling.wire.requests();
  telling.wire.await("v19", before);
  {
    const MutexLock lock(telling.wire.mutex);
    telling.wire.alerts_most = 3;
    telling.wire.status = 200;
  }
  const auto taken = [&] { return telling.channel.metrics().sent.value(); };
  EXPECT_TRUE(eventually([&] { return taken() == 10; })) << taken();
  EXPECT_EQ(telling.channel.trouble(), "");
}

TEST(AlertmanagerChannel, GivesUpOneThatIsTooLargeByItself) {
  Telling telling(Telling::without_repeats());
  {
    const MutexLock lock(telling.wire.mutex);
    telling.wire.alerts_most = 0;
  }
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  EXPECT_TRUE(eventually([&] { return !telling.channel.trouble().empty(); }));
  EXPECT_THAT(telling.channel.trouble(), HasSubstr("413"));
}

TEST(AlertmanagerChannel, TriesAgainWhereItsRightsAreRefused) {
  Telling telling(Telling::without_repeats());
  telling.wire.answer(401);
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  const size_t before = telling.wire.requests();
  telling.wire.await("v1", before);
  EXPECT_THAT(telling.channel.trouble(), HasSubstr("it answered 401: no"));
}

TEST(AlertmanagerChannel, DoesNotTellARepeatedNoticeAnew) {
  Telling telling(Telling::without_repeats());
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.channel.send(likes_of("v2", AlertState::firing));
  EXPECT_THAT(telling.wire.await("v2"), Not(HasSubstr("v1")));
  telling.channel.send(likes_of("v1", AlertState::firing, "id-1", 10));
  telling.wire.await("\"folded\":\"10\"");
}

TEST(AlertmanagerChannel, LetsANewerAlertOfTheSameLabelsTakeThePlaceOfTheOld) {
  Telling telling(Telling::without_repeats());
  telling.wire.answer(0);
  telling.channel.send(likes_of("v1", AlertState::resolved, "first-id"));
  telling.wire.await("first-id");
  telling.channel.send(likes_of("v1", AlertState::firing, "second-id"));
  const std::string body = telling.wire.await("second-id");
  EXPECT_THAT(body, Not(HasSubstr("first-id")));
}

TEST(AlertmanagerChannel, DropsWhatIsOverBeforeWhatFiresAndCounts) {
  Options options = Telling::without_repeats();
  options.alerts_max = 2;
  Telling telling(options);
  telling.wire.answer(0);
  telling.channel.send(likes_of("v1", AlertState::firing, "one"));
  telling.channel.send(likes_of("v2", AlertState::resolved, "two"));
  telling.channel.send(likes_of("v3", AlertState::firing, "three"));
  telling.channel.send(likes_of("v4", AlertState::firing, "four"));
  EXPECT_EQ(telling.channel.metrics().dropped.value(), 2U);
  const std::string body = telling.wire.await("three");
  EXPECT_THAT(body, HasSubstr("one"));
  EXPECT_THAT(body, Not(HasSubstr("four")));
}

TEST(AlertmanagerChannel, IsSilentAboutAMutedAlertUntilItIsMutedNoMore) {
  std::atomic<bool> muted{true};
  Telling telling(Telling::quick(),
                  [&](const monitor::Alert& alert) { return muted && alert.subject == "v1"; });
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.channel.send(likes_of("v2", AlertState::firing));
  telling.wire.await("v2");
  const size_t before = telling.wire.requests();
  EXPECT_THAT(telling.wire.await("v2", before), Not(HasSubstr("v1")));
  muted = false;
  telling.wire.await("v1");
}

TEST(AlertmanagerChannel, TellsTheEndOfAMutedAlertOnlyWhereItsBeginningWasTold) {
  std::atomic<bool> muted{false};
  Telling telling(Telling::quick(), [&](const monitor::Alert&) { return muted.load(); });
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.wire.await("v1");
  muted = true;
  telling.channel.send(likes_of("v1", AlertState::resolved));
  telling.channel.send(likes_of("v2", AlertState::firing));
  telling.channel.send(likes_of("v2", AlertState::resolved));
  telling.wire.await("1970-01-01T00:16:45.000Z");
  const size_t before = telling.wire.requests();
  telling.wire.await_requests(before + 3);
  const MutexLock lock(telling.wire.mutex);
  for (const std::string& body : telling.wire.bodies) EXPECT_THAT(body, Not(HasSubstr("v2")));
}

TEST(AlertmanagerChannel, TellsAtItsEndWhatCameLast) {
  Telling telling(Telling::without_repeats());
  telling.channel.send(likes_of("v1", AlertState::firing));
  telling.channel.stop();
  EXPECT_NE(telling.wire.await("v1"), "");
}

}  // namespace
}  // namespace potik::alertmanager
