#pragma once
// What every SnapshotStore does. Include it in a test of the implementation and instantiate
// SnapshotStoreContract with a factory; implementations without a medium answer reopen() by doing
// nothing.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "base/random.h"
#include "state/chunk.h"
#include "state/snapshot_store.h"

namespace potik::state {

class SnapshotStoreUnderTest {
 public:
  virtual ~SnapshotStoreUnderTest() = default;
  [[nodiscard]] virtual SnapshotStore& store() = 0;
  virtual void reopen() = 0;
};
using OpenSnapshotStoreUnderTest = std::unique_ptr<SnapshotStoreUnderTest> (*)();

class SnapshotStoreContract : public testing::TestWithParam<OpenSnapshotStoreUnderTest> {
 protected:
  using Records = std::vector<std::pair<std::string, std::string>>;

  void SetUp() override { under_test_ = GetParam()(); }
  SnapshotStore& store() { return under_test_->store(); }
  void reopen() { under_test_->reopen(); }

  void write(uint64_t epoch, const std::vector<Change>& changes) {
    ASSERT_TRUE(store().write(Epoch(epoch), changes).ok());
  }
  Records read(Section section, uint16_t key_group) {
    Records records;
    const auto status = store().read(
        section, KeyGroup(key_group),
        [&](std::string_view key, std::string_view value) { records.emplace_back(key, value); });
    EXPECT_TRUE(status.ok());
    return records;
  }
  std::vector<std::optional<std::string>> lookup(Section section, uint16_t key_group,
                                                 const std::vector<std::string_view>& keys) {
    auto values = store().lookup(section, KeyGroup(key_group), keys);
    EXPECT_TRUE(values.ok());
    return values.value();
  }

