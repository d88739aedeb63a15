#include "app/kuairand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "app/kuairand_events.h"
#include "app/kuairand_history.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

using event::JsonObject;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kFolder = "src/app/testdata/kuairand";

struct Record {
  log::RecordKind kind{};
  uint8_t flags = 0;
  std::string id;
  std::string json;
};

std::vector<Record> read_all(const std::string& folder) {
  std::vector<Record> records;
  const auto counts = read_kuairand(
      folder,
      [&records](log::RecordKind kind, uint8_t flags, std::string_view id, std::string_view json) {
        records.push_back({kind, flags, std::string(id), std::string(json)});
        return true;
      },
      [](uint64_t, uint64_t) {});
  EXPECT_TRUE(counts.ok()) << counts.error();
  return records;
}

// "type user video", for the events with these flags, in order.
std::vector<std::string> acts(const std::vector<Record>& records, uint8_t flags) {
  std::vector<std::string> acts;
  for (const Record& record : records) {
    if (record.kind != log::RecordKind::event || record.flags != flags) continue;
    const auto json = JsonObject::parse(record.json);
    EXPECT_EQ(json->text("user_id"), record.id);
    acts.push_back(*json->text("type") + " " + record.id + " " + *json->text("video_id"));
  }
  return acts;
}

JsonObject first_event(const std::vector<Record>& records, uint8_t flags, std::string_view type) {
  for (const Record& record : records) {
    if (record.kind != log::RecordKind::event || record.flags != flags) continue;
    auto json = JsonObject::parse(record.json);
    if (json->text("type") == type) return *json;
  }
  ADD_FAILURE() << "no " << type;
  return {};
}

// A copy of the test files in which one is replaced.
std::string folder_with(const std::string& file, const std::string& content) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) /
      testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::remove_all(folder);
  std::filesystem::copy(kFolder, folder);
  std::filesystem::permissions(folder / file, std::filesystem::perms::owner_write,
                               std::filesystem::perm_options::add);
  std::ofstream(folder / file, std::ios::binary | std::ios::trunc) << content;
  return folder.string();
}

std::string fault(const std::string& folder) {
  const auto counts = read_kuairand(
      folder, [](log::RecordKind, uint8_t, std::string_view, std::string_view) { return true; },
      [](uint64_t, uint64_t) {});
  return counts.ok() ? "none" : counts.error();
}

TEST(Kuairand, GivesUsersThenVideosThenHistoryThenTheLog) {
  int stage = 0;
  for (const Record& record : read_all(kFolder)) {
    const int now = record.kind == log::RecordKind::user_put    ? 0
                    : record.kind == log::RecordKind::video_put ? 1
                    : record.flags == log::kFlagHistory         ? 2
                                                                : 3;
    EXPECT_GE(now, stage);
    stage = now;
  }
  EXPECT_EQ(stage, 3);
}

TEST(Kuairand, ReferenceDocumentsKeepEveryColumn) {
  const auto records = read_all(kFolder);
  EXPECT_EQ(records[0].id, "1");
  EXPECT_EQ(
      records[0].json,
      R"({"user_id":"1","segment":"full_active","follow_user_num_range":"(250,500]","onehot_feat3":949})");
  EXPECT_EQ(records[2].kind, log::RecordKind::video_put);
  EXPECT_EQ(records[2].json,
            R"({"video_id":"10","author_id":"900","tags":["67","11"],"duration_ms":87433,)"
            R"("published_at":"2022-04-10T00:00:00+08:00","video_type":"NORMAL"})");
  EXPECT_EQ(records[4].json,
            R"({"video_id":"12","author_id":"901","duration_ms":20000,"video_type":"NORMAL"})");
}

TEST(Kuairand, HistoryIsMergedInTimeOrder) {
  EXPECT_THAT(
      acts(read_all(kFolder), log::kFlagHistory),
      ElementsAre("video_played 1 7", "video_shown 2 12", "video_shown 1 10", "video_played 1 10",
                  "video_shown 2 11", "video_liked 2 11", "video_shown 1 11", "video_played 1 11",
                  "video_shown 1 10", "video_shown 1 12"))
      << "7 was watched long before the exposures that were kept, of which it is none";
}

