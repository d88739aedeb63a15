#pragma once
// Small files of the data directory that are replaced as a whole.

#include <string>
#include <string_view>

namespace potik::app {

// The file is as it was, or holds `text`: whoever reads it never meets a part. False where it could
// not be written. Not synced: a power cut may bring the old one back. Blocks for the disk.
[[nodiscard]] bool write_whole(const std::string& path, std::string_view text);

}  // namespace potik::app
