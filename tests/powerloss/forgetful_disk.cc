// Loaded in front of the C library (LD_PRELOAD), this notes every change to the files below
// FORGETFUL_DISK_ROOT, with what undoes it, before the change is made. A SIGKILL leaves the page
// cache whole; power_cut.py then takes back what was never synced, as a power failure may have.
//
// It sees the calls that RocksDB, DuckDB, libstdc++ and Python make: open, write in all its forms,
// truncate, fallocate, rename, unlink, mkdir, fsync. Maps that are written to are not seen; none of
// them writes so. A file FORGETFUL_DISK_JOURNAL/fault makes calls fail, for as long as it is there:
// "fsync EIO", "write ENOSPC", "write short", each optionally with a part of the path.
//
// Threads: any. One mutex covers note and act, so that the journal's order is the order of the
// acts; a sync itself runs outside it.

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "powerloss/disk_journal.h"

namespace potik::powerloss {
namespace {

constexpr mode_t kMode = 0600;

// The calls below come from within the C library's own users, also before main and after it: what
// they need is made at first use and never torn down.
struct Disk {
  std::mutex mutex;
  std::string root;     // with a slash at its end
  std::string journal;  // folder
  int file = -1;
  uint64_t records = 0;
  uint64_t kept = 0;
  std::set<uint64_t> inodes;  // of watched files that were opened
};

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

Disk& disk() {
  static Disk* const made = [] {
    auto* fresh = new Disk;
    fresh->root = from_environment("FORGETFUL_DISK_ROOT");
    fresh->journal = from_environment("FORGETFUL_DISK_JOURNAL");
    if (fresh->root.empty() || fresh->journal.empty()) {
      fresh->root.clear();
      return fresh;
    }
    if (fresh->root.back() != '/') fresh->root += '/';
    const std::string name =
        fresh->journal + "/" + std::to_string(syscall(SYS_getpid)) + ".records";
    fresh->file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, name.c_str(),
                                           O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kMode));
    if (fresh->file < 0) std::abort();
    return fresh;
  }();
  return *made;
}

