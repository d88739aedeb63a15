#include "adapters/duckdb/torn_wal.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

namespace potik::duckdb {
namespace {

// Before an entry's bytes: their number and their checksum, which is what the engine had read when
// it told where it stands.
constexpr uint64_t kEntryHead = 16;

// "... Corrupt WAL file: entry at byte position N computed checksum ..."
std::optional<uint64_t> bad_entry(std::string_view words) {
  constexpr std::string_view kMark = "Corrupt WAL file: entry at byte position ";
  const size_t mark = words.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view number = words.substr(mark + kMark.size());
  uint64_t place = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), place);
  if (read.ec != std::errc() || place < kEntryHead) return std::nullopt;
  return place - kEntryHead;
}

}  // namespace

bool cut_torn_wal(const std::string& path, const store::StoreFailure& failure) {
  const auto place = bad_entry(failure.message);
  if (!place) return false;
  const std::string wal = path + ".wal";
  std::error_code error;
  std::filesystem::copy_file(wal, wal + ".damaged",
                             std::filesystem::copy_options::overwrite_existing, error);
  if (!error) std::filesystem::resize_file(wal, *place, error);
  return !error;
}

}  // namespace potik::duckdb
