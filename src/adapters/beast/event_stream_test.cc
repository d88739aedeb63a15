#include "adapters/beast/event_stream.h"

#include <gtest/gtest.h>

namespace potik::beast {
namespace {

api::Stream::Text text(std::string content) {
  return std::make_shared<const std::string>(std::move(content));
}

struct Viewed {
  int wakes = 0;
  EventStream stream{2, 10, [this] { ++wakes; }};
  std::string taken() {
    std::string out;
    (void)stream.take(out);
    return out;
  }
};

TEST(EventStream, GivesEventsInOrderAndTheOfferedOneLast) {
  Viewed viewed;
  EXPECT_TRUE(viewed.stream.offer([] { return "list1 "; }));
  EXPECT_TRUE(viewed.stream.write(text("a ")));
  EXPECT_TRUE(viewed.stream.write(text("b ")));
  EXPECT_TRUE(viewed.stream.offer([] { return "list2 "; }));
  EXPECT_EQ(viewed.taken(), "a b list2 ");
  EXPECT_EQ(viewed.taken(), "");
}

TEST(EventStream, RefusesEventsASlowViewerHasNoRoomFor) {
  Viewed by_count;
  EXPECT_TRUE(by_count.stream.write(text("a")));
  EXPECT_TRUE(by_count.stream.write(text("b")));
  EXPECT_FALSE(by_count.stream.write(text("c")));
  EXPECT_EQ(by_count.taken(), "ab");
  EXPECT_TRUE(by_count.stream.write(text("d")));
  Viewed by_bytes;
  EXPECT_FALSE(by_bytes.stream.write(text("more than ten bytes")));
}

TEST(EventStream, NeverRendersWhatASlowViewerMissed) {
  Viewed viewed;
  int rendered = 0;
  for (int i = 0; i < 5; ++i) {
    (void)viewed.stream.offer([&rendered] {
      ++rendered;
      return "x";
    });
  }
  EXPECT_EQ(viewed.taken(), "x");
  EXPECT_EQ(rendered, 1);
}

TEST(EventStream, WakesTheConnectionOnceUntilItHasLooked) {
  Viewed viewed;
  (void)viewed.stream.write(text("a"));
  (void)viewed.stream.write(text("b"));
  EXPECT_EQ(viewed.wakes, 1);
  (void)viewed.taken();
  (void)viewed.stream.write(text("c"));
  EXPECT_EQ(viewed.wakes, 2);
}

TEST(EventStream, SendsWhatWaitedBeforeItCloses) {
  Viewed viewed;
  (void)viewed.stream.write(text("last"));
  viewed.stream.close();
  EXPECT_FALSE(viewed.stream.write(text("x")));
  std::string out;
  EXPECT_TRUE(viewed.stream.take(out));
  EXPECT_EQ(out, "last");
  out.clear();
  EXPECT_FALSE(viewed.stream.take(out));
}

TEST(EventStream, AnnouncesItsEndOnceAndAtOnceToLateComers) {
  Viewed viewed;
  int ends = 0;
  viewed.stream.on_end([&] { ++ends; });
  viewed.stream.end();
  viewed.stream.end();
  EXPECT_EQ(ends, 1);
  viewed.stream.on_end([&] { ++ends; });
  EXPECT_EQ(ends, 2);
  EXPECT_FALSE(viewed.stream.write(text("a")));
  EXPECT_FALSE(viewed.stream.offer([] { return "a"; }));
}

}  // namespace
}  // namespace potik::beast
