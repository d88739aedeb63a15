#include "event/dead_letter.h"

#include <gtest/gtest.h>

#include <set>

namespace potik::event {
namespace {

TEST(DeadLetter, EveryReasonHasItsOwnCodeAndASentence) {
  std::set<std::string_view> codes;
  for (size_t i = 0; i < kDeadReasons; ++i) {
    const auto reason = static_cast<DeadReason>(i);
    EXPECT_TRUE(codes.insert(code(reason)).second) << code(reason);
    EXPECT_EQ(code(reason).find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
              std::string_view::npos);
    EXPECT_GT(phrase(reason).size(), 20U);
    EXPECT_EQ(phrase(reason).back(), '.');
  }
}

TEST(DeadLetter, CodesStandInTheOrderOfTheirReasons) {
  EXPECT_EQ(code(DeadReason::malformed_json), "malformed_json");
  EXPECT_EQ(code(DeadReason::out_of_range), "out_of_range");
  EXPECT_EQ(code(DeadReason::duplicate_field), "duplicate_field");
  EXPECT_EQ(code(DeadReason::id_mismatch), "id_mismatch");
}

TEST(DeadLetter, AMessageNamesReasonFieldAndRemedy) {
  const DecodeError error{DeadReason::missing_field, "user_id"};
  EXPECT_EQ(error.message(),
            "missing_field: user_id: " + std::string(phrase(DeadReason::missing_field)));
  const DecodeError whole{DeadReason::malformed_json, {}};
  EXPECT_EQ(whole.message(), "malformed_json: " + std::string(phrase(DeadReason::malformed_json)));
}

}  // namespace
}  // namespace potik::event
