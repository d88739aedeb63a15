#include "adapters/rocksdb/rocksdb_snapshot_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

#include <atomic>
#include <utility>

#include "adapters/rocksdb/database.h"
#include "adapters/rocksdb/keys.h"
#include "adapters/rocksdb/memory_use.h"

namespace potik::rocksdb {
namespace {

using state::Change;
using state::Section;
using state::SnapshotError;

constexpr std::string_view kFormat = "potik snapshot 1";
constexpr std::string_view kMarkName = "mark";
constexpr failpoint::Write kWritePlace{"snapshot.write.before", "snapshot.write.torn",
                                       "snapshot.write.after"};
constexpr size_t kPlaceBytes = sizeof(Section) + sizeof(uint16_t);  // before a record's own key
// What a batch adds at most: for itself and the mark, and for each record.
constexpr size_t kBatchBytes = 128;
constexpr size_t kRecordBytes = kPlaceBytes + 16;
static_assert(static_cast<uint8_t>(state::kSections.back()) < static_cast<uint8_t>(kMetaTag));

void append_place(std::string& key, Section section, KeyGroup key_group) {
  key += static_cast<char>(section);
  append_big_endian(key, key_group.value());
}

// The first key behind every record of the place.
std::string place_end(const std::string& place) {
  std::string end = place;
  while (end.back() == '\xff') end.pop_back();  // a section is never 0xff
  ++end.back();
  return end;
}

// Point reads of keys that are mostly absent (new viewers) or cold: filters on whole keys, also in
// memtables, held in the bounded block cache.
rdb::Options tuned(const SnapshotStoreOptions& options) {
  rdb::Options tuned = shared_options(options.env);
  tuned.write_buffer_size = options.memtable_bytes_max / 2;
  tuned.max_write_buffer_number = 2;
  tuned.memtable_prefix_bloom_size_ratio = 0.02;
  tuned.memtable_whole_key_filtering = true;
  tuned.compression = rdb::kLZ4Compression;
  // A snapshot is one write of many megabytes: the disk begins with it while the rest is copied.
  tuned.wal_bytes_per_sync = 1U << 20U;
  rdb::BlockBasedTableOptions table;
  table.block_cache = rdb::NewLRUCache(options.block_cache_bytes_max);
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.filter_policy.reset(rdb::NewBloomFilterPolicy(10));
  table.data_block_index_type = rdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  table.checksum = rdb::kXXH3;
  table.format_version = 5;
  tuned.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return tuned;
}

class RocksdbSnapshotStore final : public state::SnapshotStore, public MemoryUse {
 public:
  explicit RocksdbSnapshotStore(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  [[nodiscard]] Status<std::string> recover();

  [[nodiscard]] Status<SnapshotError> write(Epoch epoch, std::span<const Change> changes) override;
  [[nodiscard]] Epoch epoch() const override { return Epoch(epoch_.load()); }
  [[nodiscard]] Status<SnapshotError> read(
      Section section, KeyGroup key_group,
      const std::function<void(std::string_view key, std::string_view value)>& visit)
      const override;
  [[nodiscard]] Result<std::vector<std::optional<std::string>>, SnapshotError> lookup(
      Section section, KeyGroup key_group, std::span<const std::string_view> keys) const override;
  [[nodiscard]] uint64_t memory_bytes() const override { return database_->memory_bytes(); }

 private:
  std::unique_ptr<Database> database_;
  std::atomic<uint64_t> epoch_{0};
};

Status<std::string> RocksdbSnapshotStore::recover() {
  const auto mark = database_->get(meta_key(kMarkName));
  if (!mark) return Error{database_->complaint("read", mark.error())};
  if (mark.value()) epoch_ = big_endian<uint64_t>(*mark.value());
  return Ok{};
}

Status<SnapshotError> RocksdbSnapshotStore::write(Epoch epoch, std::span<const Change> changes) {
  if (database_->failed()) {
    if (const rdb::Status mended = database_->mend(); !mended.ok())
      return Error{error_of<SnapshotError>(mended)};
    if (!recover()) return Error{SnapshotError::corrupt};
  }
  // A batch that grows copies itself again and again, and it holds all of a snapshot.
  size_t bytes = kBatchBytes;
  for (const Change& change : changes)
    bytes += kRecordBytes + change.key.size() + (change.value ? change.value->size() : 0);
  rdb::WriteBatch batch(bytes);
  std::string key;
  for (const Change& change : changes) {
    key.clear();
    append_place(key, change.section, change.key_group);
    key += change.key;
    if (change.value) {
      batch.Put(key, *change.value);
    } else {
      batch.Delete(key);
    }
  }
  std::string mark;
  append_big_endian(mark, epoch.value());
  batch.Put(meta_key(kMarkName), mark);
  if (const rdb::Status written = database_->write(batch, kWritePlace); !written.ok()) {
    return Error{error_of<SnapshotError>(written)};
  }
  epoch_ = epoch.value();
  return Ok{};
}

Status<SnapshotError> RocksdbSnapshotStore::read(
    Section section, KeyGroup key_group,
    const std::function<void(std::string_view key, std::string_view value)>& visit) const {
  std::string place;
  append_place(place, section, key_group);
  const std::string end = place_end(place);
  const rdb::Slice upper(end);
  rdb::ReadOptions options;
  options.iterate_upper_bound = &upper;
  options.fill_cache = false;  // a scan of everything must not drive out what lookups need
  const Database::Hold db = database_->hold();
  if (!db) return Error{SnapshotError::io};
  const std::unique_ptr<rdb::Iterator> rows(db->NewIterator(options));
  for (rows->Seek(place); rows->Valid(); rows->Next()) {
    visit(view_of(rows->key()).substr(kPlaceBytes), view_of(rows->value()));
  }
  if (!rows->status().ok()) return Error{error_of<SnapshotError>(rows->status())};
  return Ok{};
}

Result<std::vector<std::optional<std::string>>, SnapshotError> RocksdbSnapshotStore::lookup(
    Section section, KeyGroup key_group, std::span<const std::string_view> keys) const {
  std::vector<std::string> places(keys.size());
  std::vector<rdb::Slice> slices(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    places[i].reserve(kPlaceBytes + keys[i].size());
    append_place(places[i], section, key_group);
    places[i] += keys[i];
    slices[i] = places[i];
  }
  std::vector<rdb::Status> statuses(keys.size());
  const Database::Hold db = database_->hold();
  if (!db) return Error{SnapshotError::io};
  std::vector<rdb::PinnableSlice> found(keys.size());  // after the hold: they may pin its blocks
  db->MultiGet(rdb::ReadOptions(), db->DefaultColumnFamily(), keys.size(), slices.data(),
               found.data(), statuses.data());
  std::vector<std::optional<std::string>> values(keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].ok()) {
      values[i].emplace(view_of(found[i]));
    } else if (!statuses[i].IsNotFound()) {
      return Error{error_of<SnapshotError>(statuses[i])};
    }
  }
  return values;
}

}  // namespace

Result<std::unique_ptr<state::SnapshotStore>, std::string> open_snapshot_store(
    const std::string& folder, const SnapshotStoreOptions& options) {
  auto database = Database::open(folder, "snapshot", kFormat, tuned(options));
  if (!database) return Error{database.error()};
  auto opened = std::make_unique<RocksdbSnapshotStore>(std::move(database).value());
  if (auto recovered = opened->recover(); !recovered) return Error{recovered.error()};
  return std::unique_ptr<state::SnapshotStore>(std::move(opened));
}

}  // namespace potik::rocksdb
