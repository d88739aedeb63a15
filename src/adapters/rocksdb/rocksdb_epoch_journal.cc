#include "adapters/rocksdb/rocksdb_epoch_journal.h"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <utility>

#include "adapters/rocksdb/database.h"
#include "adapters/rocksdb/journal_codec.h"
#include "adapters/rocksdb/keys.h"
#include "adapters/rocksdb/memory_use.h"
#include "base/mutex.h"

namespace potik::rocksdb {
namespace {

using pipeline::EpochEntry;
using pipeline::EpochOutcome;
using pipeline::JournalError;

constexpr char kEntryTag = 'e';
constexpr char kOutcomeTag = 'o';
constexpr char kPinTag = 'p';
constexpr std::string_view kFormat = "potik journal 1";
constexpr failpoint::Write kEntryPlace{"journal.append.before", "journal.append.torn",
                                       "journal.append.after"};
constexpr failpoint::Write kOutcomePlace{"outcome.record.before", "outcome.record.torn",
                                         "outcome.record.after"};

std::string key_of(char tag, Epoch epoch) {
  std::string key(1, tag);
  append_big_endian(key, epoch.value());
  return key;
}

// Whether the iterator stands on a key of this tag.
bool stands_on(const rdb::Iterator& rows, char tag) { return rows.Valid() && rows.key()[0] == tag; }

Epoch epoch_of(const rdb::Slice& key) {
  return Epoch(big_endian<uint64_t>(view_of(key).substr(1)));
}

// Small entries, written in order and read from some place to the end: little memory, compressed on
// disk.
rdb::Options tuned(const EpochJournalOptions& options) {
  rdb::Options tuned = shared_options(options.env);
  tuned.write_buffer_size = options.memtable_bytes_max / 2;
  tuned.max_write_buffer_number = 2;
  tuned.compression = rdb::kLZ4Compression;
  rdb::BlockBasedTableOptions table;
  table.block_cache = rdb::NewLRUCache(options.block_cache_bytes_max);
  table.cache_index_and_filter_blocks = true;
  table.checksum = rdb::kXXH3;
  table.format_version = 5;
  tuned.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return tuned;
}

class RocksdbEpochJournal final : public pipeline::EpochJournal, public MemoryUse {
 public:
  explicit RocksdbEpochJournal(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  [[nodiscard]] Status<std::string> recover();

  [[nodiscard]] Status<JournalError> append(const EpochEntry& entry) override;
  [[nodiscard]] Status<JournalError> record(const EpochOutcome& outcome) override;
  [[nodiscard]] Status<JournalError> read(
      Epoch from,
      const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit)
      const override;
  [[nodiscard]] std::optional<EpochEntry> last() const override {
    MutexLock lock(mutex_);
    return last_;
  }
  [[nodiscard]] Status<JournalError> pin(std::string_view name, std::string_view value,
                                         std::string& kept) override;
  [[nodiscard]] Result<std::optional<std::string>, JournalError> pinned(
      std::string_view name) const override;
  [[nodiscard]] uint64_t memory_bytes() const override { return database_->memory_bytes(); }

 private:
  [[nodiscard]] Epoch last_epoch() const {
    MutexLock lock(mutex_);
    return last_ ? last_->epoch : Epoch(0);
  }
  // Of the entry to come.
  [[nodiscard]] Result<Epoch, JournalError> next_epoch() const {
    const Epoch last = last_epoch();
    return last == Epoch(0) ? begins_at(*this) : last.next();
  }
  [[nodiscard]] Status<JournalError> put(const std::string& key, std::string_view value,
                                         const failpoint::Write& place, bool sync);

  std::unique_ptr<Database> database_;
  mutable Mutex mutex_;  // outcomes may come from the sinks' thread
  std::optional<EpochEntry> last_ POTIK_GUARDED_BY(mutex_);
};

Status<std::string> RocksdbEpochJournal::recover() {
  const Database::Hold db = database_->hold();
  const std::unique_ptr<rdb::Iterator> rows(db->NewIterator(rdb::ReadOptions()));
  rows->SeekForPrev(std::string(1, kEntryTag + 1));
  if (!rows->status().ok()) return Error{database_->complaint("read", rows->status())};
  if (!stands_on(*rows, kEntryTag)) return Ok{};
  MutexLock lock(mutex_);
  last_ = decode_entry(epoch_of(rows->key()), view_of(rows->value()));
  if (!last_) return Error{database_->complaint("read", rdb::Status::Corruption("the last entry"))};
  return Ok{};
}

// An entry that an earlier try has left behind unacknowledged is written over.
Status<JournalError> RocksdbEpochJournal::put(const std::string& key, std::string_view value,
                                              const failpoint::Write& place, bool sync) {
  if (database_->failed()) {
    if (const rdb::Status mended = database_->mend(); !mended.ok())
      return Error{error_of<JournalError>(mended)};
  }
  rdb::WriteBatch batch;
  batch.Put(key, slice_of(value));
  const rdb::Status written = database_->write(batch, place, sync);
  if (!written.ok()) return Error{error_of<JournalError>(written)};
  return Ok{};
}

Status<JournalError> RocksdbEpochJournal::append(const EpochEntry& entry) {
  const auto next = next_epoch();
  if (!next) return Error{next.error()};
  if (entry.epoch != *next) return Error{JournalError::corrupt};
  const bool sync = !failpoint::planted("plant.skip_sync");
  if (auto kept = put(key_of(kEntryTag, entry.epoch), encode(entry), kEntryPlace, sync); !kept)
    return kept;
  MutexLock lock(mutex_);
  last_ = entry;
  return Ok{};
}

Status<JournalError> RocksdbEpochJournal::record(const EpochOutcome& outcome) {
  if (outcome.epoch > last_epoch()) return Error{JournalError::corrupt};
  return put(key_of(kOutcomeTag, outcome.epoch), encode(outcome), kOutcomePlace,
             /*sync=*/false);
}

Status<JournalError> RocksdbEpochJournal::read(
    Epoch from,
    const std::function<bool(const EpochEntry&, const std::optional<EpochOutcome>&)>& visit) const {
  const auto first = begins_at(*this);
  if (!first) return Error{first.error()};
  const Database::Hold db = database_->hold();
  if (!db) return Error{JournalError::io};
  const std::unique_ptr<rdb::Iterator> entries(db->NewIterator(rdb::ReadOptions()));
  const std::unique_ptr<rdb::Iterator> outcomes(db->NewIterator(rdb::ReadOptions()));
  entries->Seek(key_of(kEntryTag, from));
  outcomes->Seek(key_of(kOutcomeTag, from));
  Epoch expected = std::max(from, *first);
  for (; stands_on(*entries, kEntryTag); entries->Next(), expected = expected.next()) {
    const Epoch epoch = epoch_of(entries->key());
    if (epoch != expected) return Error{JournalError::corrupt};
    const auto entry = decode_entry(epoch, view_of(entries->value()));
    if (!entry) return Error{JournalError::corrupt};
    std::optional<EpochOutcome> outcome;
    if (stands_on(*outcomes, kOutcomeTag) && epoch_of(outcomes->key()) == epoch) {
      outcome = decode_outcome(epoch, view_of(outcomes->value()));
      if (!outcome) return Error{JournalError::corrupt};
      outcomes->Next();
    }
    if (!visit(*entry, outcome)) return Ok{};
  }
  for (const auto* rows : {&entries, &outcomes}) {
    if (!(*rows)->status().ok()) return Error{error_of<JournalError>((*rows)->status())};
  }
  return Ok{};
}

Status<JournalError> RocksdbEpochJournal::pin(std::string_view name, std::string_view value,
                                              std::string& kept) {
  const auto found = pinned(name);
  if (!found) return Error{found.error()};
  kept = found.value().value_or(std::string(value));
  if (found.value()) return Ok{};
  return put(kPinTag + std::string(name), value, kPinPlace, /*sync=*/true);
}

Result<std::optional<std::string>, JournalError> RocksdbEpochJournal::pinned(
    std::string_view name) const {
  auto found = database_->get(kPinTag + std::string(name));
  if (!found) return Error{error_of<JournalError>(found.error())};
  return std::move(found).value();
}

}  // namespace

Result<std::unique_ptr<pipeline::EpochJournal>, std::string> open_epoch_journal(
    const std::string& folder, const EpochJournalOptions& options) {
  auto database = Database::open(folder, "journal", kFormat, tuned(options));
  if (!database) return Error{database.error()};
  auto opened = std::make_unique<RocksdbEpochJournal>(std::move(database).value());
  if (auto recovered = opened->recover(); !recovered) return Error{recovered.error()};
  return std::unique_ptr<pipeline::EpochJournal>(std::move(opened));
}

}  // namespace potik::rocksdb
