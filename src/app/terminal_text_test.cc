#include "app/terminal_text.h"

#include <gtest/gtest.h>

namespace potik::app {
namespace {

TEST(TerminalText, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(harmless("a\x1b[31mRED\nline\t\x7f"), "a\\x1b[31mRED\\x0aline\\x09\\x7f");
  EXPECT_EQ(harmless(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(harmless("\xc2\x9b"
                     "31m"),
            "\\x9b31m");
}

TEST(TerminalText, LeavesLettersAlone) {
  EXPECT_EQ(harmless("гарно \xc2\xab\xc3\xa9\xc2\xbb 🎬"), "гарно \xc2\xab\xc3\xa9\xc2\xbb 🎬");
  EXPECT_EQ(harmless("cut off \xc2"), "cut off \xc2");
}

}  // namespace
}  // namespace potik::app
