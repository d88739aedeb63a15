#include "log/layout.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace potik::log {
namespace {

// The places of 500 ids.
std::set<uint16_t> places(const Layout& layout, RecordKind kind) {
  std::set<uint16_t> found;
  for (int i = 0; i < 500; ++i) found.insert(layout.of(kind, "id" + std::to_string(i)).value());
  return found;
}

TEST(Layout, PutsEventsThenUsersThenVideosAndUsesEveryPartition) {
  const Layout layout{.events = 4, .users = 3, .videos = 2};
  ASSERT_EQ(layout.size(), 9);
  const std::set<uint16_t> users{4, 5, 6};
  const std::set<uint16_t> videos{7, 8};
  EXPECT_EQ(places(layout, RecordKind::event), (std::set<uint16_t>{0, 1, 2, 3}));
  EXPECT_EQ(places(layout, RecordKind::user_put), users);
  EXPECT_EQ(places(layout, RecordKind::user_delete), users);
  EXPECT_EQ(places(layout, RecordKind::video_put), videos);
  EXPECT_EQ(places(layout, RecordKind::video_delete), videos);
}

TEST(Layout, PutsAllChangesOfOneIdIntoOnePartition) {
  const Layout layout{.events = 8, .users = 5, .videos = 7};
  for (int i = 0; i < 500; ++i) {
    const std::string id = "id" + std::to_string(i);
    EXPECT_EQ(layout.of(RecordKind::user_put, id), layout.of(RecordKind::user_delete, id));
    EXPECT_EQ(layout.of(RecordKind::video_put, id), layout.of(RecordKind::video_delete, id));
  }
}

TEST(Layout, APartitionOfEventsHoldsWholeKeyGroupsInTheirOrder) {
  const Layout layout{.events = 6};
  for (int i = 0; i < 500; ++i) {
    const std::string id = "id" + std::to_string(i);
    EXPECT_EQ(layout.of(RecordKind::event, id).value(),
              size_t{key_group_of(id).value()} * 6 / kKeyGroups);
  }
}

TEST(Layout, TheEmbeddedLogHasOnePartitionOfUsersAndOneOfVideos) {
  const Layout layout;
  EXPECT_EQ(layout.size(), layout.events + 2);
  EXPECT_EQ(places(layout, RecordKind::user_put), std::set<uint16_t>{layout.events});
  EXPECT_EQ(places(layout, RecordKind::video_put),
            std::set<uint16_t>{static_cast<uint16_t>(layout.events + 1)});
  EXPECT_EQ(Layout::of_events(3).size(), 3);
}

}  // namespace
}  // namespace potik::log
