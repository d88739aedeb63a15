#pragma once
// The journal of a disk that forgets: what was done to the files below one folder, in order, each
// act with what it takes to undo it. power_cut.py reads it.
//
// A record is the struct below, then `text_bytes` bytes of paths (separated by a NUL), then
// `data_bytes` bytes that were overwritten or cut off. Little endian, no gaps, written by one
// write() each, before the act itself.

#include <cstdint>
#include <string_view>

namespace potik::powerloss {

enum class Act : uint32_t {
  write = 1,        // `offset`, `length`; data: what lay there, as far as the file reached
  resize = 2,       // to `length`; data: what lay behind it
  sync = 3,         // begun at record number `offset`, ended well
  create = 4,       // text: path
  remove = 5,       // text: path, where a link to the file is kept (empty for a folder)
  rename = 6,       // text: from, to, where what it replaced is kept (empty if nothing)
  failed_sync = 7,  // begun at record number `offset`
};

struct Record {
  uint32_t magic = 0x6b736964;  // "disk"
  Act act = Act::write;
  uint64_t inode = 0;
  uint64_t offset = 0;
  uint64_t length = 0;
  uint64_t old_size = 0;  // of the file, before
  uint32_t text_bytes = 0;
  uint32_t data_bytes = 0;
};
static_assert(sizeof(Record) == 48);

// What is watched and where the journal lies, from FORGETFUL_DISK_ROOT and FORGETFUL_DISK_JOURNAL
// (a folder of its own on the same file system). Nothing is watched without both.
[[nodiscard]] bool is_watched(std::string_view path);

}  // namespace potik::powerloss