 private:
  std::unique_ptr<SnapshotStoreUnderTest> under_test_;
};

TEST_P(SnapshotStoreContract, IsEmptyBeforeTheFirstWrite) {
  EXPECT_EQ(store().epoch(), Epoch(0));
  EXPECT_TRUE(read(Section::users, 0).empty());
  EXPECT_EQ(lookup(Section::users, 0, {"a"}),
            (std::vector<std::optional<std::string>>{std::nullopt}));
}

TEST_P(SnapshotStoreContract, KeepsValuesAndMarkAcrossReopening) {
  write(7, {{Section::users, KeyGroup(3), "b", "2"}, {Section::users, KeyGroup(3), "a", "1"}});
  reopen();
  EXPECT_EQ(store().epoch(), Epoch(7));
  EXPECT_EQ(read(Section::users, 3), (Records{{"a", "1"}, {"b", "2"}}));
}

TEST_P(SnapshotStoreContract, ReadsInByteOrderOfTheKeys) {
  const std::string zero("\0", 1);
  write(1, {{Section::meta, KeyGroup(0), "\xff", "4"},
            {Section::meta, KeyGroup(0), "a", "3"},
            {Section::meta, KeyGroup(0), zero, "2"},
            {Section::meta, KeyGroup(0), "", "1"}});
  EXPECT_EQ(read(Section::meta, 0), (Records{{"", "1"}, {zero, "2"}, {"a", "3"}, {"\xff", "4"}}));
}

TEST_P(SnapshotStoreContract, KeepsSectionsAndKeyGroupsApart) {
  std::vector<Change> changes;
  for (const Section section : {Section::meta, Section::users, Section::detectors}) {
    for (const int number : {0, 1, 127, 255, 256, 65'535}) {
      const auto group = static_cast<uint16_t>(number);
      changes.push_back({section, KeyGroup(group), "\xff\xff", std::to_string(group)});
    }
  }
  write(1, changes);
  for (const Change& change : changes) {
    EXPECT_EQ(read(change.section, change.key_group.value()),
              (Records{{"\xff\xff", *change.value}}));
    EXPECT_EQ(lookup(change.section, change.key_group.value(), {"\xff\xff"})[0], change.value);
  }
  EXPECT_TRUE(read(Section::videos, 1).empty());
}

TEST_P(SnapshotStoreContract, ALaterChangeOfAKeyReplacesAnEarlierOneAlsoInOneWrite) {
  write(1, {{Section::users, KeyGroup(0), "a", "1"}, {Section::users, KeyGroup(0), "b", "1"}});
  write(2, {{Section::users, KeyGroup(0), "a", "2"},
            {Section::users, KeyGroup(0), "b", std::nullopt},
            {Section::users, KeyGroup(0), "c", "1"},
            {Section::users, KeyGroup(0), "c", std::nullopt},
            {Section::users, KeyGroup(0), "a", "3"}});
  EXPECT_EQ(read(Section::users, 0), (Records{{"a", "3"}}));
  EXPECT_EQ(store().epoch(), Epoch(2));
}

TEST_P(SnapshotStoreContract, AWriteWithoutChangesMovesTheMark) {
  write(4, {});
  reopen();
  EXPECT_EQ(store().epoch(), Epoch(4));
}

TEST_P(SnapshotStoreContract, LooksUpManyKeysInTheirOrder) {
  write(1, {{Section::users, KeyGroup(9), "a", "1"}, {Section::users, KeyGroup(9), "c", ""}});
  EXPECT_EQ(lookup(Section::users, 9, {"c", "missing", "a", "c"}),
            (std::vector<std::optional<std::string>>{"", std::nullopt, "1", ""}));
  EXPECT_TRUE(lookup(Section::users, 9, {}).empty());
}

TEST_P(SnapshotStoreContract, TakesLargeValues) {
  const std::string large(3U << 20U, 'x');
  write(1, {{Section::ranker, KeyGroup(0), "weights", large}});
  reopen();
  EXPECT_EQ(lookup(Section::ranker, 0, {"weights"})[0], large);
}

TEST_P(SnapshotStoreContract, LooksUpWhileItIsWritten) {
  std::thread writer([&] {
    for (uint64_t epoch = 1; epoch <= 100; ++epoch) {
      write(epoch, {{Section::users, KeyGroup(1), "a", std::to_string(epoch)},
                    {Section::users, KeyGroup(1), "b", std::to_string(epoch)}});
    }
  });
  while (store().epoch() < Epoch(100)) {
    const auto records = read(Section::users, 1);
    EXPECT_TRUE(records.empty() || records.size() == 2) << "a half-applied write was seen";
    if (records.size() == 2) {
      EXPECT_EQ(records[0].second, records[1].second) << "a half-applied write was seen";
    }
    const auto values = lookup(Section::users, 1, {"a", "none"});
    EXPECT_FALSE(values[1].has_value());
  }
  writer.join();
}

TEST_P(SnapshotStoreContract, ExportsAChunkThatRebuildsTheKeyGroup) {
  write(5, {{Section::users, KeyGroup(2), "u", "1"},
            {Section::videos, KeyGroup(2), "v", "2"},
            {Section::users, KeyGroup(3), "other", "3"}});
  const auto bytes = export_chunk(store(), KeyGroup(2));
  ASSERT_TRUE(bytes.ok());
  const auto chunk = decode_chunk(bytes.value());
  ASSERT_TRUE(chunk.ok());
  EXPECT_EQ(chunk->epoch, Epoch(5));
  const auto moved = GetParam()();
  ASSERT_TRUE(moved->store().write(chunk->epoch, changes_of(chunk.value())).ok());
  const auto again = export_chunk(moved->store(), KeyGroup(2));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.value(), bytes.value());
}

TEST_P(SnapshotStoreContract, AgreesWithANaiveMapUnderRandomOperations) {
  std::map<std::tuple<Section, uint16_t, std::string>, std::string> naive;
  CounterRandom random(3, 1, 4);
  const auto random_section = [&] { return kSections.at(random.below(kSections.size())); };
  const auto random_key = [&] { return std::to_string(random.below(40)); };
  for (uint64_t epoch = 1; epoch <= 150; ++epoch) {
    std::vector<Change> changes;
    for (uint32_t i = random.below(30); i > 0; --i) {
      Change change{random_section(), KeyGroup(static_cast<uint16_t>(random.below(3))),
                    random_key(), std::nullopt};
      if (random.below(3) > 0)
        change.value = std::string(random.below(300), 'v') + std::to_string(epoch);
      const std::tuple place{change.section, change.key_group.value(), change.key};
      if (change.value) {
        naive[place] = *change.value;
      } else {
        naive.erase(place);
      }
      changes.push_back(std::move(change));
    }
    write(epoch, changes);
    if (random.below(25) == 0) reopen();
    const Section section = random_section();
    const auto group = static_cast<uint16_t>(random.below(3));
    Records expected;
    for (const auto& [place, value] : naive) {
      if (std::get<0>(place) == section && std::get<1>(place) == group)
        expected.emplace_back(std::get<2>(place), value);
    }
    EXPECT_EQ(read(section, group), expected);
    const std::string key = random_key();
    const auto found = naive.find({section, group, key});
    EXPECT_EQ(lookup(section, group, {key})[0],
              found == naive.end() ? std::nullopt : std::optional<std::string>(found->second));
  }
}

}  // namespace potik::state
