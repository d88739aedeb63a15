// What the command line says to those who got it wrong: what is wrong once, and what to do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "app/command_line.h"

namespace potik::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Said {
  int code = 0;
  std::string text;
};

Said say(std::vector<const char*> words) {
  words.insert(words.begin(), "potik");
  testing::internal::CaptureStderr();
  const Parsed parsed = parse_command_line(static_cast<int>(words.size()), words.data());
  Said said{parsed.exit_code, testing::internal::GetCapturedStderr()};
  EXPECT_FALSE(parsed.run);
  return said;
}

TEST(CommandLine, NamesTheNearestOfACommandThatThereIsNot) {
  const Said said = say({"serv"});
  EXPECT_EQ(said.code, 2);
  EXPECT_EQ(said.text,
            "potik: there is no command 'serv'; did you mean 'serve'? potik --help lists all.\n");
  EXPECT_THAT(say({"--data-dir", "x", "exprot"}).text, HasSubstr("did you mean 'export'?"));
}

TEST(CommandLine, NamesNoCommandThatIsNotNear) {
  EXPECT_EQ(say({"bogus"}).text, "potik: there is no command 'bogus'. potik --help lists all.\n");
}

TEST(CommandLine, SaysWhatCanBeImported) {
  EXPECT_THAT(say({"import"}).text, HasSubstr("potik import: say what to import: kuairand DIR."));
  EXPECT_THAT(say({"import", "other"}).text, HasSubstr("say what to import: kuairand DIR."));
}

TEST(CommandLine, SaysWhatCanBeEvaluatedOn) {
  EXPECT_THAT(say({"evaluate"}).text,
              HasSubstr("potik evaluate: say on what: kuairand DIR, movielens FILE or csv FILE"));
  EXPECT_THAT(say({"evaluate", "netflix"}).text, HasSubstr("say on what: kuairand DIR"));
}

TEST(CommandLine, AnEvaluationTakesItsOptionsBehindTheData) {
  const char* words[] = {"potik",          "evaluate", "csv",        "README.md",
                         "--columns",      "user=a",   "--split",    "1",
                         "--epoch-events", "7",        "--as-served"};
  const Parsed parsed = parse_command_line(11, words);
  ASSERT_TRUE(parsed.run);
  EXPECT_EQ(parsed.line.command, "evaluate");
  EXPECT_EQ(parsed.line.evaluate.kind, "csv");
  EXPECT_EQ(parsed.line.evaluate.path, "README.md");
  EXPECT_EQ(parsed.line.evaluate.epoch_events, 7U);
  EXPECT_TRUE(parsed.line.evaluate.as_served);
  EXPECT_TRUE(parsed.line.evaluate.baselines);
}

TEST(CommandLine, SaysWhatCanBeDoneWithTopics) {
  EXPECT_THAT(say({"topics"}).text, HasSubstr("potik topics: say what to do with them: create."));
}

TEST(CommandLine, SaysWhatCanBeDoneWithState) {
  EXPECT_THAT(say({"state"}).text,
              HasSubstr("potik state: say what to do with it: export FOLDER or import FOLDER."));
  for (const char* action : {"export", "import"}) {
    const char* words[] = {"potik", "state", action, "folder"};
    const Parsed parsed = parse_command_line(4, words);
    ASSERT_TRUE(parsed.run);
    EXPECT_EQ(parsed.line.command, "state");
    EXPECT_EQ(parsed.line.state.action, action);
    EXPECT_EQ(parsed.line.state.folder, "folder");
  }
}

TEST(CommandLine, SaysWhatToCallWithoutACommand) {
  EXPECT_EQ(say({}).code, 2);
  EXPECT_THAT(say({}).text, HasSubstr("potik --help lists the commands."));
}

TEST(CommandLine, NamesTheCommandWhoseWordsAreWrong) {
  for (const std::vector<const char*>& words : std::vector<std::vector<const char*>>{
           {"serve", "--bogus"},
           {"query"},
           {"export"},
           {"export", "--parquet"},
           {"simulate", "--viewers", "none"},
           {"simulate", "--viewers", "0"},
           {"import", "kuairand", "/no/such/folder"},
           {"evaluate", "kuairand", "/no/such/folder"},
           {"evaluate", "csv", "README.md"},
           {"evaluate", "movielens", "README.md", "--epoch-events", "0"},
           {"topics", "create", "--partitions", "0"},
           {"topics", "create", "--partitions", "129"},
           {"topics", "create", "--retention-hours", "0"},
           {"doctor", "--bogus"},
           {"unlearn"},
           {"unlearn", "--user"},
           {"unlearn", "--video", "v"},
           {"replay", "surplus"}}) {
    const Said said = say(words);
    EXPECT_EQ(said.code, 2) << words[0];
    EXPECT_TRUE(said.text.starts_with(std::string("potik ") + words[0] + ": ")) << said.text;
    EXPECT_THAT(said.text, HasSubstr(std::string("potik ") + words[0] + " --help")) << said.text;
    EXPECT_THAT(said.text, Not(HasSubstr("..")));
  }
}

TEST(CommandLine, ASettingTakesOneWordAndLeavesTheNext) {
  const char* words[] = {"potik", "query", "--set", "store.threads=1", "select 1"};
  EXPECT_TRUE(parse_command_line(5, words).run);
}

TEST(CommandLine, NamesAttacksWhereAnotherIsGiven) {
  EXPECT_THAT(say({"simulate", "--attack", "x"}).text,
              HasSubstr("there is no attack 'x'. Known: like-burst"));
}

}  // namespace
}  // namespace potik::app
