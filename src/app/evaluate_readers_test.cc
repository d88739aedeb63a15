#include "app/evaluate_readers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "app/kuairand_files.h"
#include "base/folder_for_tests.h"

namespace potik::app {
namespace {

using evaluate::Impression;
using evaluate::RecordedTraffic;
using testing::HasSubstr;

constexpr const char* kFolder = "src/app/testdata/kuairand";
const ReadingProgress kQuiet = [](uint64_t, uint64_t) {};

class EvaluateReaders : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& content) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    return path;
  }
  // A copy of the test files, with one more or replaced.
  std::string kuairand_with(const std::string& name, const std::string& content) {
    const std::filesystem::path copy = folder_.path() + "/kuairand";
    std::filesystem::remove_all(copy);
    std::filesystem::create_directories(copy);
    for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
      if (entry.path().filename() != name) {
        std::ifstream from(entry.path(), std::ios::binary);
        std::ofstream(copy / entry.path().filename(), std::ios::binary) << from.rdbuf();
      }
    }
    std::ofstream(copy / name, std::ios::binary) << content;
    return copy.string();
  }
  static std::string fault(const Result<RecordedTraffic, std::string>& read) {
    return read.ok() ? "none" : read.error();
  }
  Result<RecordedTraffic, std::string> table(const std::string& content,
                                             const std::string& columns) {
    const auto parsed = parse_table_columns(columns);
    if (!parsed) return Error{parsed.error()};
    return read_table_traffic(file("table.csv", content), *parsed, 4, kQuiet);
  }

  FolderForTests folder_;
};

TEST_F(EvaluateReaders, KuaiRandRowsBecomeImpressionsWithLabelActsAndSurface) {
  const auto traffic = read_kuairand_traffic(kFolder, kQuiet);
  ASSERT_TRUE(traffic.ok()) << traffic.error();
  EXPECT_EQ(traffic->log_rows, 4U);
  ASSERT_EQ(traffic->log.size(), 3U) << "one row is a repetition";
  EXPECT_EQ(traffic->reference.size(), 5U);
  const Impression& first = traffic->log[0];
  EXPECT_EQ(traffic->users.id(first.user), "1");
  EXPECT_EQ(traffic->videos.id(first.video), "12");
  EXPECT_EQ(first.row, 0U);
  EXPECT_EQ(first.at, TimeMs(1'650'812'741'436));
  EXPECT_EQ(first.outcome_at, TimeMs(1'650'812'741'436 + 61'802 + 1'000));
  EXPECT_EQ(first.acts, evaluate::kLiked | evaluate::kCommented);
  EXPECT_TRUE(first.positive);
  EXPECT_EQ(traffic->surfaces.id(first.surface), "tab-1");
  EXPECT_FALSE(traffic->log[1].positive);
  EXPECT_EQ(traffic->log[1].watch_ms, event::kAbsent) << "not played";
  EXPECT_EQ(traffic->log[2].row, 3U) << "rows are numbered as in the file";
  EXPECT_EQ(traffic->log[2].acts, evaluate::kFollowed | evaluate::kShared | evaluate::kDisliked);
  EXPECT_FALSE(traffic->log[2].positive) << "a duration of 0 is unknown, not whole";
}

