#include "adapters/rocksdb/rocksdb_event_log.h"

#include <rocksdb/cache.h>
#include <rocksdb/table.h>

#include <atomic>
#include <cassert>
#include <utility>
#include <vector>

#include "adapters/rocksdb/database.h"
#include "adapters/rocksdb/keys.h"
#include "adapters/rocksdb/memory_use.h"
#include "base/mutex.h"
#include "log/block_filler.h"
#include "log/frame.h"

namespace potik::rocksdb {
namespace {

using log::LogError;

constexpr char kFrameTag = 'f';
constexpr std::string_view kFormat = "potik event log 2";
constexpr failpoint::Write kAppendPlace{"log.append.before", "log.append.torn", "log.append.after"};

std::string frame_key(Partition partition, Offset first) {
  std::string key(1, kFrameTag);
  append_big_endian(key, partition.value());
  append_big_endian(key, static_cast<uint64_t>(first.value()));
  return key;
}

Offset first_of(const rdb::Slice& key) {
  return Offset(
      static_cast<int64_t>(big_endian<uint64_t>(view_of(key).substr(1 + sizeof(uint16_t)))));
}

std::string words_of(const log::Layout& layout) {
  return std::to_string(layout.events) + " partitions of events, " + std::to_string(layout.users) +
         " of users, " + std::to_string(layout.videos) + " of videos";
}

std::string start_name(Partition partition) { return "start/" + std::to_string(partition.value()); }

// The log is written once, in order, and read mostly soon after. So frames go to blob files when a
// memtable is flushed and are never moved again: compaction touches only keys (README.md weighs
// it).
rdb::Options tuned(const EventLogOptions& options) {
  constexpr uint64_t kMemtables = 4;  // one fills while others are being flushed
  rdb::Options tuned = shared_options(options.env);
  tuned.write_buffer_size = options.memtable_bytes_max / kMemtables;
  tuned.max_write_buffer_number = kMemtables;
  tuned.enable_blob_files = true;
  tuned.min_blob_size = 1024;
  tuned.compression = options.compress ? rdb::kLZ4Compression : rdb::kNoCompression;
  tuned.blob_compression_type = tuned.compression;
  rdb::BlockBasedTableOptions table;
  table.block_cache = rdb::NewLRUCache(options.block_cache_bytes_max);
  table.cache_index_and_filter_blocks = true;
  table.checksum = rdb::kXXH3;
  table.format_version = 5;
  tuned.table_factory.reset(rdb::NewBlockBasedTableFactory(table));
  return tuned;
}

// An iterator over the frames of one partition, with what it refers to.
class FrameCursor {
 public:
  FrameCursor(const Database& database, Partition partition)
      : lower_(frame_key(partition, Offset(0))), upper_(lower_.substr(0, 1)), db_(database.hold()) {
    append_big_endian(upper_, static_cast<uint16_t>(partition.value() + 1));
    lower_slice_ = lower_;
    upper_slice_ = upper_;
    rdb::ReadOptions options;
    options.iterate_lower_bound = &lower_slice_;
    options.iterate_upper_bound = &upper_slice_;
    options.fill_cache = false;
    rows_.reset(db_ ? db_->NewIterator(options) : rdb::NewErrorIterator(Database::closed()));
  }
  rdb::Iterator* operator->() const { return rows_.get(); }

 private:
  std::string lower_;
  std::string upper_;
  rdb::Slice lower_slice_;
  rdb::Slice upper_slice_;
  Database::Hold db_;
  std::unique_ptr<rdb::Iterator> rows_;  // last: it uses all of the above
};

class RocksdbEventLog final : public log::EventLog, public MemoryUse {
 public:
  RocksdbEventLog(std::unique_ptr<Database> database, uint16_t partitions)
      : database_(std::move(database)), bounds_(partitions), next_(partitions) {}

  [[nodiscard]] Status<std::string> recover();

  [[nodiscard]] Result<std::vector<Offset>, LogError> append(
      std::span<const log::PartitionAppend> appends) override;
  [[nodiscard]] Status<LogError> read(Partition partition, Offset from, Offset until,
                                      size_t bytes_max, log::RecordBlock& out) const override;
  [[nodiscard]] std::vector<Offset> end() const override;
  [[nodiscard]] Result<std::vector<Offset>, LogError> start() const override;
  [[nodiscard]] Status<LogError> trim(Partition partition, Offset before) override;
  [[nodiscard]] uint64_t memory_bytes() const override { return database_->memory_bytes(); }

