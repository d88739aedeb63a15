#include "base/trace_context.h"

#include <gtest/gtest.h>

namespace potik {
namespace {

const std::string kValid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, TakesWhatTheStandardGivesAsAnExample) {
  EXPECT_EQ(parse_traceparent(kValid), kValid);
  EXPECT_EQ(trace_id_of(kValid), "4bf92f3577b34da6a3ce929d0e0e4736");
}

TEST(TraceContext, TakesOfALaterVersionWhatThisOneKnows) {
  EXPECT_EQ(parse_traceparent("cc" + kValid.substr(2) + "-what-the-future-brings"), kValid);
  EXPECT_EQ(parse_traceparent("cc" + kValid.substr(2)), kValid);
  EXPECT_EQ(parse_traceparent("cc" + kValid.substr(2) + ".what"), std::nullopt);
}

TEST(TraceContext, IgnoresWhatIsNotValid) {
  const auto changed = [](size_t at, std::string_view text) {
    std::string value = kValid;
    return parse_traceparent(value.replace(at, text.size(), text));
  };
  EXPECT_EQ(parse_traceparent(""), std::nullopt);
  EXPECT_EQ(parse_traceparent(kValid.substr(0, 54)), std::nullopt);
  EXPECT_EQ(parse_traceparent(kValid + "-"), std::nullopt) << "version 00 ends there";
  EXPECT_EQ(changed(0, "ff"), std::nullopt);
  EXPECT_EQ(changed(0, "0x"), std::nullopt);
  EXPECT_EQ(changed(2, "_"), std::nullopt);
  EXPECT_EQ(changed(3, "4BF9"), std::nullopt) << "upper case";
  EXPECT_EQ(changed(3, std::string(32, '0')), std::nullopt) << "no trace";
  EXPECT_EQ(changed(36, std::string(16, '0')), std::nullopt) << "no parent";
  EXPECT_EQ(changed(53, "0g"), std::nullopt);
  EXPECT_EQ(changed(10, "\""), std::nullopt);
}

}  // namespace
}  // namespace potik
