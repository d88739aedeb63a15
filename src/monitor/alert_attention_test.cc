#include "monitor/alert_attention.h"

#include <gtest/gtest.h>

namespace potik::monitor {
namespace {

Alert alert(std::string id, std::string subject = "v1") {
  Alert alert;
  alert.id = std::move(id);
  alert.kind = "like_burst";
  alert.subject_type = "video";
  alert.subject = std::move(subject);
  return alert;
}

TEST(AlertAttention, AnAcknowledgementIsOfOneAlert) {
  AlertAttention attention(10);
  attention.acknowledge(alert("a"), TimeMs(5));
  EXPECT_EQ(attention.of(alert("a"), TimeMs(9)).acknowledged_at, TimeMs(5));
  EXPECT_EQ(attention.of(alert("b"), TimeMs(9)).acknowledged_at, TimeMs(0));
  attention.reopen(alert("a"));
  EXPECT_EQ(attention.of(alert("a"), TimeMs(9)).acknowledged_at, TimeMs(0));
}

TEST(AlertAttention, AMuteIsOfWhateverComesOfTheKindAboutTheSubjectUntilItEnds) {
  AlertAttention attention(10);
  attention.mute(alert("a"), TimeMs(100));
  EXPECT_TRUE(attention.is_muted(alert("b"), TimeMs(99)));
  EXPECT_FALSE(attention.is_muted(alert("b"), TimeMs(100)));
  EXPECT_FALSE(attention.is_muted(alert("a", "v2"), TimeMs(1)));
  Alert other = alert("c");
  other.kind = "comment_flood";
  EXPECT_FALSE(attention.is_muted(other, TimeMs(1)));
  attention.unmute(alert("b"));
  EXPECT_FALSE(attention.is_muted(alert("a"), TimeMs(1)));
}

TEST(AlertAttention, IsTheSameAfterItWasKeptAndRestored) {
  AlertAttention attention(10);
  attention.acknowledge(alert("a"), TimeMs(5));
  attention.mute(alert("a", "v/2"), TimeMs(100));
  AlertAttention later(10);
  later.restore(attention.entries());
  EXPECT_EQ(later.of(alert("a"), TimeMs(9)).acknowledged_at, TimeMs(5));
  EXPECT_TRUE(later.is_muted(alert("x", "v/2"), TimeMs(9)));
}

TEST(AlertAttention, ForgetsTheOldestBeyondItsBound) {
  AlertAttention attention(2);
  for (int i = 1; i <= 3; ++i) attention.acknowledge(alert(std::to_string(i)), TimeMs(i));
  EXPECT_EQ(attention.of(alert("1"), TimeMs(9)).acknowledged_at, TimeMs(0));
  EXPECT_EQ(attention.of(alert("3"), TimeMs(9)).acknowledged_at, TimeMs(3));
}

TEST(AlertAttention, KeepsTheMuteThatIsSetNowThoughItEndsFirst) {
  AlertAttention attention(1);
  attention.mute(alert("a"), TimeMs(1'000));
  attention.mute(alert("b", "v2"), TimeMs(10));
  EXPECT_TRUE(attention.is_muted(alert("b", "v2"), TimeMs(5)));
  EXPECT_FALSE(attention.is_muted(alert("a"), TimeMs(5)));
}

TEST(AlertAttention, WritesTheAlertWithWhatWasSaidOfIt) {
  const std::string text = alert_json(alert("a"), {TimeMs(0), TimeMs(1'000)});
  EXPECT_TRUE(
      text.ends_with(R"(,"acknowledged_at":null,"muted_until":"1970-01-01T00:00:01.000Z"})"))
      << text;
}

}  // namespace
}  // namespace potik::monitor
