#pragma once
// An Env whose disk can be full or broken at will: every write and sync to a file then fails. Bytes
// before the failure are kept, as a disk would.

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <utility>

namespace potik::rocksdb {

enum class Disk : uint8_t { works, full, broken };

class FailingFile final : public ::rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<::rocksdb::FSWritableFile> file, const std::atomic<Disk>& disk)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk) {}

  using FSWritableFileOwnerWrapper::Append;
  ::rocksdb::IOStatus Append(const ::rocksdb::Slice& data, const ::rocksdb::IOOptions& options,
                             ::rocksdb::IODebugContext* context) override {
    // A full disk takes the first half.
    if (disk_ == Disk::full) {
      const ::rocksdb::Slice half(data.data(), data.size() / 2);
      FSWritableFileOwnerWrapper::Append(half, options, context).PermitUncheckedError();
    }
    return checked([&] { return FSWritableFileOwnerWrapper::Append(data, options, context); });
  }
  ::rocksdb::IOStatus Sync(const ::rocksdb::IOOptions& options,
                           ::rocksdb::IODebugContext* context) override {
    ++syncs;
    return checked([&] { return FSWritableFileOwnerWrapper::Sync(options, context); });
  }
  static inline std::atomic<int> syncs{0};

 private:
  template <class Operation>
  ::rocksdb::IOStatus checked(Operation&& operation) {
    if (disk_ == Disk::full) return ::rocksdb::IOStatus::NoSpace("planted");
    if (disk_ == Disk::broken) return ::rocksdb::IOStatus::IOError("planted");
    return operation();
  }
  const std::atomic<Disk>& disk_;
};

class FailingFileSystem final : public ::rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(::rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "FailingFileSystem"; }
  ::rocksdb::IOStatus NewWritableFile(const std::string& name,
                                      const ::rocksdb::FileOptions& options,
                                      std::unique_ptr<::rocksdb::FSWritableFile>* file,
                                      ::rocksdb::IODebugContext* context) override {
    std::unique_ptr<::rocksdb::FSWritableFile> real;
    auto status = FileSystemWrapper::NewWritableFile(name, options, &real, context);
    if (status.ok()) *file = std::make_unique<FailingFile>(std::move(real), disk);
    return status;
  }
  std::atomic<Disk> disk{Disk::works};
};

class FailingEnvForTests {
 public:
  // Shared because RocksDB takes part in the ownership of a file system.
  FailingEnvForTests()
      : files_(std::make_shared<FailingFileSystem>()), env_(::rocksdb::NewCompositeEnv(files_)) {}
  [[nodiscard]] ::rocksdb::Env* env() { return env_.get(); }
  void set(Disk disk) { files_->disk = disk; }

 private:
  std::shared_ptr<FailingFileSystem> files_;
  std::unique_ptr<::rocksdb::Env> env_;
};

}  // namespace potik::rocksdb
