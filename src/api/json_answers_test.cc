// The JSON of answers: lists, query tables, dead letters, statistics, parameters.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "api/dead_letter_json.h"
#include "api/list_json.h"
#include "api/parameters.h"
#include "api/query_json.h"
#include "api/request_ids.h"
#include "api/stats_json.h"

namespace potik::api {
namespace {

cache::RecommendationList list_of(std::vector<std::string> ids) {
  cache::RecommendationList list;
  list.user_id = "u\"1";
  list.model_version = Epoch(9);
  list.receipt = {Partition(2), Offset(5), TimeMs(1000), Epoch(8), TimeMs(2000)};
  for (std::string& id : ids) {
    cache::RecommendedVideo video;
    video.video_id = std::move(id);
    video.score = 0.1F;
    video.source = cache::Source::cowatch;
    video.because = "seed";
    list.videos.push_back(std::move(video));
  }
  return list;
}

std::string shown(const cache::RecommendationList& list, const Tombstones& tombstones,
                  size_t limit = 20, bool explain = false) {
  std::string out;
  append_list(out, {list, "r1", limit, true, explain}, tombstones);
  return out;
}

TEST(ListJson, WritesAListWithItsReceipt) {
  EXPECT_EQ(
      shown(list_of({"v1"}), Tombstones(1)),
      "{\"request_id\":\"r1\",\"user_id\":\"u\\\"1\",\"known_user\":false,\"cached\":true,"
      "\"model_version\":9,\"receipt\":{\"partition\":2,\"offset\":5,"
      "\"occurred_at\":\"1970-01-01T00:00:01.000Z\",\"epoch\":8,"
      "\"computed_at\":\"1970-01-01T00:00:02.000Z\"},\"videos\":[{\"video_id\":\"v1\",\"rank\":1,"
      "\"score\":0.1,\"source\":\"cowatch\",\"because\":\"seed\",\"propensity\":1}]}");
}

TEST(ListJson, SaysWithNullsThatNoEventIsReflected) {
  cache::RecommendationList list = list_of({});
  list.receipt.offset = Offset(-1);
  EXPECT_NE(shown(list, Tombstones(1))
                .find("\"receipt\":{\"partition\":null,\"offset\":null,\"occurred_at\":null,"),
            std::string::npos);
}

TEST(ListJson, LeavesDeletedVideosOutWithoutGapsInRankAndLimit) {
  Tombstones tombstones(10);
  tombstones.add("v1", Offset{0});
  const std::string out = shown(list_of({"v1", "v2", "v3", "v4"}), tombstones, 2);
  EXPECT_EQ(out.find("\"v1\""), std::string::npos);
  EXPECT_NE(out.find("{\"video_id\":\"v2\",\"rank\":1,"), std::string::npos);
  EXPECT_NE(out.find(",{\"video_id\":\"v3\",\"rank\":2,"), std::string::npos);
  EXPECT_EQ(out.find("\"v4\""), std::string::npos);
}

TEST(ListJson, ExplainsScoresAndTheFeaturesThatMattered) {
  cache::RecommendationList list = list_of({"v1"});
  list.videos[0].p_like = 0.25F;
  list.videos[0].p_skip = std::numeric_limits<float>::quiet_NaN();
  list.videos[0].why[0] = {"author", -1.5F};
  list.videos[0].why[1] = {"tag", 0.5F};
  EXPECT_NE(shown(list, Tombstones(1), 20, true)
                .find(",\"scores\":{\"long_watch\":0,\"like\":0.25,\"comment\":0,\"skip\":null},"
                      "\"why\":[{\"feature\":\"author\",\"weight\":-1.5},{\"feature\":\"tag\","
                      "\"weight\":0.5}]}"),
            std::string::npos);
}

TEST(QueryJson, WritesNumbersBareOnlyWhereJsonCan) {
  store::QueryTable table;
  table.columns = {{"n", "DOUBLE", true}, {"t", "VARCHAR", false}};
  for (const std::string cell :
       {"1", "-0.5", "1e-7", "12.50", "nan", "inf", "-inf", "01", "1.", ".5", "", "-"}) {
    table.rows.push_back({cell, "1"});
  }
  table.rows.push_back({std::nullopt, std::nullopt});
  std::string out;
  append_table(out, table, 4);
  EXPECT_EQ(
      out,
      "{\"columns\":[{\"name\":\"n\",\"type\":\"DOUBLE\"},{\"name\":\"t\",\"type\":\"VARCHAR\"}],"
      "\"rows\":[[1,\"1\"],[-0.5,\"1\"],[1e-7,\"1\"],[12.50,\"1\"],[\"nan\",\"1\"],[\"inf\",\"1\"],"
      "[\"-inf\",\"1\"],[\"01\",\"1\"],[\"1.\",\"1\"],[\".5\",\"1\"],[\"\",\"1\"],[\"-\",\"1\"],"
      "[null,null]],\"truncated\":false,\"elapsed_ms\":4}");
}

store::QueryTable dead_letters(std::vector<std::optional<std::string>> row) {
  store::QueryTable table;
  table.rows.push_back(std::move(row));
  return table;
}

TEST(DeadLetterJson, ShowsBytesAsTextWhereTheyAreText) {
  std::string out;
  append_dead_letters(
      out, dead_letters({"1000", "3", "17", "missing_field", "user_id", "eyJhIjoxfQ=="}), 50);
  EXPECT_TRUE(
      out.starts_with("{\"dead_letters\":[{\"partition\":3,\"offset\":17,"
                      "\"appended_at\":\"1970-01-01T00:00:01.000Z\",\"reason\":\"missing_field\","
                      "\"field\":\"user_id\",\"detail\":\""))
      << out;
  EXPECT_TRUE(out.ends_with("\",\"text\":\"{\\\"a\\\":1}\"}],\"next\":null}")) << out;
}

TEST(DeadLetterJson, ShowsOtherBytesAsBase64) {
  std::string out;
  append_dead_letters(out, dead_letters({"1000", "3", "17", "malformed_json", "", "//8A"}), 50);
  EXPECT_NE(out.find("\"base64\":\"//8A\""), std::string::npos) << out;
}

TEST(DeadLetterJson, NamesTheNextPageWhenThisOneIsFull) {
  std::string out;
  append_dead_letters(out, dead_letters({"1000", "3", "17", "malformed_json", "", ""}), 1);
  EXPECT_TRUE(out.ends_with("\"next\":\"1000-3-17\"}")) << out;
  const auto mark = parse_mark("1000-3-17");
  ASSERT_TRUE(mark.has_value());
  const std::string sql = dead_letter_query(*mark, 1);
  EXPECT_NE(sql.find("< (1000::BIGINT, 3::BIGINT, 17::BIGINT)"), std::string::npos) << sql;
}

TEST(DeadLetterJson, TakesNoMarkButItsOwn) {
  for (const std::string text :
       {"", "1", "1-2", "1-2-", "1-2-3-4", "a-b-c", "1-2-3; DROP TABLE facts"}) {
    EXPECT_FALSE(parse_mark(text).has_value()) << text;
  }
}

TEST(StatsJson, WritesEveryField) {
  Stats stats;
  stats.node = "n1";
  stats.events_per_second = 1.5;
  stats.hit_rate = std::nan("");
  stats.partitions.push_back({"p", 9, 4});
  stats.memory.push_back({"cache", 1, 2});
  stats.heads.push_back({"like", "short", 8, 0.25, 0.5, 0.75, std::nan("")});
  stats.sources.push_back({"cowatch", "long", 4, 1});
  std::string out;
  append_stats(out, stats);
  EXPECT_EQ(out,
            R"({"node":"n1","trouble":"","uptime_ms":0,"epoch":0,"events":0,"accepted":0,)"
            R"("duplicates":0,"dead_letters":0,"suspicious":0,"lists":0,"lag":0,)"
            R"("events_per_second":1.5,"accepted_per_second":0,"answers_per_second":0,)"
            R"("suspicious_per_second":0,"hit_rate":null,"refused":0,)"
            R"("epoch_ms":{"journal_p99":0,"compute_p99":0},"threads":0,"snapshot_age_ms":0,)"
            R"("store":{"commits":0,"rows":0,"failures":0,"rows_per_second":0,"commit_p99_ms":0},)"
            R"("partitions":[{"name":"p","end":9,"lag":4}],)"
            R"("latency_p50_ms":0,"latency_p99_ms":0,"cache_hits":0,"cache_misses":0,)"
            R"("alerts_firing":0,"stored_epoch":0,"listeners":0,"memory_limit_bytes":0,)"
            R"("memory":[{"component":"cache","bytes":1,"limit_bytes":2}],"top_videos":[],)"
            R"("heads":[{"head":"like","horizon":"short","exposures":8,"predicted":0.25,)"
            R"("rate":0.5,"log_loss":0.75,"auc":null}],"sources":[{"source":"cowatch",)"
            R"("horizon":"long","exposures":4,"hits":1}],"newcomers":{"running":0,)"
            R"("waiting":0,"reached":0,"missed":0,"videos":[]}})");
}

TEST(Parameters, TakeNumbersWithinTheirBounds) {
  const auto read = [](std::string query) {
    Request request;
    request.target = "/p?" + query;
    return number_parameter(request, "n", 7, 1, 50);
  };
  EXPECT_EQ(read(""), 7U);
  EXPECT_EQ(read("n=50"), 50U);
  for (const std::string query :
       {"n=0", "n=51", "n=", "n=-1", "n=1.5", "n=x", "n=99999999999999999999"}) {
    EXPECT_EQ(read(query), std::nullopt) << query;
  }
}

TEST(Parameters, TakeIdsOfOneTo64BytesOfUtf8) {
  EXPECT_TRUE(is_id("u"));
  EXPECT_TRUE(is_id(std::string(64, 'x')));
  EXPECT_TRUE(is_id("потік"));
  EXPECT_FALSE(is_id(""));
  EXPECT_FALSE(is_id(std::string(65, 'x')));
  EXPECT_FALSE(is_id("\xff"));
}

TEST(RequestIds, NeverRepeatAndFitAnId) {
  RequestIds ids(TimeMs(1'800'000'000'000));
  RequestIds after_restart(TimeMs(1'800'000'000'001));
  const std::string first = ids.next();
  EXPECT_NE(first, ids.next());
  EXPECT_NE(first, after_restart.next());
  EXPECT_TRUE(is_id(first));
}

}  // namespace
}  // namespace potik::api
