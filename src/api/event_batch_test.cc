#include "api/event_batch.h"

#include <gtest/gtest.h>

namespace potik::api {
namespace {

constexpr TimeMs kNow{1'800'000'000'000};
constexpr log::Layout kLayout{.events = 8};

std::string event_json(const std::string& id, const std::string& user) {
  return R"({"event_id":")" + id +
         R"(","type":"video_liked","occurred_at":1799999999000,"user_id":")" + user +
         R"(","video_id":"v1"})";
}

EventBatch batch_of(std::string body) {
  body.reserve(body.size() + event::kDecodePadding);
  const std::vector<Line> lines = split_documents(body, "application/x-ndjson");
  event::Decoder decoder;
  return check_events(std::move(body), lines, kLayout, kNow, decoder);
}

TEST(EventBatch, RoutesEveryEventByItsUsersKeyGroup) {
  std::string body;
  for (int i = 0; i < 50; ++i)
    body += event_json("e", std::string("u").append(std::to_string(i))) + "\n";
  const EventBatch batch = batch_of(body);
  ASSERT_EQ(batch.partitions.size(), 50U);
  for (size_t i = 0; i < 50; ++i) {
    const std::string user = std::string("u").append(std::to_string(i));
    EXPECT_EQ(batch.partitions[i], kLayout.of(log::RecordKind::event, user));
    EXPECT_EQ(batch.partitions[i].value(), key_group_of(user).value() / 16);
    EXPECT_EQ(batch.submission->records[i].value, event_json("e", user));
    EXPECT_EQ(batch.submission->records[i].key, user);
  }
}

TEST(EventBatch, KeepsViewsIntoEvenTheShortestBody) {
  const EventBatch batch = batch_of("{}");
  ASSERT_EQ(batch.submission->records.size(), 1U);
  EXPECT_EQ(batch.submission->records[0].value.data(), batch.submission->bytes.data());
  EXPECT_EQ(batch.dead.size(), 1U);
}

TEST(EventBatch, SendsWhatIsNoEventToPartitionZero) {
  const EventBatch batch = batch_of("nonsense\n" + event_json("e1", "u7") + "\n");
  ASSERT_EQ(batch.dead.size(), 1U);
  EXPECT_EQ(batch.dead[0].record, 0U);
  EXPECT_EQ(batch.dead[0].error.reason, event::DeadReason::malformed_json);
  EXPECT_EQ(batch.partitions[0], Partition(0));
  EXPECT_EQ(batch.submission->records[0].kind, log::RecordKind::event);
  EXPECT_EQ(batch.accepted(), 1U);
}

TEST(EventBatch, TellsEachLineItsFate) {
  EventBatch batch = batch_of("\n" + event_json("e1", "u1") + "\n{\"event_id\":1}\n");
  batch.partitions = {Partition(5), Partition(0)};
  const std::vector<Offset> offsets{Offset(10), Offset(77)};
  std::string out;
  append_results(out, batch, offsets, false);
  const std::string dead = out.substr(out.find(",{\"line\":3") + 1);
  EXPECT_EQ(out.substr(0, out.size() - dead.size()),
            "\"accepted\":1,\"dead_letters\":1,\"results\":[{\"line\":2,\"status\":\"accepted\","
            "\"partition\":5,\"offset\":10},");
  EXPECT_TRUE(
      dead.starts_with("{\"line\":3,\"status\":\"dead_letter\",\"reason\":\"wrong_type\",\"field\":"
                       "\"event_id\",\"detail\":\""))
      << dead;
  EXPECT_TRUE(dead.ends_with("\",\"partition\":0,\"offset\":77}]")) << dead;

  std::string failures;
  append_results(failures, batch, offsets, true);
  EXPECT_EQ(failures, "\"accepted\":1,\"dead_letters\":1,\"results\":[" + dead);
}

}  // namespace
}  // namespace potik::api
