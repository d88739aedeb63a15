#include "store/sample_blocks.h"

#include <array>
#include <cstdio>

namespace potik::store {
namespace {

constexpr int64_t kStartMs = 1'770'000'000'000;
constexpr int64_t kEpochMs = 50;

std::string event_id(CounterRandom& random, bool uuid) {
  std::array<char, 64> text{};
  const uint64_t a = random.next();
  const uint64_t b = random.next();
  const int length =
      uuid ? std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-8%03x-%012llx",
                           static_cast<unsigned>(a >> 32U),
                           static_cast<unsigned>(a >> 16U & 0xFFFFU),
                           static_cast<unsigned>(a & 0xFFFU), static_cast<unsigned>(b >> 52U),
                           static_cast<unsigned long long>(b & 0xFFFF'FFFF'FFFFULL))
           : std::snprintf(text.data(), text.size(), "event-%llu",
                           static_cast<unsigned long long>(a % 1'000'000'000'000ULL));
  return {text.data(), static_cast<size_t>(length)};
}

FactRow sample_fact(Epoch epoch, size_t i, const SampleTraffic& traffic, CounterRandom& random) {
  const auto probability = [&random] { return static_cast<float>(random.uniform()); };
  FactRow fact;
  const uint32_t user = random.below(traffic.users);
  fact.user = UserHandle(uint64_t{user % 128} << 40U | (user / 128 + 1));
  fact.video = VideoHandle(1 + random.below(traffic.videos));
  fact.user_version = random.below(4);
  fact.video_version = 1;
  fact.type = random.below(10) < 7 ? event::EventType::video_played : event::EventType::video_liked;
  fact.flags = static_cast<uint16_t>(kScored | (random.below(3) == 0 ? kFirstWatch : 0));
  if (random.below(100) == 0) {
    fact.verdict = kLikeRate;
    fact.flags |= kSuspicious;
  }
  fact.partition = Partition(static_cast<uint16_t>(i % 8));
  fact.offset = Offset(static_cast<int64_t>(epoch.value() * traffic.facts + i));
  fact.occurred_at =
      TimeMs(kStartMs + static_cast<int64_t>(epoch.value()) * kEpochMs + random.below(50));
  if (fact.type == event::EventType::video_played) {
    fact.watch_ms = static_cast<int32_t>(random.below(60'000));
    fact.position = static_cast<int32_t>(random.below(20));
  }
  fact.user_events = random.below(300);
  fact.p_long_watch = probability();
  fact.p_like = probability();
  fact.p_comment = probability();
  fact.p_skip = probability();
  return fact;
}

ListRow sample_list(const FactRow& fact, const SampleTraffic& traffic, CounterRandom& random) {
  ListRow list;
  list.user = fact.user;
  list.receipt_partition = fact.partition;
  list.receipt_offset = fact.offset;
  for (size_t rank = 0; rank < 20; ++rank) {
    list.videos.emplace_back(1 + random.below(traffic.videos));
    list.scores.push_back(static_cast<float>(random.uniform()));
    list.sources.push_back(static_cast<uint8_t>(random.below(kListSourceNames.size())));
  }
  return list;
}

void add_names(SampleBlock& block, const FactRow& fact) {
  UserRow user;
  user.user = fact.user;
  user.version = fact.user_version;
  user.valid_from = block.rows.time;
  user.user_id = "user-" + std::to_string(fact.user.value());
  block.rows.users.push_back(std::move(user));
  VideoRow video;
  video.video = fact.video;
  video.version = fact.video_version;
  video.duration_ms = 30'000;
  video.video_id = "video-" + std::to_string(fact.video.value());
  block.rows.videos.push_back(std::move(video));
}

}  // namespace

SampleBlock sample_block(Epoch epoch, const SampleTraffic& traffic) {
  SampleBlock block;
  CounterRandom random(1, 2, epoch.value());
  RowBlock& rows = block.rows;
  rows.epoch = epoch;
  rows.time = TimeMs(kStartMs + static_cast<int64_t>(epoch.value()) * kEpochMs);
  rows.model_version = Epoch(epoch.value() - 1);
  rows.facts.reserve(traffic.facts);
  for (size_t i = 0; i < traffic.facts; ++i) {
    FactRow& fact = rows.facts.emplace_back(sample_fact(epoch, i, traffic, random));
    fact.event_id = block.bytes.emplace_back(event_id(random, traffic.uuid_event_ids));
    if (i % traffic.facts_per_detail == 0) {
      DetailRow detail;
      detail.partition = fact.partition;
      detail.offset = fact.offset;
      detail.text = "A comment of usual length, neither short nor long.";
      detail.comment_id = fact.event_id;
      rows.details.push_back(detail);
    }
    if (i % traffic.facts_per_list == 0) rows.lists.push_back(sample_list(fact, traffic, random));
    if (traffic.dimensions) add_names(block, fact);
  }
  return block;
}

}  // namespace potik::store
