#pragma once
// The file LOG of a database folder, where RocksDB says what it does. RocksDB's own one must not
// be written to again after a failed write: on a full disk it ends the process.

#include <rocksdb/env.h>

#include <cstdarg>
#include <cstdint>
#include <string>

#include "base/mutex.h"

namespace potik::rocksdb {

// Thread-safe; each line is one write(2). What cannot be written is dropped, and the next line is
// tried again. Beyond kBytesMax the file becomes LOG.old and a new one is begun.
class InfoLog final : public ::rocksdb::Logger {
 public:
  static constexpr int64_t kBytesMax = 1 << 20;

  explicit InfoLog(const std::string& folder);
  ~InfoLog() override;

  using ::rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;

 private:
  void open() POTIK_REQUIRES(mutex_);

  const std::string path_;
  Mutex mutex_;
  int file_ POTIK_GUARDED_BY(mutex_) = -1;
  int64_t bytes_ POTIK_GUARDED_BY(mutex_) = 0;
};

}  // namespace potik::rocksdb