TEST(Kuairand, HistoryTimesAreSpreadEvenlyUpToTheLast) {
  std::vector<int64_t> times;
  for (const Record& record : read_all(kFolder)) {
    if (record.flags != log::kFlagHistory || record.id != "1") continue;
    const auto json = JsonObject::parse(record.json);
    if (json->text("type") == "video_shown") times.push_back(*json->integer("occurred_at"));
  }
  EXPECT_THAT(times, ElementsAre(1649433601600, 1649433602400, 1649433603200, 1649433604000))
      << "the first fifth of the time is that of an earlier positive";
}

TEST(Kuairand, AHistoryPlayLastsAsLongAsTheVideoOrEighteenSeconds) {
  const auto history_of = [](const std::string& row) {
    return folder_with("user_history_2022-04-09_to_2022-04-24.csv",
                       "user_id,last_time_ms,watch_seq,like_seq,long_watch_seq\n" + row);
  };
  const JsonObject known = first_event(read_all(history_of("1,1649433604000,10,,10\n")),
                                       log::kFlagHistory, "video_played");
  EXPECT_EQ(known.integer("watch_ms"), 87433);
  EXPECT_EQ(known.integer("duration_ms"), 87433);
  const JsonObject unknown = first_event(read_all(history_of("1,1649433604000,11,,11\n")),
                                         log::kFlagHistory, "video_played");
  EXPECT_EQ(unknown.integer("watch_ms"), 18000);
  EXPECT_FALSE(unknown.has("duration_ms"));
}

TEST(Kuairand, ALogRowGivesAnEventForEachOfItsFlags) {
  EXPECT_THAT(acts(read_all(kFolder), 0),
              ElementsAre("video_shown 1 12", "video_played 1 12", "video_liked 1 12",
                          "comment_posted 1 12", "video_shown 2 10", "video_shown 2 10",
                          "video_shown 2 11", "video_played 2 11", "author_followed 2 11",
                          "video_shared 2 11", "video_disliked 2 11"));
  const JsonObject played = first_event(read_all(kFolder), 0, "video_played");
  EXPECT_EQ(played.integer("watch_ms"), 61802);
  EXPECT_EQ(played.integer("duration_ms"), 49866);
  EXPECT_EQ(played.integer("occurred_at"), 1650812741436);
  EXPECT_FALSE(played.has("session_id"));
  const JsonObject comment = first_event(read_all(kFolder), 0, "comment_posted");
  EXPECT_EQ(comment.text("comment_id"), comment.text("event_id"));
  EXPECT_THAT(*comment.text("text"), HasSubstr("kuairand "));
}

TEST(Kuairand, ARepeatedRowGivesTheSameEventByteForByte) {
  std::vector<std::string> repeated;
  for (const Record& record : read_all(kFolder)) {
    if (record.flags == 0 && record.json.find(R"("video_id":"10")") != std::string::npos &&
        record.id == "2") {
      repeated.push_back(record.json);
    }
  }
  ASSERT_EQ(repeated.size(), 2U);
  EXPECT_EQ(repeated[0], repeated[1]);
}

TEST(Kuairand, EveryRunGivesTheSameRecords) {
  const auto first = read_all(kFolder);
  const auto second = read_all(kFolder);
  ASSERT_EQ(first.size(), second.size());
  for (size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].json, second[i].json);
}

TEST(Kuairand, StopsWhenTheSinkHasEnough) {
  for (const int wanted : {1, 4, 7, 14}) {
    int taken = 0;
    const auto counts = read_kuairand(
        kFolder,
        [&](log::RecordKind, uint8_t, std::string_view, std::string_view) {
          return ++taken < wanted;
        },
        [](uint64_t, uint64_t) {});
    ASSERT_TRUE(counts.ok());
    EXPECT_TRUE(counts->stopped);
    EXPECT_EQ(taken, wanted);
  }
}