TEST_F(EvaluateReaders, KuaiRandHistoryIsInOrderOfTimeWithWhatWasLiked) {
  const auto traffic = read_kuairand_traffic(kFolder, kQuiet);
  ASSERT_TRUE(traffic.ok());
  ASSERT_EQ(traffic->history.size(), 7U);
  EXPECT_TRUE(std::ranges::is_sorted(traffic->history, {}, &Impression::at));
  EXPECT_TRUE(traffic->history[0].positive) << "what was liked before the kept exposures";
  EXPECT_FALSE(traffic->history[0].shown) << "of which only the outcome is known";
  EXPECT_TRUE(traffic->history[1].shown);
  EXPECT_FALSE(traffic->history[1].positive);
  EXPECT_EQ(traffic->history[2].watch_ms, 87'433);
}

TEST_F(EvaluateReaders, ARowIsPositiveFromNineteenTwentiethsOfAKnownDuration) {
  const std::string header =
      "user_id,video_id,time_ms,is_like,is_follow,is_comment,is_forward,is_hate,play_time_ms,"
      "duration_ms,long_view,tab\n";
  const auto traffic = read_kuairand_traffic(
      kuairand_with("log_2022-04-25_to_2022-04-30.csv",
                    header + "1,1,30,0,0,0,0,0,950,1000,0,\n1,2,20,0,0,0,0,0,949,1000,0,\n" +
                        "1,3,10,0,0,0,0,0,949,1000,1,2\n"),
      kQuiet);
  ASSERT_TRUE(traffic.ok()) << traffic.error();
  std::vector<std::pair<uint32_t, bool>> labels;
  for (const Impression& impression : traffic->log)
    labels.emplace_back(impression.row, impression.positive);
  using P = std::pair<uint32_t, bool>;
  EXPECT_THAT(labels, testing::ElementsAre(P(2, true), P(1, false), P(0, true)));
  EXPECT_EQ(traffic->log[2].surface, evaluate::kNoSurface);
}

TEST_F(EvaluateReaders, KuaiRandErrorsNameFileLineColumnAndRemedy) {
  const std::string twice = fault(read_kuairand_traffic(kuairand_with("log_x.csv", "x\n"), kQuiet));
  EXPECT_THAT(twice, HasSubstr("log_*.csv: there are 2, log_2022-04-25_to_2022-04-30.csv and "
                               "log_x.csv among them; leave one in the folder"));
  const std::string lacking = fault(read_kuairand_traffic(
      kuairand_with("log_2022-04-25_to_2022-04-30.csv", "user_id,video_id\n"), kQuiet));
  EXPECT_THAT(lacking, HasSubstr("line 1: the header lacks the column time_ms; restore"));
  EXPECT_THAT(fault(read_kuairand_traffic(folder_.path(), kQuiet)),
              HasSubstr("user_features.csv: cannot be read"));
}

TEST_F(EvaluateReaders, FilesAreFoundByTheBeginningOfTheirNames) {
  const std::filesystem::path folder = kuairand_with("x", "");
  std::filesystem::rename(folder / "user_history_2022-04-09_to_2022-04-24.csv",
                          folder / "user_history_2022-04-12_to_2022-04-30.csv");
  std::filesystem::rename(folder / "log_2022-04-25_to_2022-04-30.csv", folder / "log_later.csv");
  const auto files = find_kuairand_files(folder.string());
  ASSERT_TRUE(files.ok()) << files.error();
  EXPECT_EQ(files->log, (folder / "log_later.csv").string());
  EXPECT_EQ(files->history_begin, plus_ms(kKuairandFirstDay, 3 * 86'400'000));
  std::filesystem::rename(folder / "user_history_2022-04-12_to_2022-04-30.csv",
                          folder / "user_history_all.csv");
  EXPECT_EQ(find_kuairand_files(folder.string())->history_begin, kKuairandFirstDay);
  std::filesystem::remove(folder / "log_later.csv");
  EXPECT_THAT(find_kuairand_files(folder.string()).error(),
              HasSubstr("log_*.csv: there is no such file; name the folder"));
}

TEST_F(EvaluateReaders, MovieLensInAnyOfItsFormsIsTheSame) {
  const auto expect_same = [&](const std::string& content, uint32_t first_row) {
    const auto traffic = read_movielens_traffic(file("ratings", content), 4, kQuiet);
    ASSERT_TRUE(traffic.ok()) << traffic.error();
    ASSERT_EQ(traffic->log.size(), 2U);
    EXPECT_EQ(traffic->log[0].at, TimeMs(881'250'949'000));
    EXPECT_EQ(traffic->log[0].row, first_row);
    EXPECT_EQ(traffic->users.id(traffic->log[0].user), "196");
    EXPECT_EQ(traffic->videos.id(traffic->log[0].video), "242");
    EXPECT_FALSE(traffic->log[0].positive);
    EXPECT_TRUE(traffic->log[1].positive);
    EXPECT_LT(traffic->log[0].at, traffic->log[0].outcome_at);
  };
  expect_same("186\t302\t4\t891717742\n196\t242\t3.5\t881250949\n", 1);
  expect_same("186::302::4::891717742\r\n196::242::3.5::881250949\r\n", 1);
  expect_same("userId,movieId,rating,timestamp\n196,242,3.5,881250949\n186,302,4,891717742\n\n", 0);
}

TEST_F(EvaluateReaders, MovieLensErrorsNameFileLineColumnAndRemedy) {
  const auto of = [&](const std::string& content) {
    return fault(read_movielens_traffic(file("ratings", content), 4, kQuiet));
  };
  EXPECT_THAT(of("1\t2\t4\t5\n1\t2\t4\n"),
              HasSubstr("ratings: line 2: has 3 fields instead of 4; mend the line"));
  EXPECT_THAT(of("1\t2\t4\t5\n1\t2\tgood\t5\n"),
              HasSubstr("line 2: column rating: 'good' is not a number; mend"));
  EXPECT_THAT(of("1\t2\t4\tnow\n"), HasSubstr("line 1: column time: 'now' is no Unix time"));
  EXPECT_THAT(of("\t2\t4\t5\n"), HasSubstr("line 1: column user: '' is no id"));
  EXPECT_THAT(fault(read_movielens_traffic(folder_.path() + "/none", 4, kQuiet)),
              HasSubstr("none: cannot be opened"));
}

TEST_F(EvaluateReaders, TableTimesAreSecondsMillisecondsOrText) {
  const auto traffic =
      table("u,v,t,liked\na,x,1650000000,1\nb,x,1650000001000,0\nc,x,2022-04-15T05:20:02Z,1\n",
            "user=u,video=v,time=t,positive=liked");
  ASSERT_TRUE(traffic.ok()) << traffic.error();
  std::vector<int64_t> times;
  for (const Impression& impression : traffic->log) times.push_back(impression.at.value());
  EXPECT_THAT(times, testing::ElementsAre(1650000000000, 1650000001000, 1650000002000));
  EXPECT_TRUE(traffic->log[0].positive);
  EXPECT_FALSE(traffic->log[1].positive);
}

TEST_F(EvaluateReaders, ATableSaysWhatWasLikedByFlagOrRatingOrWatch) {
  const std::string rows = "u,v,t,stars,w,d\na,x,1,4.5,500,30000\na,y,2,3,29000,30000\n";
  const auto rated = table(rows, "user=u,video=v,time=t,rating=stars");
  ASSERT_TRUE(rated.ok()) << rated.error();
  EXPECT_TRUE(rated->log[0].positive);
  EXPECT_FALSE(rated->log[1].positive);
  EXPECT_EQ(rated->log[0].outcome_at, TimeMs(2'000));
  const auto watched = table(rows, "user=u,video=v,time=t,watch_ms=w,duration_ms=d");
  EXPECT_FALSE(watched->log[0].positive);
  EXPECT_TRUE(watched->log[1].positive);
  EXPECT_EQ(watched->log[1].outcome_at, TimeMs(2'000 + 29'000 + 1'000));
  const auto both = table(rows, "user=u,video=v,time=t,rating=stars,watch_ms=w,duration_ms=d");
  EXPECT_EQ(both->log[0].acts, evaluate::kLiked) << "liked without a long watch";
  EXPECT_EQ(both->log[1].acts, 0);
}

TEST_F(EvaluateReaders, TableErrorsNameFileLineColumnAndRemedy) {
  const std::string columns = "user=u,video=v,time=t,positive=p";
  EXPECT_THAT(fault(table("u,v,t,p\na,x,soon,1\n", columns)),
              HasSubstr("table.csv: line 2: column t: 'soon' is no time: RFC 3339, Unix seconds or "
                        "Unix milliseconds; mend the line"));
  EXPECT_THAT(fault(table("u,v,t,p\na,x,1,yes\n", columns)),
              HasSubstr("line 2: column p: 'yes' is not a whole number"));
  EXPECT_THAT(fault(table("u,v,t\n", columns)), HasSubstr("line 1: the header lacks the column p"));
  EXPECT_THAT(fault(table("u,v,t,p\n" + std::string(65, 'a') + ",x,1,1\n", columns)),
              HasSubstr("is longer than 64 bytes"));
  EXPECT_THAT(fault(table("", "user=u,time=t,positive=p")),
              HasSubstr("--columns: user, video and time are needed"));
  EXPECT_THAT(fault(table("", "user=u,video=v,time=t")),
              HasSubstr("one of positive, rating and watch_ms must tell"));
  EXPECT_THAT(fault(table("", "user=u,viedo=v")),
              HasSubstr("'viedo=v' names no column; known are"));
}

}  // namespace
}  // namespace potik::app
