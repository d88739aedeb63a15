#include "adapters/toml/read_settings.h"

#include <gtest/gtest.h>

namespace potik::adapters::toml {
namespace {

using app::TextKind;

TEST(ReadSettings, GivesDottedNamesWithKindsAndLines) {
  const auto settings = read_settings(
      "data_dir = \"d\"\n[http]\nlisten = '1.2.3.4:5'\nthreads = 1_000\n[a]\nb.c = 0.5\nd = true\n"
      "e = [1]\n");
  ASSERT_TRUE(settings.ok());
  ASSERT_EQ(settings->size(), 6U);
  const auto& at = settings.value();
  EXPECT_EQ(at[0].name, "data_dir");
  EXPECT_EQ(at[0].value, "d");
  EXPECT_EQ(at[0].kind, TextKind::text);
  EXPECT_EQ(at[1].name, "http.listen");
  EXPECT_EQ(at[1].line, 3U);
  EXPECT_EQ(at[2].value, "1000");
  EXPECT_EQ(at[2].kind, TextKind::integer);
  EXPECT_EQ(at[3].name, "a.b.c");
  EXPECT_EQ(at[3].value, "0.5");
  EXPECT_EQ(at[3].kind, TextKind::real);
  EXPECT_EQ(at[4].kind, TextKind::boolean);
  EXPECT_EQ(at[5].kind, TextKind::other);
}

TEST(ReadSettings, RefusesWhatIsNoTomlWithItsLine) {
  for (const std::string_view text : {"a = 1\nb = \n", "a = 1\na = 2\n", "a = 1\n[x\n"}) {
    const auto settings = read_settings(text);
    ASSERT_FALSE(settings.ok()) << text;
    EXPECT_EQ(settings.error().line, 2U) << text << settings.error().message;
    EXPECT_FALSE(settings.error().message.empty());
  }
}

TEST(ReadSettings, TakesAnEmptyFile) {
  const auto settings = read_settings("# nothing\n");
  ASSERT_TRUE(settings.ok());
  EXPECT_TRUE(settings->empty());
}

}  // namespace
}  // namespace potik::adapters::toml
