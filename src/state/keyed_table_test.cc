#include "state/keyed_table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"

namespace potik::state {
namespace {

struct Counted {
  std::string id;
  int count = 0;
  [[nodiscard]] size_t memory_bytes() const { return sizeof(*this); }
};
using Table = KeyedTable<Counted>;

std::vector<std::string> dirty_ids(Table& table) {
  std::vector<std::string> ids;
  table.take_dirty([&](const Counted& value) { ids.push_back(value.id); });
  return ids;
}

TEST(KeyedTable, FindsWhatWasInserted) {
  Table table;
  EXPECT_EQ(table.find("a"), nullptr);
  Table::Entry& entry = table.insert("a", {"a", 1});
  EXPECT_EQ(table.find("a"), &entry);
  EXPECT_EQ(table.size(), 1U);
}

TEST(KeyedTable, KeepsPointersWhileItGrows) {
  Table table;
  Table::Entry& first = table.insert("first", {"first", 1});
  for (int i = 0; i < 10'000; ++i) table.insert(std::to_string(i), {std::to_string(i), i});
  EXPECT_EQ(table.find("first"), &first);
  EXPECT_EQ(first.value.id, "first");
}

TEST(KeyedTable, TakesChangedValuesOnceInOrderOfTheirFirstChange) {
  Table table;
  for (const char* id : {"a", "b", "c"}) table.insert(id, {id, 0});
  table.mark_changed(*table.find("c"), Epoch(1));
  table.mark_changed(*table.find("a"), Epoch(1));
  table.mark_changed(*table.find("c"), Epoch(2));
  EXPECT_EQ(table.dirty(), 2U);
  EXPECT_EQ(dirty_ids(table), (std::vector<std::string>{"c", "a"}));
  EXPECT_TRUE(dirty_ids(table).empty());
  table.mark_changed(*table.find("c"), Epoch(3));
  EXPECT_EQ(dirty_ids(table), std::vector<std::string>{"c"});
}

TEST(KeyedTable, EvictsTheLongestUntouchedThatAreSaved) {
  Table table;
  for (int i = 0; i < 6; ++i) {
    Table::Entry& entry = table.insert(std::to_string(i), {std::to_string(i), i});
    entry.touched = Epoch(static_cast<uint64_t>(10 - i));
  }
  table.mark_changed(*table.find("5"), Epoch(1));  // dirty
  table.find("4")->changed = Epoch(9);             // saved by no durable snapshot yet
  EXPECT_EQ(table.evict(4, Epoch(8)), 2U);
  EXPECT_EQ(table.find("3"), nullptr);
  EXPECT_EQ(table.find("2"), nullptr);
  EXPECT_EQ(table.evict(0, Epoch(8)), 2U) << "4 and 5 may not go";
  EXPECT_EQ(table.size(), 2U);
  EXPECT_NE(table.find("4"), nullptr);
  EXPECT_NE(table.find("5"), nullptr);
}

TEST(KeyedTable, LosesNoUnsavedChangeUnderRandomOperations) {
  Table table;
  std::map<std::string, int> all;    // what the state should be
  std::map<std::string, int> saved;  // what the snapshots hold
  CounterRandom random(1, 2, 3);
  Epoch durable{};
  for (uint64_t epoch = 1; epoch <= 2'000; ++epoch) {
    const std::string id = std::to_string(random.below(200));
    Table::Entry* entry = table.find(id);
    if (entry == nullptr) entry = &table.insert(id, {id, saved.contains(id) ? saved[id] : 0});
    ++entry->value.count;
    ++all[id];
    table.mark_changed(*entry, Epoch(epoch));
    if (random.below(20) == 0) {
      table.take_dirty([&](const Counted& value) { saved[value.id] = value.count; });
      durable = Epoch(epoch);
    }
    if (random.below(10) == 0) table.evict(random.below(50), durable);
  }
  table.take_dirty([&](const Counted& value) { saved[value.id] = value.count; });
  EXPECT_EQ(saved, all);
}

}  // namespace
}  // namespace potik::state
