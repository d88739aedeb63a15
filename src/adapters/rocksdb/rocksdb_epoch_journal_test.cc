#include "adapters/rocksdb/rocksdb_epoch_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/rocksdb/database.h"
#include "adapters/rocksdb/failing_env_for_tests.h"
#include "adapters/rocksdb/journal_codec.h"
#include "base/big_endian.h"
#include "base/folder_for_tests.h"

namespace potik::rocksdb {
namespace {

using pipeline::EpochEntry;
using pipeline::EpochJournal;
using pipeline::EpochOutcome;
using pipeline::JournalError;

std::unique_ptr<EpochJournal> open(const std::string& folder, EpochJournalOptions options = {}) {
  auto opened = open_epoch_journal(folder, options);
  EXPECT_TRUE(opened.ok()) << (opened.ok() ? "" : opened.error());
  return opened.ok() ? std::move(opened).value() : nullptr;
}

// The folder of the journal that the contract's test has open.
std::unique_ptr<FolderForTests>& contract_folder() {
  static std::unique_ptr<FolderForTests> folder;
  return folder;
}

}  // namespace
}  // namespace potik::rocksdb

namespace potik::pipeline {

// What pipeline/journal_contract.cc asks for.
std::unique_ptr<EpochJournal> open_journal_under_test() {
  rocksdb::contract_folder() = std::make_unique<FolderForTests>();
  return rocksdb::open(rocksdb::contract_folder()->path());
}
std::unique_ptr<EpochJournal> reopen_journal_under_test(std::unique_ptr<EpochJournal> journal) {
  journal.reset();
  return rocksdb::open(rocksdb::contract_folder()->path());
}

}  // namespace potik::pipeline

namespace potik::rocksdb {
namespace {

EpochEntry entry_of(uint64_t epoch) {
  return {.epoch = Epoch(epoch),
          .time = TimeMs(5),
          .ends = {Offset(7), Offset(8)},
          .served = {"", "u1"}};
}

TEST(RocksdbEpochJournal, AFullDiskIsToldAndTheSameEntryIsTakenAgain) {
  const FolderForTests folder;
  FailingEnvForTests env;
  auto journal = open(folder.path(), {.env = env.env()});
  ASSERT_TRUE(journal->append(entry_of(1)).ok());
  env.set(Disk::full);
  for (int i = 0; i < 2; ++i) {
    const auto refused = journal->append(entry_of(2));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error(), JournalError::disk_full);
    EXPECT_EQ(journal->last()->epoch, Epoch(1));
  }
  env.set(Disk::works);
  ASSERT_TRUE(journal->append(entry_of(2)).ok());
  journal.reset();
  journal = open(folder.path());
  EXPECT_EQ(journal->last()->epoch, Epoch(2));
}

TEST(RocksdbEpochJournal, SyncsEntries) {
  const FolderForTests folder;
  FailingEnvForTests env;
  const auto journal = open(folder.path(), {.env = env.env()});
  const int before = FailingFile::syncs;
  ASSERT_TRUE(journal->append(entry_of(1)).ok());
  EXPECT_GT(FailingFile::syncs, before);
}

// Behind the journal's back, as damage would.
void remove_entry(const std::string& folder, uint64_t epoch) {
  rdb::DB* opened = nullptr;
  ASSERT_TRUE(rdb::DB::Open({}, folder, &opened).ok());
  const std::unique_ptr<rdb::DB> db(opened);
  std::string key = "e";
  append_big_endian(key, epoch);
  std::string value;
  ASSERT_TRUE(db->Get({}, key, &value).ok()) << "there is something to remove";
  ASSERT_TRUE(db->Delete({}, key).ok());
}

TEST(RocksdbEpochJournal, AMissingEntryIsToldAndNotSteppedOver) {
  const FolderForTests folder;
  auto journal = open(folder.path());
  for (uint64_t epoch = 1; epoch <= 5; ++epoch) ASSERT_TRUE(journal->append(entry_of(epoch)).ok());
  journal.reset();
  remove_entry(folder.path(), 3);
  journal = open(folder.path());
  const auto read_from = [&](uint64_t from) {
    std::vector<uint64_t> seen;
    const auto read = journal->read(Epoch(from), [&](const EpochEntry& entry, const auto&) {
      seen.push_back(entry.epoch.value());
      return true;
    });
    return std::pair(read.ok(), seen);
  };
  EXPECT_EQ(read_from(1), std::pair(false, std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(read_from(3), std::pair(false, std::vector<uint64_t>{}));
  EXPECT_EQ(read_from(4), std::pair(true, std::vector<uint64_t>{4, 5}));
}

TEST(RocksdbEpochJournal, AMissingFirstEntryIsToldWhereverItBegins) {
  const FolderForTests folder;
  auto journal = open(folder.path());
  ASSERT_TRUE(pipeline::begin_at(*journal, Epoch(7)).ok());
  for (uint64_t epoch = 7; epoch <= 9; ++epoch) ASSERT_TRUE(journal->append(entry_of(epoch)).ok());
  journal.reset();
  remove_entry(folder.path(), 7);
  journal = open(folder.path());
  const auto any = [](const auto&, const auto&) { return true; };
  EXPECT_EQ(journal->read(Epoch(1), any).error(), JournalError::corrupt);
  EXPECT_TRUE(journal->read(Epoch(8), any).ok());
}

template <class Decode>
void refuses_every_change(const std::string& bytes, Decode&& decode) {
  ASSERT_TRUE(decode(Epoch(3), bytes));
  EXPECT_FALSE(decode(Epoch(4), bytes)) << "under another epoch's key";
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode(Epoch(3), changed)) << "bit " << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(Epoch(3), bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode(Epoch(3), bytes + '\0'));
}

TEST(JournalCodec, RefusesEveryChangedBitAndEveryOtherLength) {
  refuses_every_change(encode(entry_of(3)), [](Epoch epoch, const std::string& bytes) {
    return decode_entry(epoch, bytes).has_value();
  });
  refuses_every_change(encode(EpochOutcome{.epoch = Epoch(3), .outputs = {1, 2}, .accepted = 9}),
                       [](Epoch epoch, const std::string& bytes) {
                         return decode_outcome(epoch, bytes).has_value();
                       });
}

}  // namespace
}  // namespace potik::rocksdb
