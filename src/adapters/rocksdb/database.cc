#include "adapters/rocksdb/database.h"

#include <filesystem>
#include <utility>

#include "adapters/rocksdb/keys.h"

namespace potik::rocksdb {
namespace {

std::string_view remedy(const rdb::Status& status, std::string_view text) {
  if (text.find("LOCK") != std::string_view::npos) {
    return "Another process has it open, or this one does already; stop that first.";
  }
  if (is_disk_full(status)) return "The disk is full; make room and start again.";
  if (status.IsCorruption()) return "Its bytes do not hold; restore the folder from a copy.";
  return "Look at the disk and at the folder's permissions.";
}

std::string complaint_about(std::string_view name, std::string_view verb,
                            const rdb::Status& status) {
  const std::string text = status.ToString();
  return "The " + std::string(name) + " cannot be " + std::string(verb) + ": " + text + ". " +
         std::string(remedy(status, text));
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
  // Writes flushes back steadily: otherwise they pile up in the page cache and delay a sync of the
  // log.
  options.bytes_per_sync = 1U << 20U;
  options.info_log_level = rdb::WARN_LEVEL;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 1U << 20U;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

Result<std::unique_ptr<Database>, std::string> Database::open(const std::string& folder,
                                                              std::string_view what,
                                                              std::string_view format,
                                                              rdb::Options options) {
  std::string name = std::string(what) + " in " + folder;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return Error{"The folder " + folder + " cannot be made: " + failure.message() + "."};
  rdb::DB* opened = nullptr;
  const rdb::Status status = rdb::DB::Open(options, folder, &opened);
  if (!status.ok()) return Error{complaint_about(name, "opened", status)};
  std::unique_ptr<Database> database(
      new Database(std::move(name), std::unique_ptr<rdb::DB>(opened)));
  const auto kept = database->pin("format", format);
  if (!kept) return Error{kept.error()};
  if (kept.value() != format) {
    return Error{"The folder " + folder + " holds \"" + kept.value() + "\", not \"" +
                 std::string(format) +
                 "\"; name another folder, or use the program that wrote it."};
  }
  return database;
}

Result<std::string, std::string> Database::pin(std::string_view name, std::string_view value) {
  const std::string key = meta_key(name);
  auto kept = get(key);
  if (!kept) return Error{complaint("read", kept.error())};
  if (kept.value()) return *std::move(kept).value();
  rdb::WriteBatch batch;
  batch.Put(key, slice_of(value));
  if (const rdb::Status status = write(batch); !status.ok())
    return Error{complaint("written", status)};
  return std::string(value);
}

rdb::Status Database::write(rdb::WriteBatch& batch) {
  // Whether it resumed shows in the write.
  if (failed_.load()) db_->Resume().PermitUncheckedError();
  rdb::WriteOptions options;
  options.sync = true;
  rdb::Status status = db_->Write(options, &batch);
  failed_.store(!status.ok());
  return status;
}

Result<std::optional<std::string>, rdb::Status> Database::get(std::string_view key) const {
  std::string value;
  const rdb::Status status = db_->Get(rdb::ReadOptions(), slice_of(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return Error{status};
  return std::optional<std::string>(std::move(value));
}

std::string Database::complaint(std::string_view verb, const rdb::Status& status) const {
  return complaint_about(name_, verb, status);
}

}  // namespace potik::rocksdb