TEST(Kuairand, ProgressGrowsToTheBytesOfAllFiles) {
  uint64_t last = 0;
  uint64_t all = 0;
  const auto counts = read_kuairand(
      kFolder, [](log::RecordKind, uint8_t, std::string_view, std::string_view) { return true; },
      [&](uint64_t done, uint64_t total) {
        EXPECT_GE(done, last);
        last = done;
        all = total;
      });
  ASSERT_TRUE(counts.ok());
  EXPECT_EQ(last, all);
  EXPECT_GT(all, 0U);
  EXPECT_EQ(counts->users, 2U);
  EXPECT_EQ(counts->videos, 3U);
  EXPECT_EQ(counts->history_rows, 2U);
  EXPECT_EQ(counts->history_events, 10U);
  EXPECT_EQ(counts->log_rows, 4U);
  EXPECT_EQ(counts->log_events, 11U);
}

TEST(Kuairand, ErrorsNameFileLineColumnAndRemedy) {
  EXPECT_THAT(fault("/nowhere"), HasSubstr("/nowhere/user_features.csv: cannot be read"));
  EXPECT_THAT(fault(folder_with("video_features.csv",
                                "video_id,author_id,upload_dt,video_duration,tag\n1,2,,long,\n")),
              HasSubstr("video_features.csv: line 2: column video_duration: 'long' is not a number "
                        "of milliseconds "
                        "within a day; restore the file"));
  const std::string header =
      "user_id,video_id,time_ms,is_like,is_follow,is_comment,is_forward,is_hate,play_time_ms,"
      "duration_ms\n";
  EXPECT_THAT(
      fault(folder_with("log_2022-04-25_to_2022-04-30.csv", header + "1,2,3,0,0,0,0,2,5,6\n")),
      HasSubstr("line 2: column is_hate: '2' is not between 0 and 1"));
  EXPECT_THAT(
      fault(folder_with("log_2022-04-25_to_2022-04-30.csv", header + "1,,3,0,0,0,0,0,5,6\n")),
      HasSubstr("line 2: column video_id: '' is no id"));
  EXPECT_THAT(
      fault(folder_with("user_history_2022-04-09_to_2022-04-24.csv",
                        "user_id,last_time_ms,watch_seq,like_seq,long_watch_seq\n1,7,2,,\n")),
      HasSubstr("line 2: column last_time_ms: '7' is not between"));
}

TEST(KuairandHistory, ASequenceThatReachesFurtherBackIsMatchedFromItsEnd) {
  EXPECT_THAT(mark_subsequence({"a", "b", "a", "c"}, {"x", "y", "a", "c"}).marks,
              ElementsAre(false, false, true, true));
  EXPECT_THAT(mark_subsequence({"a", "a", "b"}, {"a", "a"}).marks, ElementsAre(true, true, false));
  EXPECT_THAT(mark_subsequence({"a", "b"}, {"b", "a"}).marks, ElementsAre(true, false))
      << "order counts";
  EXPECT_THAT(mark_subsequence({"a"}, {"a", "a"}).marks, ElementsAre(true))
      << "each is consumed once";
  EXPECT_TRUE(mark_subsequence({}, {"a"}).marks.empty());
  EXPECT_THAT(mark_subsequence({"a", "c"}, {"x", "y", "a", "c"}).earlier, ElementsAre("x", "y"));
}

TEST(KuairandEvents, IdsAreUuidsOfVersionEight) {
  EXPECT_EQ(uuid_of({~0ULL, ~0ULL}), "ffffffff-ffff-8fff-bfff-ffffffffffff");
  EXPECT_EQ(uuid_of({0, 0}), "00000000-0000-8000-8000-000000000000");
  EXPECT_EQ(uuid_of({0x0123456789abcdefULL, 0x0123456789abcdefULL}),
            "01234567-89ab-8def-8123-456789abcdef");
}

}  // namespace
}  // namespace potik::app