 private:
  // Read without the mutex: a reader sees an end only after its records are durable.
  struct Bounds {
    std::atomic<int64_t> start{0};
    std::atomic<int64_t> end{0};
  };

  [[nodiscard]] Status<std::string> recover(Partition partition);
  [[nodiscard]] std::vector<Offset> fill_batch(std::span<const log::PartitionAppend> appends)
      POTIK_REQUIRES(append_mutex_);
  [[nodiscard]] Result<Offset, LogError> start_after_trim(Partition partition, Offset before) const;

  void reclaim(const std::string& from, const std::string& to) const;

  std::unique_ptr<Database> database_;
  std::vector<Bounds> bounds_;

  Mutex append_mutex_;
  rdb::WriteBatch batch_ POTIK_GUARDED_BY(append_mutex_);
  std::string frame_ POTIK_GUARDED_BY(append_mutex_);
  std::vector<Offset> next_
      POTIK_GUARDED_BY(append_mutex_);  // ends as they will be after the batch
  Mutex trim_mutex_;
};

Status<std::string> RocksdbEventLog::recover() {
  for (size_t p = 0; p < bounds_.size(); ++p) {
    if (auto done = recover(Partition(static_cast<uint16_t>(p))); !done) return done;
  }
  return Ok{};
}

Status<std::string> RocksdbEventLog::recover(Partition partition) {
  const auto trimmed = database_->get(meta_key(start_name(partition)));
  if (!trimmed) return Error{database_->complaint("read", trimmed.error())};
  const auto start = static_cast<int64_t>(big_endian<uint64_t>(trimmed.value().value_or("")));
  Bounds& bounds = bounds_[partition.value()];
  bounds.start = start;
  const FrameCursor frames(*database_, partition);
  frames->SeekToLast();
  if (!frames->status().ok()) return Error{database_->complaint("read", frames->status())};
  if (!frames->Valid()) {
    bounds.end = start;
    return Ok{};
  }
  const auto frame = log::FrameReader::open(view_of(frames->value()));
  if (!frame) {
    return Error{
        database_->complaint("read", rdb::Status::Corruption("the last frame of partition " +
                                                             std::to_string(partition.value())))};
  }
  bounds.end = first_of(frames->key()).value() + frame->count();
  return Ok{};
}

std::vector<Offset> RocksdbEventLog::fill_batch(std::span<const log::PartitionAppend> appends) {
  for (size_t p = 0; p < next_.size(); ++p) next_[p] = Offset(bounds_[p].end);
  batch_.Clear();
  std::vector<Offset> offsets;
  for (const log::PartitionAppend& append : appends) {
    Offset& next = next_[append.partition.value()];
    log::encode_frame(append.records, frame_);
    batch_.Put(frame_key(append.partition, next), frame_);
    next = log::add_offsets(next, append.records.size(), offsets);
  }
  return offsets;
}

Result<std::vector<Offset>, LogError> RocksdbEventLog::append(
    std::span<const log::PartitionAppend> appends) {
  for (const log::PartitionAppend& append : appends) {
    if (append.partition.value() >= bounds_.size()) return Error{LogError::no_such_partition};
  }
  MutexLock lock(append_mutex_);
  if (database_->failed()) {
    if (const rdb::Status mended = database_->mend(); !mended.ok())
      return Error{error_of<LogError>(mended)};
    if (!recover()) return Error{LogError::corrupt};
  }
  std::vector<Offset> offsets = fill_batch(appends);
  const bool sync = !failpoint::planted("plant.skip_sync");
  const rdb::Status written = database_->write(batch_, kAppendPlace, sync);
  if (!written.ok()) return Error{error_of<LogError>(written)};
  for (size_t p = 0; p < next_.size(); ++p) bounds_[p].end = next_[p].value();
  return offsets;
}

Status<LogError> RocksdbEventLog::read(Partition partition, Offset from, Offset until,
                                       size_t bytes_max, log::RecordBlock& out) const {
  log::BlockFiller filler(partition, from, until, bytes_max, out);
  if (partition.value() >= bounds_.size()) return Error{LogError::no_such_partition};
  const Bounds& bounds = bounds_[partition.value()];
  const int64_t end = bounds.end;
  if (from.value() < bounds.start) return Error{LogError::trimmed};
  if (from.value() >= end || until <= from) return Ok{};
  const FrameCursor frames(*database_, partition);
  for (frames->SeekForPrev(frame_key(partition, from)); frames->Valid() && !filler.full();
       frames->Next()) {
    if (auto added = filler.add(first_of(frames->key()), view_of(frames->value())); !added)
      return added;
  }
  if (!frames->status().ok()) return Error{error_of<LogError>(frames->status())};
  if (!filler.full() && filler.next().value() < end) {
    // Frames are missing: trimmed after the first look, or lost.
    return Error{from.value() < bounds.start ? LogError::trimmed : LogError::corrupt};
  }
  filler.finish();
  return Ok{};
}

std::vector<Offset> RocksdbEventLog::end() const {
  std::vector<Offset> ends;
  ends.reserve(bounds_.size());
  for (const Bounds& bounds : bounds_) ends.emplace_back(bounds.end);
  return ends;
}

Result<std::vector<Offset>, LogError> RocksdbEventLog::start() const {
  std::vector<Offset> starts;
  starts.reserve(bounds_.size());
  for (const Bounds& bounds : bounds_) starts.emplace_back(bounds.start);
  return starts;
}

// The first offset of the first frame that reaches past `before`, or the end.
Result<Offset, LogError> RocksdbEventLog::start_after_trim(Partition partition,
                                                           Offset before) const {
  const Offset end(bounds_[partition.value()].end);
  if (before >= end) return end;
  const FrameCursor frames(*database_, partition);
  frames->SeekForPrev(frame_key(partition, before));
  if (!frames->status().ok()) return Error{error_of<LogError>(frames->status())};
  return frames->Valid() ? first_of(frames->key()) : Offset(bounds_[partition.value()].start);
}

// Frees the space at once instead of when compaction comes by; if it fails, compaction still will.
void RocksdbEventLog::reclaim(const std::string& from, const std::string& to) const {
  const Database::Hold db = database_->hold();
  if (!db) return;
  const rdb::Slice first(from);
  const rdb::Slice last(to);
  db->CompactRange(rdb::CompactRangeOptions(), &first, &last).PermitUncheckedError();
}

Status<LogError> RocksdbEventLog::trim(Partition partition, Offset before) {
  if (partition.value() >= bounds_.size()) return Error{LogError::no_such_partition};
  MutexLock lock(trim_mutex_);
  Bounds& bounds = bounds_[partition.value()];
  const Offset old_start(bounds.start);
  if (before <= old_start) return Ok{};
  const auto start = start_after_trim(partition, before);
  if (!start) return Error{start.error()};
  if (start.value() <= old_start) return Ok{};
  const std::string from = frame_key(partition, old_start);
  const std::string to = frame_key(partition, start.value());
  std::string value;
  append_big_endian(value, static_cast<uint64_t>(start->value()));
  rdb::WriteBatch batch;
  batch.Put(meta_key(start_name(partition)), value);
  batch.DeleteRange(from, to);
  bounds.start =
      start->value();  // before the frames go, so that a reader who misses them knows why
  if (const rdb::Status written = database_->write(batch); !written.ok()) {
    bounds.start = old_start.value();
    return Error{error_of<LogError>(written)};
  }
  reclaim(from, to);
  return Ok{};
}

}  // namespace

Result<std::unique_ptr<log::EventLog>, std::string> open_event_log(const std::string& folder,
                                                                   const log::Layout& layout,
                                                                   const EventLogOptions& options) {
  assert(layout.size() > 0);
  auto database = Database::open(folder, "event log", kFormat, tuned(options));
  if (!database) return Error{database.error()};
  const std::string wanted = words_of(layout);
  const auto kept = (*database)->pin("layout", wanted);
  if (!kept) return Error{kept.error()};
  if (kept.value() != wanted) {
    return Error{"The event log in " + folder + " has " + kept.value() + ", not " + wanted +
                 "; a viewer's events stay in order only while that stays. Set log.partitions to "
                 "its number of partitions of events, " +
                 kept->substr(0, kept->find(' ')) + ", or name another folder."};
  }
  auto opened = std::make_unique<RocksdbEventLog>(std::move(database).value(), layout.size());
  if (auto recovered = opened->recover(); !recovered) return Error{recovered.error()};
  return std::unique_ptr<log::EventLog>(std::move(opened));
}

}  // namespace potik::rocksdb
