#pragma once
// A folder that exists as long as this object.

#include <stdlib.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace potik {

class FolderForTests {
 public:
  FolderForTests() : path_((std::filesystem::temp_directory_path() / "potik-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) std::abort();
  }
  ~FolderForTests() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  FolderForTests(const FolderForTests&) = delete;
  FolderForTests& operator=(const FolderForTests&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  // The bytes of all files whose names end so.
  [[nodiscard]] uint64_t bytes_of(const std::string& suffix) const {
    uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(path_)) {
      if (file.path().string().ends_with(suffix)) bytes += file.file_size();
    }
    return bytes;
  }

 private:
  std::string path_;
};

}  // namespace potik
