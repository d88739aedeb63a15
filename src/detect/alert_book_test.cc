#include "detect/alert_book.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace potik::detect {
namespace {

using monitor::Alert;
using monitor::AlertState;

Signal signal_at(int64_t at, std::string_view subject = "v1",
                 SignalKind kind = SignalKind::like_burst) {
  Signal signal;
  signal.kind = kind;
  signal.subject = subject;
  signal.subject_is_video = kind == SignalKind::like_burst;
  signal.at = TimeMs(at);
  signal.observed = 40;
  signal.baseline = 0.5;
  signal.threshold = 3;
  signal.distinct_users = 30;
  signal.sample = "e1";
  return signal;
}

std::vector<Alert> fold(AlertBook& book, std::vector<Signal> signals, int64_t now) {
  std::vector<Alert> out;
  book.fold(signals, TimeMs(now), out);
  return out;
}

TEST(AlertBook, FiresOnceWithItsEvidence) {
  AlertBook book({});
  const auto out = fold(book, {signal_at(1'000), signal_at(1'010)}, 1'010);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].kind, "like_burst");
  EXPECT_EQ(out[0].subject_type, "video");
  EXPECT_EQ(out[0].state, AlertState::firing);
  EXPECT_EQ(out[0].started_at, TimeMs(1'000));
  EXPECT_EQ(out[0].id.size(), 32U);
  EXPECT_EQ(out[0].unit, "likes/s");
  EXPECT_EQ(out[0].samples, std::vector<std::string>{"e1"});
  EXPECT_EQ(out[0].summary,
            "Video v1 got 40 likes/s from about 30 viewers where 0.5 is usual and 3 the limit, "
            "without the plays or the viewers that would explain them.");
  EXPECT_FALSE(out[0].action.empty());
  EXPECT_EQ(book.open(), 1U);
}

TEST(AlertBook, TellsAgainWhenRepetitionsHaveGrownTenfold) {
  AlertBook book({});
  size_t notices = 0;
  for (int i = 0; i <= 1'000; ++i) notices += fold(book, {signal_at(1'000 + i)}, 1'000 + i).size();
  EXPECT_EQ(notices, 4U) << "the first, and at 10, 100 and 1000 repetitions";
}

TEST(AlertBook, ResolvesAfterQuietEventTime) {
  AlertBook book({});
  const auto fired = fold(book, {signal_at(1'000)}, 1'000);
  EXPECT_TRUE(fold(book, {}, 60'999).empty());
  const auto out = fold(book, {}, 90'000);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].state, AlertState::resolved);
  EXPECT_EQ(out[0].id, fired[0].id);
  EXPECT_EQ(out[0].at, TimeMs(61'000)) << "independent of where epochs end";
  EXPECT_EQ(book.open(), 0U);
}

TEST(AlertBook, ListsWhatIsFiringInTheOrderOfLastSignalsAndWithTheNumbersOfNow) {
  AlertBook book({});
  fold(book, {signal_at(1'000, "v2"), signal_at(2'000, "v1"), signal_at(3'000, "v3")}, 3'000);
  Signal worse = signal_at(4'000, "v2");
  worse.observed = 90;
  EXPECT_TRUE(fold(book, {worse}, 4'000).empty()) << "no notice tells of it yet";
  const auto firing = book.firing();
  ASSERT_EQ(firing.size(), 3U);
  EXPECT_EQ(firing[0].subject + firing[1].subject + firing[2].subject, "v1v3v2");
  EXPECT_EQ(firing[2].state, AlertState::firing);
  EXPECT_EQ(firing[2].folded, 1U);
  EXPECT_NE(firing[2].summary.find("got 90 likes/s"), std::string::npos) << firing[2].summary;
  fold(book, {}, 63'000);
  EXPECT_EQ(book.firing().size(), 1U) << "v2 was told of later than the others";
  fold(book, {}, 90'000);
  EXPECT_TRUE(book.firing().empty());
}

TEST(AlertBook, OpensANewAlertAfterAQuietGapInsideOneEpoch) {
  AlertBook book({});
  const auto out = fold(book, {signal_at(1'000), signal_at(100'000)}, 100'000);
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out[0].state, AlertState::firing);
  EXPECT_EQ(out[1].state, AlertState::resolved);
  EXPECT_EQ(out[2].state, AlertState::firing);
  EXPECT_NE(out[0].id, out[2].id);
}

TEST(AlertBook, FoldsALateSignalWithoutMovingBack) {
  AlertBook book({});
  fold(book, {signal_at(50'000)}, 50'000);
  fold(book, {signal_at(10'000)}, 50'000);
  EXPECT_TRUE(fold(book, {}, 109'999).empty());
  EXPECT_EQ(fold(book, {}, 110'000).size(), 1U);
}

TEST(AlertBook, TellsOneStoryOfSignalsThatComeOutOfOrder) {
  AlertBook book({});
  const auto out = fold(book, {signal_at(90'000), signal_at(1'000), signal_at(45'000)}, 90'000);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].started_at, TimeMs(1'000));
}

TEST(AlertBook, KeepsOneAlertOpenThroughTrafficOlderThanTheNewest) {
  AlertBook book({});
  size_t notices = 0;
  for (int64_t t = 0; t < 9; ++t) notices += fold(book, {signal_at(t * 1'000)}, 900'000).size();
  EXPECT_EQ(notices, 1U);
  EXPECT_EQ(fold(book, {}, 960'000).size(), 1U);
}

TEST(AlertBook, KeepsSubjectsAndKindsApart) {
  AlertBook book({});
  const auto out =
      fold(book,
           {signal_at(1, "a"), signal_at(1, "b"), signal_at(1, "a", SignalKind::like_rate),
            signal_at(1, "a", SignalKind::conflicting_id)},
           1);
  EXPECT_EQ(out.size(), 4U);
  EXPECT_EQ(book.open(), 4U);
}

TEST(AlertBook, CountsWhatItHasNoRoomFor) {
  AlertBook book({.resolve_after_ms = 60'000, .open_max = 2});
  const auto out = fold(book, {signal_at(1, "a"), signal_at(1, "b"), signal_at(1, "c")}, 1);
  EXPECT_EQ(out.size(), 2U);
  EXPECT_EQ(book.dropped(), 1U);
}

TEST(AlertBook, ContinuesAfterASnapshotWithTheSameNotices) {
  CounterRandom random(1, 2, 3);
  AlertBook original({.resolve_after_ms = 500, .open_max = 10});
  AlertBook restored({.resolve_after_ms = 500, .open_max = 10});
  std::vector<state::Change> kept;
  for (int64_t epoch = 0; epoch < 300; ++epoch) {
    std::vector<Signal> signals;
    const std::string_view subjects[] = {"a", "b", "c", "d"};
    for (uint32_t i = random.below(5); i > 0; --i) {
      signals.push_back(signal_at(epoch * 200 + random.below(200), subjects[random.below(4)],
                                  static_cast<SignalKind>(random.below(kSignalKinds))));
    }
    const auto left = fold(original, signals, epoch * 200 + 200);
    const auto right = fold(restored, signals, epoch * 200 + 200);
    ASSERT_EQ(left.size(), right.size());
    for (size_t i = 0; i < left.size(); ++i) {
      ASSERT_EQ(left[i].id, right[i].id);
      ASSERT_EQ(left[i].summary, right[i].summary);
      ASSERT_EQ(left[i].folded, right[i].folded);
      ASSERT_EQ(left[i].samples, right[i].samples);
    }
    std::vector<state::Change> changes;
    original.collect_changes(changes);
    for (auto& change : changes) {
      std::erase_if(kept, [&](const auto& old) { return old.key == change.key; });
      if (change.value) kept.push_back(std::move(change));
    }
    restored = AlertBook({.resolve_after_ms = 500, .open_max = 10});
    for (const auto& record : kept) ASSERT_TRUE(restored.load(record.key, *record.value));
    ASSERT_EQ(restored.open(), original.open());
  }
}

TEST(AlertBook, RefusesForeignAndBrokenRecords) {
  AlertBook book({});
  fold(book, {signal_at(1)}, 1);
  std::vector<state::Change> changes;
  book.collect_changes(changes);
  ASSERT_EQ(changes.size(), 1U);
  const std::string value = *changes[0].value;
  AlertBook other({});
  EXPECT_FALSE(other.load("something", value));
  EXPECT_FALSE(other.load(changes[0].key, value.substr(0, value.size() - 1)));
  EXPECT_FALSE(other.load(changes[0].key, value + "x"));
  EXPECT_EQ(other.open(), 0U);
  EXPECT_TRUE(other.load(changes[0].key, value));
}

}  // namespace
}  // namespace potik::detect
