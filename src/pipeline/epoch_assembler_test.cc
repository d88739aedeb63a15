#include "pipeline/epoch_assembler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/random.h"
#include "pipeline/row_digest.h"
#include "pipeline/row_order.h"
#include "store/rows_for_tests.h"

namespace potik::pipeline {
namespace {

using store::KeyGroupRange;
using store::RowBlock;
using store::SampleBlock;

// As one core gives it.
SampleBlock ordered_block(uint64_t epoch, size_t facts = 200) {
  SampleBlock block = store::sample_block_of_all_tables(Epoch(epoch), {.facts = facts});
  order_rows(block.rows);
  return block;
}

std::vector<KeyGroupRange> writers(uint16_t count) {
  std::vector<KeyGroupRange> ranges;
  for (uint16_t i = 0; i < count; ++i) {
    ranges.push_back({static_cast<uint16_t>(i * kKeyGroups / count),
                      static_cast<uint16_t>((i + 1) * kKeyGroups / count - 1)});
  }
  return ranges;
}

// What a writer has of an epoch: the last one also has what belongs to no key group.
RowBlock part_of(const RowBlock& whole, KeyGroupRange range) {
  RowBlock part;
  part.epoch = whole.epoch, part.time = whole.time, part.model_version = whole.model_version;
  const auto own = [range](const auto& row) { return range.holds(row.user); };
  std::ranges::copy_if(whole.facts, std::back_inserter(part.facts), own);
  std::ranges::copy_if(whole.users, std::back_inserter(part.users), own);
  std::ranges::copy_if(whole.lists, std::back_inserter(part.lists), own);
  std::set<std::pair<Partition, Offset>> facts;
  for (const store::FactRow& fact : part.facts) facts.emplace(fact.partition, fact.offset);
  std::ranges::copy_if(whole.details, std::back_inserter(part.details),
                       [&facts](const store::DetailRow& row) {
                         return facts.contains({row.partition, row.offset});
                       });
  if (range.last != kKeyGroups - 1) return part;
  part.videos = whole.videos;
  part.alerts = whole.alerts;
  part.dead_letters = whole.dead_letters;
  return part;
}

using Records = std::vector<std::string>;

Records records_of(const RowBlock& rows, KeyGroupRange range, size_t bytes_max = 2'000) {
  std::string bytes;
  Records records;
  for (const store::RowPiece& piece : store::cut_into_pieces(rows, range, bytes, bytes_max))
    store::append_piece(records.emplace_back(), piece);
  return records;
}

// By writer: its records of all epochs, in order.
std::vector<Records> publish(const std::vector<SampleBlock>& blocks, uint16_t count) {
  std::vector<Records> published;
  for (const KeyGroupRange range : writers(count)) {
    Records& own = published.emplace_back();
    for (const SampleBlock& block : blocks) {
      const Records records = records_of(part_of(block.rows, range), range);
      own.insert(own.end(), records.begin(), records.end());
    }
  }
  return published;
}

// The topic, where writers come between each other at random.
Records interleaved(std::vector<Records> published, uint64_t seed) {
  CounterRandom random(1, 2, seed);
  Records topic;
  for (Records& records : published) std::ranges::reverse(records);
  while (!published.empty()) {
    const size_t chosen = random.below(static_cast<uint32_t>(published.size()));
    topic.push_back(std::move(published[chosen].back()));
    published[chosen].pop_back();
    if (published[chosen].empty())
      published.erase(published.begin() + static_cast<std::ptrdiff_t>(chosen));
  }
  return topic;
}

std::vector<AssembledEpoch> assemble(EpochAssembler& assembler, const Records& topic,
                                     int64_t from = 0) {
  std::vector<AssembledEpoch> epochs;
  for (size_t i = static_cast<size_t>(from); i < topic.size(); ++i) {
    auto given = assembler.take(topic[i], Offset(static_cast<int64_t>(i)));
    EXPECT_TRUE(given) << given.error().message;
    if (given && *given) epochs.push_back(std::move(**given));
  }
  return epochs;
}

AssemblyError error_of(EpochAssembler& assembler, const Records& topic) {
  for (size_t i = 0; i < topic.size(); ++i) {
    auto given = assembler.take(topic[i], Offset(static_cast<int64_t>(i)));
    if (!given) return given.error().error;
  }
  ADD_FAILURE() << "no error";
  return {};
}

std::vector<SampleBlock> blocks_of(std::initializer_list<uint64_t> epochs) {
  std::vector<SampleBlock> blocks;
  for (const uint64_t epoch : epochs) blocks.push_back(ordered_block(epoch));
  return blocks;
}

class WritersOf : public testing::TestWithParam<uint16_t> {};
INSTANTIATE_TEST_SUITE_P(EpochAssembler, WritersOf, testing::Values(1, 2, 4, 128));

TEST_P(WritersOf, TogetherGiveWhatOneCoreGives) {
  const auto blocks = blocks_of({3, 4, 9});  // of those between there was nothing
  for (uint64_t seed = 0; seed < 10; ++seed) {
    EpochAssembler assembler(Epoch(0), {});
    const auto epochs = assemble(assembler, interleaved(publish(blocks, GetParam()), seed));
    ASSERT_EQ(epochs.size(), blocks.size());
    for (size_t i = 0; i < epochs.size(); ++i) {
      EXPECT_EQ(epochs[i].rows.epoch, blocks[i].rows.epoch);
      EXPECT_EQ(epochs[i].rows.time, blocks[i].rows.time);
      EXPECT_EQ(epochs[i].rows.model_version, blocks[i].rows.model_version);
      EXPECT_TRUE(digest_rows(epochs[i].rows) == digest_rows(blocks[i].rows)) << i;
    }
    EXPECT_EQ(assembler.held_bytes(), 0U);
  }
}

TEST_P(WritersOf, AreReadOnFromWhereSomethingIsNeeded) {
  const auto blocks = blocks_of({1, 2, 3, 4});
  const Records topic = interleaved(publish(blocks, GetParam()), 7);
  for (size_t stop = 0; stop < topic.size(); ++stop) {
    EpochAssembler before(Epoch(0), {});
    const auto given =
        assemble(before, {topic.begin(), topic.begin() + 1 + static_cast<std::ptrdiff_t>(stop)});
    EpochAssembler after(Epoch(given.size()), {});
    const auto rest = assemble(after, topic, before.needed_from().value());
    EXPECT_EQ(given.size() + rest.size(), blocks.size()) << stop;
  }
}

TEST(EpochAssembler, DropsWhatIsStored) {
  const Records topic = interleaved(publish(blocks_of({1, 2, 3}), 2), 1);
  EpochAssembler assembler(Epoch(2), {});
  const auto epochs = assemble(assembler, topic);
  ASSERT_EQ(epochs.size(), 1U);
  EXPECT_EQ(epochs[0].rows.epoch, Epoch(3));
  EXPECT_GT(assembler.pieces_dropped(), 0U);
}

TEST(EpochAssembler, KnowsByAnEmptyPieceThatAWriterHasNothing) {
  RowBlock nothing;
  nothing.epoch = Epoch(5);
  EpochAssembler assembler(Epoch(0), {});
  EXPECT_TRUE(assemble(assembler, records_of(nothing, {0, 63})).empty());
  EXPECT_EQ(assembler.held_epochs(), 1U);
  EXPECT_EQ(assemble(assembler, records_of(nothing, {64, 127})).size(), 1U);
}

TEST(EpochAssembler, TellsWhereRecordsAreMissing) {
  const Records topic = interleaved(publish(blocks_of({1, 2}), 1), 1);
  ASSERT_GT(topic.size(), 4U);
  for (size_t lost = 0; lost + 1 < topic.size(); ++lost) {
    Records without = topic;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(lost));
    EpochAssembler assembler(Epoch(0), {});
    EXPECT_EQ(error_of(assembler, without), AssemblyError::missing) << lost;
  }
  EpochAssembler assembler(Epoch(0), {});
  Records doubled = topic;
  doubled.insert(doubled.begin(), topic[0]);
  EXPECT_EQ(error_of(assembler, doubled), AssemblyError::missing);
}

TEST(EpochAssembler, BegunMidwayPassesOverWhatIsCutOff) {
  const Records topic = interleaved(publish(blocks_of({1, 2, 3}), 2), 5);
  EpochAssembler assembler(Epoch(0), {.begins_midway = true});
  const auto epochs = assemble(assembler, topic, 1);
  ASSERT_EQ(epochs.size(), 2U);
  EXPECT_EQ(epochs[0].rows.epoch, Epoch(2));
  EXPECT_EQ(assembler.held_bytes(), 0U);
}

TEST(EpochAssembler, RefusesTwoWritersOfAKeyGroup) {
  const SampleBlock block = ordered_block(1);
  Records topic = records_of(part_of(block.rows, {0, 63}), {0, 63});
  for (const std::string& record : records_of(part_of(block.rows, {32, 127}), {32, 127}))
    topic.push_back(record);
  EpochAssembler assembler(Epoch(0), {});
  EXPECT_EQ(error_of(assembler, topic), AssemblyError::contradiction);
}

TEST(EpochAssembler, RefusesPiecesThatContradictEachOther) {
  SampleBlock block = ordered_block(1);
  Records topic = records_of(block.rows, {0, 63});
  block.rows.time = TimeMs(1);
  topic.push_back(records_of(block.rows, {64, 127}).front());
  EpochAssembler assembler(Epoch(0), {});
  EXPECT_EQ(error_of(assembler, topic), AssemblyError::contradiction);
}

TEST(EpochAssembler, RefusesRowsOfKeyGroupsThatTheWriterDoesNotOwn) {
  const SampleBlock block = ordered_block(1);
  Records topic = records_of(block.rows, {0, 63});
  RowBlock nothing;
  nothing.epoch = block.rows.epoch, nothing.time = block.rows.time,
  nothing.model_version = block.rows.model_version;
  topic.push_back(records_of(nothing, {64, 127}).front());
  EpochAssembler assembler(Epoch(0), {});
  EXPECT_EQ(error_of(assembler, topic), AssemblyError::corrupt);
}

TEST(EpochAssembler, RefusesWhatIsNoPiece) {
  EpochAssembler assembler(Epoch(0), {});
  EXPECT_EQ(error_of(assembler, {"{\"event_id\":\"e1\"}"}), AssemblyError::no_piece);
}

TEST(EpochAssembler, HoldsNoMoreThanItMay) {
  const Records topic = records_of(ordered_block(1).rows, {0, 63});
  ASSERT_GT(topic.size(), 2U);
  EpochAssembler assembler(Epoch(0), {.held_bytes_max = 3'000});
  EXPECT_EQ(error_of(assembler, topic), AssemblyError::too_large);
}

}  // namespace
}  // namespace potik::pipeline
