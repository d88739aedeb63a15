#include "monitor/alert_board.h"

#include <gtest/gtest.h>

namespace potik::monitor {
namespace {

Alert notice(std::string id, AlertState state, int64_t at, uint64_t folded = 0) {
  Alert alert;
  alert.id = std::move(id);
  alert.state = state;
  alert.at = TimeMs(at);
  alert.folded = folded;
  return alert;
}

std::string ids(const std::vector<Alert>& alerts) {
  std::string out;
  for (const Alert& alert : alerts) out += alert.id;
  return out;
}

TEST(AlertBoard, ListsTheLatestNoticeOfEachAlertNewestFirst) {
  AlertBoard board(10);
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("b", AlertState::firing, 2));
  board.send(notice("a", AlertState::resolved, 3));
  const auto all = board.list(std::nullopt, 10);
  EXPECT_EQ(ids(all), "ab");
  EXPECT_EQ(all[0].state, AlertState::resolved);
  EXPECT_EQ(board.firing(), 1U);
}

TEST(AlertBoard, ListsOneStateAndNoMoreThanAsked) {
  AlertBoard board(10);
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("b", AlertState::resolved, 2));
  board.send(notice("c", AlertState::firing, 3));
  EXPECT_EQ(ids(board.list(AlertState::firing, 10)), "ca");
  EXPECT_EQ(ids(board.list(AlertState::resolved, 10)), "b");
  EXPECT_EQ(ids(board.list(std::nullopt, 2)), "cb");
}

TEST(AlertBoard, KeepsFiringAlertsLongerThanResolvedOnes) {
  AlertBoard board(2);
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("b", AlertState::resolved, 2));
  board.send(notice("c", AlertState::firing, 3));
  EXPECT_EQ(ids(board.list(std::nullopt, 10)), "ca");
  board.send(notice("d", AlertState::firing, 4));
  EXPECT_EQ(ids(board.list(std::nullopt, 10)), "dc");
}

TEST(AlertBoard, KeepsARestoredAlertThroughTheOlderNoticesOfItsRecovery) {
  AlertBoard board(10);
  int told = 0;
  board.send(notice("a", AlertState::firing, 50, 37));
  static_cast<void>(board.subscribe([&](const Alert&) { ++told; }));
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("a", AlertState::firing, 20, 10));
  ASSERT_EQ(board.list(std::nullopt, 10).size(), 1U);
  EXPECT_EQ(board.list(std::nullopt, 10)[0].folded, 37U);
  EXPECT_EQ(board.list(std::nullopt, 10)[0].at, TimeMs(50));
  EXPECT_EQ(told, 0);
  board.send(notice("a", AlertState::firing, 90, 100));
  EXPECT_EQ(board.list(std::nullopt, 10)[0].folded, 100U);
  board.send(notice("a", AlertState::resolved, 99, 100));
  EXPECT_EQ(board.firing(), 0U);
  EXPECT_EQ(told, 2);
}

TEST(AlertBoard, TellsListenersOfChangesButNotOfRepeats) {
  AlertBoard board(10);
  int told = 0;
  const auto token = board.subscribe([&](const Alert&) { ++told; });
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("a", AlertState::firing, 1));
  board.send(notice("a", AlertState::firing, 2, 10));
  EXPECT_EQ(told, 2);
  board.unsubscribe(token);
  board.send(notice("b", AlertState::firing, 3));
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace potik::monitor
