#include "host/state_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/json_writer.h"

namespace potik::host {
namespace {

namespace fs = std::filesystem;

constexpr int kFolderVersion = 1;

std::string why() { return std::generic_category().message(errno); }

// Empty, or what failed.
std::string write_synced(const fs::path& path, std::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return path.string() + " cannot be made: " + why();
  size_t written = 0;
  bool good = true;
  while (good && written < bytes.size()) {
    const ssize_t some = ::write(file, bytes.data() + written, bytes.size() - written);
    if (some < 0 && errno == EINTR) continue;
    good = some > 0;
    if (good) written += static_cast<size_t>(some);
  }
  good = good && ::fsync(file) == 0;
  std::string error = good ? std::string() : path.string() + " cannot be written: " + why();
  if (::close(file) != 0 && error.empty()) error = path.string() + " cannot be written: " + why();
  return error;
}

std::string sync_folder(const fs::path& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return path.string() + " cannot be opened: " + why();
  const bool good = ::fsync(folder) == 0;
  ::close(folder);
  return good ? std::string() : path.string() + " cannot be synced: " + why();
}

std::string make_empty(const fs::path& path) {
  std::error_code code;
  fs::create_directories(path, code);
  if (code) return path.string() + " cannot be made: " + code.message();
  if (!fs::is_empty(path, code) || code)
    return path.string() + " is not empty: name a new or an empty folder";
  return {};
}

std::string file_name(const char* part, uint16_t group) {
  std::array<char, 24> name{};
  std::snprintf(name.data(), name.size(), "%s-%03u", part, unsigned{group});
  return name.data();
}

std::string manifest_json(const StateManifest& manifest) {
  std::string text;
  JsonWriter json(text);
  json.begin_object()
      .field("version", kFolderVersion)
      .field("epoch", manifest.epoch.value())
      .field("model_version", manifest.model_version)
      .field("settings", manifest.settings)
      .key("offsets")
      .begin_array();
  for (const Offset offset : manifest.offsets) json.value(offset.value());
  json.end_array().end_object();
  return text + '\n';
}

}  // namespace

Status<std::string> write_state_folder(const std::string& folder, const PortableState& state,
                                       const StateManifest& manifest) {
  const fs::path path(folder);
  std::string error = make_empty(path);
  if (error.empty()) error = write_synced(path / "model", state.model);
  for (uint16_t group = 0; group < kKeyGroups && error.empty(); ++group) {
    error = write_synced(path / file_name("viewers", group), state.viewers[group]);
    if (error.empty()) error = write_synced(path / file_name("judge", group), state.judges[group]);
  }
  if (error.empty()) error = sync_folder(path);
  if (error.empty()) error = write_synced(path / "manifest.json", manifest_json(manifest));
  if (error.empty()) error = sync_folder(path);
  if (!error.empty()) return Error{std::move(error)};
  return Ok{};
}

}  // namespace potik::host
