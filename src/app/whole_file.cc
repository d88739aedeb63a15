#include "app/whole_file.h"

#include <filesystem>
#include <fstream>

namespace potik::app {

bool write_whole(const std::string& path, std::string_view text) {
  const std::string part = path + ".part";
  std::ofstream file(part, std::ios::trunc | std::ios::binary);
  file << text;
  file.close();
  std::error_code trouble;
  if (file) std::filesystem::rename(part, path, trouble);
  return file && !trouble;
}

}  // namespace potik::app
