#include "monitor/alert.h"

#include <gtest/gtest.h>

namespace potik::monitor {
namespace {

TEST(Alert, WritesEveryFieldAsJsonInTheSchemasOrder) {
  Alert alert{.id = "00ff",
              .kind = "like_burst",
              .subject_type = "video",
              .subject = "v\"1",
              .state = AlertState::resolved,
              .started_at = TimeMs(1'000),
              .at = TimeMs(2'500),
              .observed = 40.5,
              .baseline = 0.25,
              .threshold = 8,
              .unit = "likes/s",
              .distinct_users = 12,
              .folded = 3,
              .samples = {"e1", "e2"},
              .summary = "Many likes.",
              .action = "Look."};
  EXPECT_EQ(
      alert.json(),
      "{\"id\":\"00ff\",\"kind\":\"like_burst\",\"subject_type\":\"video\",\"subject\":\"v\\\"1\","
      "\"state\":\"resolved\",\"started_at\":\"1970-01-01T00:00:01.000Z\","
      "\"at\":\"1970-01-01T00:00:02.500Z\",\"observed\":40.5,\"baseline\":0.25,\"threshold\":8,"
      "\"unit\":\"likes/s\",\"distinct_users\":12,\"folded\":3,\"samples\":[\"e1\",\"e2\"],"
      "\"summary\":\"Many likes.\",\"action\":\"Look.\"}");
}

}  // namespace
}  // namespace potik::monitor