std::string path_of(int fd) {
  char name[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const auto size = syscall(SYS_readlink, link.c_str(), name, sizeof name);
  return size < 0 ? "" : std::string(name, static_cast<size_t>(size));
}

std::string absolute(int folder, const char* path) {
  if (path == nullptr) return "";
  if (path[0] == '/') return path;
  if (folder != AT_FDCWD) return path_of(folder) + "/" + path;
  char here[PATH_MAX];
  if (syscall(SYS_getcwd, here, sizeof here) < 0) return "";
  return std::string(here) + "/" + path;
}

// Of an open file; inode 0 if it is not watched.
struct Watched {
  uint64_t inode = 0;
  uint64_t size = 0;
};

Watched watched(int fd) {
  Disk& here = disk();
  struct stat found{};
  if (here.root.empty() || fd < 0 || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) return {};
  if (!here.inodes.contains(found.st_ino)) return {};
  return {found.st_ino, static_cast<uint64_t>(found.st_size)};
}

uint64_t inode_of(const std::string& path) {
  struct stat found{};
  return lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

bool exists(const std::string& path) { return inode_of(path) != 0; }

// The mutex is held.
void note(Record record, const std::string& text, std::span<const char> data) {
  Disk& here = disk();
  record.text_bytes = static_cast<uint32_t>(text.size());
  record.data_bytes = static_cast<uint32_t>(data.size());
  std::string bytes(reinterpret_cast<const char*>(&record), sizeof record);
  bytes += text;
  bytes.append(data.data(), data.size());
  const auto written = syscall(SYS_write, here.file, bytes.data(), bytes.size());
  if (written != static_cast<long>(bytes.size()))
    std::abort();  // a proof without its journal is none
  ++here.records;
}

std::vector<char> bytes_at(int fd, uint64_t offset, uint64_t size) {
  std::vector<char> bytes(size);
  size_t done = 0;
  // The file may have been opened for writing only: it is read by its name in /proc.
  const std::string name = "/proc/self/fd/" + std::to_string(fd);
  const auto reader =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (reader < 0) std::abort();
  while (done < size) {
    const auto read = syscall(SYS_pread64, reader, bytes.data() + done, size - done, offset + done);
    if (read <= 0) break;
    done += static_cast<size_t>(read);
  }
  syscall(SYS_close, reader);
  bytes.resize(done);
  return bytes;
}

void note_write(int fd, const Watched& file, uint64_t offset, uint64_t length) {
  const uint64_t end = std::min(offset + length, file.size);
  const std::vector<char> before =
      offset < end ? bytes_at(fd, offset, end - offset) : std::vector<char>();
  note({.act = Act::write,
        .inode = file.inode,
        .offset = offset,
        .length = length,
        .old_size = file.size},
       "", before);
}

void note_resize(int fd, const Watched& file, uint64_t size) {
  const std::vector<char> before =
      size < file.size ? bytes_at(fd, size, file.size - size) : std::vector<char>();
  note({.act = Act::resize, .inode = file.inode, .length = size, .old_size = file.size}, "",
       before);
}

// A second name for what is about to lose its own; empty if there is nothing to keep.
std::string keep(const std::string& path) {
  struct stat found{};
  if (lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return "";
  Disk& here = disk();
  const std::string name = here.journal + "/" + std::to_string(syscall(SYS_getpid)) + "." +
                           std::to_string(here.kept++) + ".kept";
  if (syscall(SYS_linkat, AT_FDCWD, path.c_str(), AT_FDCWD, name.c_str(), 0) != 0) std::abort();
  return name;
}

// The fault that is asked for now: what the call shall answer, 0 for nothing, -1 for "short".
int fault(const char* call, const std::string& path) {
  Disk& here = disk();
  if (here.root.empty()) return 0;
  const std::string name = here.journal + "/fault";
  const auto file =
      static_cast<int>(syscall(SYS_openat, AT_FDCWD, name.c_str(), O_RDONLY | O_CLOEXEC));
  if (file < 0) return 0;
  char text[256] = {};
  const auto size = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  char which[32] = {};
  char what[32] = {};
  char part[128] = {};
  if (size <= 0 || std::sscanf(text, "%31s %31s %127s", which, what, part) < 2) return 0;
  if (std::strcmp(which, call) != 0 || path.find(part) == std::string::npos) return 0;
  if (std::strcmp(what, "ENOSPC") == 0) return ENOSPC;
  if (std::strcmp(what, "EIO") == 0) return EIO;
  if (std::strcmp(what, "short") == 0) return -1;
  std::abort();
}

template <class Result>
Result refuse(int error) {
  errno = error;
  return static_cast<Result>(-1);
}

int open_watched(int folder, const char* name, int flags, mode_t mode) {
  Disk& here = disk();
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  const std::string path = here.root.empty() || !writes ? "" : absolute(folder, name);
  if (!is_watched(path) || (flags & O_TMPFILE) == O_TMPFILE)
    return static_cast<int>(syscall(SYS_openat, folder, name, flags, mode));
  const std::lock_guard lock(here.mutex);
  const bool fresh = (flags & O_CREAT) != 0 && !exists(path);
  // Cut off after it is noted, not by opening.
  const auto fd = static_cast<int>(syscall(SYS_openat, folder, name, flags & ~O_TRUNC, mode));
  if (fd < 0) return fd;
  const uint64_t inode = inode_of(path);
  here.inodes.insert(inode);
  if (fresh) note({.act = Act::create, .inode = inode}, path, {});
  if ((flags & O_TRUNC) != 0) {
    note_resize(fd, watched(fd), 0);
    syscall(SYS_ftruncate, fd, 0);
  }
  return fd;
}

size_t size_of(const iovec* parts, int count) {
  size_t size = 0;
  for (int i = 0; i < count; ++i) size += parts[i].iov_len;
  return size;
}

// Half of it, for "short"; at least one byte, so that the caller gets on.
std::vector<char> first_half(const iovec* parts, int count) {
  std::vector<char> bytes;
  for (int i = 0; i < count; ++i) {
    const auto* base = static_cast<const char*>(parts[i].iov_base);
    bytes.insert(bytes.end(), base, base + parts[i].iov_len);
  }
  bytes.resize(std::max<size_t>(bytes.size() / 2, 1));
  return bytes;
}

// offset < 0: where the file stands, or its end if it was opened to append.
ssize_t write_watched(int fd, const iovec* parts, int count, off64_t offset) {
  Disk& here = disk();
  const auto act = [&](const iovec* what, int number) {
    return offset < 0 ? syscall(SYS_writev, fd, what, number)
                      : syscall(SYS_pwritev, fd, what, number, offset, 0);
  };
  if (here.root.empty()) return act(parts, count);
  const std::lock_guard lock(here.mutex);
  const Watched file = watched(fd);
  const size_t size = size_of(parts, count);
  if (file.inode == 0 || size == 0) return act(parts, count);
  const int error = fault("write", path_of(fd));
  if (error > 0) return refuse<ssize_t>(error);
  uint64_t place = static_cast<uint64_t>(offset);
  if (offset < 0) {
    const bool append = (fcntl(fd, F_GETFL) & O_APPEND) != 0;
    place = append ? file.size : static_cast<uint64_t>(syscall(SYS_lseek, fd, 0, SEEK_CUR));
  }
  note_write(fd, file, place, size);
  if (error == 0 || size < 2) return act(parts, count);
  std::vector<char> half = first_half(parts, count);
  const iovec one{.iov_base = half.data(), .iov_len = half.size()};
  return act(&one, 1);
}

int resize_watched(int fd, uint64_t size) {
  Disk& here = disk();
  if (here.root.empty()) return static_cast<int>(syscall(SYS_ftruncate, fd, size));
  const std::lock_guard lock(here.mutex);
  const Watched file = watched(fd);
  if (file.inode != 0) {
    if (const int error = fault("write", path_of(fd)); error > 0) return refuse<int>(error);
    note_resize(fd, file, size);
  }
  return static_cast<int>(syscall(SYS_ftruncate, fd, size));
}

// Only what lengthens the file is of interest: a place that is reserved holds nothing to forget.
int reserve_watched(int fd, int mode, off64_t offset, off64_t length) {
  const auto act = [&] {
    return static_cast<int>(syscall(SYS_fallocate, fd, mode, offset, length));
  };
  Disk& here = disk();
  if (here.root.empty()) return act();
  const std::lock_guard lock(here.mutex);
  const Watched file = watched(fd);
  const auto end = static_cast<uint64_t>(offset + length);
  if (file.inode != 0) {
    if (const int error = fault("write", path_of(fd)); error > 0) return refuse<int>(error);
    if (mode == 0 && end > file.size) note_resize(fd, file, end);
  }
  return act();
}

int sync_watched(int fd, long call) {
  Disk& here = disk();
  if (here.root.empty()) return static_cast<int>(syscall(call, fd));
  uint64_t begun = 0;
  uint64_t inode = 0;
  {
    const std::lock_guard lock(here.mutex);
    const std::string path = path_of(fd);
    if (is_watched(path)) {
      struct stat found{};
      if (fstat(fd, &found) == 0) inode = found.st_ino;
      if (const int error = fault("fsync", path); error > 0) {
        note({.act = Act::failed_sync, .inode = inode, .offset = here.records}, "", {});
        return refuse<int>(error);
      }
    }
    begun = here.records;
  }
  const auto answer = static_cast<int>(syscall(call, fd));
  if (inode != 0 && answer == 0) {
    const std::lock_guard lock(here.mutex);
    note({.act = Act::sync, .inode = inode, .offset = begun}, "", {});
  }
  return answer;
}

int remove_watched(int folder, const char* name, int flags) {
  Disk& here = disk();
  const std::string path = here.root.empty() ? "" : absolute(folder, name);
  if (!is_watched(path)) return static_cast<int>(syscall(SYS_unlinkat, folder, name, flags));
  const std::lock_guard lock(here.mutex);
  if (exists(path)) {
    const std::string kept = (flags & AT_REMOVEDIR) != 0 ? "" : keep(path);
    note({.act = Act::remove, .inode = inode_of(path)}, path + '\0' + kept, {});
  }
  return static_cast<int>(syscall(SYS_unlinkat, folder, name, flags));
}

int rename_watched(int from_folder, const char* from, int to_folder, const char* to) {
  Disk& here = disk();
  const std::string old_path = here.root.empty() ? "" : absolute(from_folder, from);
  const std::string new_path = here.root.empty() ? "" : absolute(to_folder, to);
  if (!is_watched(old_path) && !is_watched(new_path))
    return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, 0));
  const std::lock_guard lock(here.mutex);
  if (exists(old_path)) {
    const std::string kept = keep(new_path);
    note({.act = Act::rename, .inode = inode_of(old_path)},
         old_path + '\0' + new_path + '\0' + kept, {});
  }
  return static_cast<int>(syscall(SYS_renameat2, from_folder, from, to_folder, to, 0));
}

int make_folder(int folder, const char* name, mode_t mode) {
  Disk& here = disk();
  const std::string path = here.root.empty() ? "" : absolute(folder, name);
  if (!is_watched(path)) return static_cast<int>(syscall(SYS_mkdirat, folder, name, mode));
  const std::lock_guard lock(here.mutex);
  const auto answer = static_cast<int>(syscall(SYS_mkdirat, folder, name, mode));
  if (answer == 0) note({.act = Act::create, .inode = inode_of(path)}, path, {});
  return answer;
}

using OpenStream = FILE* (*)(const char*, const char*);

// A stream's own calls stay inside the C library: the file is opened, or made and cut, here first.
FILE* open_stream(const char* path, const char* mode) {
  static const auto real = reinterpret_cast<OpenStream>(dlsym(RTLD_NEXT, "fopen64"));
  const std::string how(mode);
  if (how.front() != 'r' || how.find('+') != std::string::npos) {
    int flags = O_RDWR | O_CLOEXEC;
    if (how.front() != 'r') flags |= O_CREAT;
    if (how.front() == 'w') flags |= O_TRUNC;
    const int fd = open_watched(AT_FDCWD, path, flags, 0666);
    if (fd >= 0) syscall(SYS_close, fd);
  }
  return real(path, mode);
}

mode_t mode_of(int flags, va_list arguments) {
  const bool given = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return given ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

bool is_watched(std::string_view path) {
  const std::string& root = disk().root;
  return !root.empty() && (path.starts_with(root) || path == root.substr(0, root.size() - 1));
}

}  // namespace potik::powerloss

// The C library's names. Each pair with and without 64 is one call on this machine.
#define POTIK_OPEN(name, folder_parameter, folder)                    \
  int name(folder_parameter const char* path, int flags, ...) {       \
    va_list rest;                                                     \
    va_start(rest, flags);                                            \
    const mode_t mode = potik::powerloss::mode_of(flags, rest);       \
    va_end(rest);                                                     \
    return potik::powerloss::open_watched(folder, path, flags, mode); \
  }
#define POTIK_NO_FOLDER
#define POTIK_FOLDER int folder,

extern "C" {

using potik::powerloss::write_watched;

POTIK_OPEN(open, POTIK_NO_FOLDER, AT_FDCWD)
POTIK_OPEN(open64, POTIK_NO_FOLDER, AT_FDCWD)
POTIK_OPEN(openat, POTIK_FOLDER, folder)
POTIK_OPEN(openat64, POTIK_FOLDER, folder)

int creat(const char* path, mode_t mode) {
  return potik::powerloss::open_watched(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
FILE* fopen(const char* path, const char* mode) {
  return potik::powerloss::open_stream(path, mode);
}
FILE* fopen64(const char* path, const char* mode) {
  return potik::powerloss::open_stream(path, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
  const iovec one{.iov_base = const_cast<void*>(data), .iov_len = size};
  return write_watched(fd, &one, 1, -1);
}
ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  const iovec one{.iov_base = const_cast<void*>(data), .iov_len = size};
  return write_watched(fd, &one, 1, offset);
}
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  return pwrite(fd, data, size, offset);
}
ssize_t writev(int fd, const iovec* parts, int count) {
  return write_watched(fd, parts, count, -1);
}
ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return write_watched(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const iovec* parts, int count, off64_t offset) {
  return write_watched(fd, parts, count, offset);
}

int ftruncate(int fd, off_t size) noexcept {
  return potik::powerloss::resize_watched(fd, static_cast<uint64_t>(size));
}
int ftruncate64(int fd, off64_t size) noexcept { return ftruncate(fd, size); }
int truncate(const char* path, off_t size) noexcept {
  const int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  const int answer = ftruncate(fd, size);
  const int error = errno;
  syscall(SYS_close, fd);
  errno = error;
  return answer;
}
int truncate64(const char* path, off64_t size) noexcept { return truncate(path, size); }

int fallocate(int fd, int mode, off_t offset, off_t length) {
  return potik::powerloss::reserve_watched(fd, mode, offset, length);
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
  return fallocate(fd, mode, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) {
  return fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
}
int posix_fallocate64(int fd, off64_t offset, off64_t length) {
  return posix_fallocate(fd, offset, length);
}

int fsync(int fd) { return potik::powerloss::sync_watched(fd, SYS_fsync); }
int fdatasync(int fd) { return potik::powerloss::sync_watched(fd, SYS_fdatasync); }

int unlink(const char* path) noexcept {
  return potik::powerloss::remove_watched(AT_FDCWD, path, 0);
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  return potik::powerloss::remove_watched(folder, path, flags);
}
int rmdir(const char* path) noexcept {
  return potik::powerloss::remove_watched(AT_FDCWD, path, AT_REMOVEDIR);
}
int remove(const char* path) noexcept {
  const int answer = unlink(path);
  return answer != 0 && errno == EISDIR ? rmdir(path) : answer;
}
int rename(const char* from, const char* to) noexcept {
  return potik::powerloss::rename_watched(AT_FDCWD, from, AT_FDCWD, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) noexcept {
  return potik::powerloss::rename_watched(from_folder, from, to_folder, to);
}
int mkdir(const char* path, mode_t mode) noexcept {
  return potik::powerloss::make_folder(AT_FDCWD, path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) noexcept {
  return potik::powerloss::make_folder(folder, path, mode);
}

}  // extern "C"
