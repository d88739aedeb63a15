#include "adapters/rocksdb/database.h"

#include <rocksdb/env.h>
#include <rocksdb/listener.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "adapters/rocksdb/info_log.h"
#include "adapters/rocksdb/keys.h"

namespace potik::rocksdb {
namespace {

// A first sign that a disk takes writes again.
constexpr size_t kProbeBytes = 1U << 20U;
constexpr std::chrono::seconds kHoldsPatience{1};

// Keeps RocksDB from resuming by itself, beside mend().
class StayDown final : public rdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rdb::BackgroundErrorReason, rdb::Status, bool* auto_recovery) override {
    *auto_recovery = false;
  }
};

std::string_view remedy(const rdb::Status& status, std::string_view text) {
  if (text.find("LOCK") != std::string_view::npos) {
    return "Another process has it open, or this one does already; stop that first.";
  }
  if (is_disk_full(status)) return "The disk is full; make room and start again.";
  if (status.IsCorruption()) return "Its bytes do not hold; restore the folder from a copy.";
  return "Look at the disk and at the folder's permissions.";
}

// What opening a database writes into tables before it takes anything: its write-ahead logs.
uint64_t log_bytes(const std::string& folder) {
  uint64_t bytes = 0;
  std::error_code unknown;
  for (const auto& file : std::filesystem::directory_iterator(folder, unknown)) {
    if (file.path().extension() != ".log") continue;
    const uint64_t size = file.file_size(unknown);
    if (!unknown) bytes += size;
  }
  return bytes;
}

}  // namespace

rdb::Options shared_options(rdb::Env* env) {
  rdb::Options options;
  if (env != nullptr) options.env = env;
  options.create_if_missing = true;
  // A crash may leave what was never acknowledged half on the disk, in any order of pages; the log
  // ends before it. Bytes that rot in a write-ahead log end it too, and show as offsets that the
  // journal names.
  options.wal_recovery_mode = rdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_background_jobs = 2;
  options.db_host_id.clear();  // tables name no machine: a folder may be given away
  // Writes flushes back steadily: otherwise they pile up in the page cache and delay a sync of the
  // log.
  options.bytes_per_sync = 1U << 20U;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.listeners.push_back(std::make_shared<StayDown>());  // shared because RocksDB asks for it
  return options;
}

Result<std::unique_ptr<Database>, std::string> Database::open(const std::string& folder,
                                                              std::string_view what,
                                                              std::string_view format,
                                                              rdb::Options options) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return Error{"The folder " + folder + " cannot be made: " + failure.message() + "."};
  options.info_log = std::make_shared<InfoLog>(folder);  // shared because RocksDB asks for it
  std::unique_ptr<Database> database(
      new Database(folder, std::string(what) + " in " + folder, std::move(options)));
  const rdb::Status status = database->open();
  if (!status.ok()) return Error{database->complaint("opened", status)};
  const auto kept = database->pin("format", format);
  if (!kept) return Error{kept.error()};
  if (kept.value() != format) {
    return Error{"The folder " + folder + " holds \"" + kept.value() + "\", not \"" +
                 std::string(format) +
                 "\"; name another folder, or use the program that wrote it."};
  }
  return database;
}

rdb::Status Database::open() {
  rdb::DB* opened = nullptr;
  rdb::Status status = rdb::DB::Open(options_, folder_, &opened);
  db_.reset(opened);
  return status;
}

Result<std::string, std::string> Database::pin(std::string_view name, std::string_view value) {
  const std::string key = meta_key(name);
  auto kept = get(key);
  if (!kept) return Error{complaint("read", kept.error())};
  if (kept.value()) return *std::move(kept).value();
  rdb::WriteBatch batch;
  batch.Put(key, slice_of(value));
  if (const rdb::Status status = write(batch, kPinPlace); !status.ok())
    return Error{complaint("written", status)};
  return std::string(value);
}

rdb::Status Database::write(rdb::WriteBatch& batch, bool sync) {
  const Hold db = hold();
  if (!db) return closed();
  rdb::WriteOptions options;
  options.sync = sync;
  rdb::Status status = db->Write(options, &batch);
  if (!status.ok()) failed_ = true;
  return status;
}

rdb::Status Database::write(rdb::WriteBatch& batch, const failpoint::Write& place, bool sync) {
  const auto wal = [this] { return newest_wal(); };
  const failpoint::TornWrite torn(place.torn, wal);
  rdb::Status status = rdb::Status::IOError("a failpoint");
  if (!failpoint::fails(place.before)) status = write(batch, sync);
  if (status.ok()) {
    failpoint::wrote(wal, sync);
    torn.done(wal);
    if (failpoint::fails(place.after)) status = rdb::Status::IOError("a failpoint");
  }
  if (!status.ok()) failed_ = true;
  return status;
}

// Of the write-ahead logs, the one that is being written.
std::string Database::newest_wal() const {
  std::string newest;
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::string path = file.path().string();
    if (path.ends_with(".log") && path > newest) newest = std::move(path);
  }
  return newest;
}

uint64_t Database::memory_bytes() const {
  const Hold db = hold();
  if (!db) return 0;
  uint64_t sum = 0;
  for (const std::string* property :
       {&rdb::DB::Properties::kCurSizeAllMemTables, &rdb::DB::Properties::kBlockCacheUsage,
        &rdb::DB::Properties::kEstimateTableReadersMem}) {
    uint64_t bytes = 0;
    if (db->GetIntProperty(*property, &bytes)) sum += bytes;
  }
  return sum;
}

rdb::Status Database::probe() const {
  std::error_code unknown;
  const auto space = std::filesystem::space(folder_, unknown);
  if (!unknown && space.available < log_bytes(folder_) + kProbeBytes)
    return rdb::Status::NoSpace("too little room to go on");
  const std::string path = folder_ + "/probe";
  rdb::Status status = rdb::WriteStringToFile(options_.env, std::string(kProbeBytes, '\0'), path,
                                              /*should_sync=*/true);
  options_.env->DeleteFile(path).PermitUncheckedError();
  return status;
}

rdb::Status Database::mend() {
  if (rdb::Status status = probe(); !status.ok()) return status;
  // Bounded: a visitor of records may be the one who writes.
  const std::unique_lock<std::shared_timed_mutex> lock(mutex_, kHoldsPatience);
  if (!lock) return rdb::Status::Busy("being read");
  if (!failed_) return rdb::Status::OK();  // another thread has mended it
  db_.reset();
  rdb::Status status = open();
  failed_ = !status.ok();
  return status;
}

Result<std::optional<std::string>, rdb::Status> Database::get(std::string_view key) const {
  const Hold db = hold();
  if (!db) return Error{closed()};
  std::string value;
  const rdb::Status status = db->Get(rdb::ReadOptions(), slice_of(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return Error{status};
  return std::optional<std::string>(std::move(value));
}

rdb::Status Database::closed() {
  return rdb::Status::IOError("closed after a failure, and not opened again so far");
}

std::string Database::complaint(std::string_view verb, const rdb::Status& status) const {
  const std::string text = status.ToString();
  return "The " + name_ + " cannot be " + std::string(verb) + ": " + text + ". " +
         std::string(remedy(status, text));
}

}  // namespace potik::rocksdb
