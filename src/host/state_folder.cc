#include "host/state_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include "base/json_writer.h"
#include "event/json_object.h"

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

// Empty, or why it cannot be read.
std::string read_whole(const fs::path& path, std::string& bytes) {
  std::error_code code;
  const auto size = fs::file_size(path, code);
  if (code) return path.string() + " cannot be read: " + code.message();
  bytes.resize(size);
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(size));
  if (!file) return path.string() + " cannot be read: " + why();
  return {};
}

std::optional<std::vector<Offset>> read_offsets(const event::JsonObject& json) {
  const auto array = event::json_array_elements(json.raw("offsets").value_or(""));
  if (!array) return std::nullopt;
  std::vector<Offset> offsets;
  for (const std::string& text : *array) {
    int64_t offset = -1;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), offset);
    if (code != std::errc() || end != text.data() + text.size() || offset < 0) return std::nullopt;
    offsets.emplace_back(offset);
  }
  return offsets;
}

std::string read_manifest(const fs::path& path, StateManifest& manifest) {
  std::error_code ignored;
  if (!fs::exists(path, ignored))
    return "there is no " + path.string() +
           ": it is no state folder, or whoever wrote it did not come to the end";
  std::string text;
  if (std::string error = read_whole(path, text); !error.empty()) return error;
  const auto json = event::JsonObject::parse(text);
  if (!json || !json->integer("version")) return path.string() + " is damaged";
  if (*json->integer("version") != kFolderVersion)
    return path.string() + " is of version " + std::to_string(*json->integer("version")) +
           ", and this potik reads version " + std::to_string(kFolderVersion);
  const auto epoch = json->integer("epoch");
  const auto model = json->integer("model_version");
  const auto settings = json->text("settings");
  const auto offsets = read_offsets(*json);
  if (!epoch || *epoch < 0 || !model || *model < 0 || !settings || !offsets)
    return path.string() + " is damaged";
  manifest = {Epoch(static_cast<uint64_t>(*epoch)), static_cast<uint32_t>(*model), *settings,
              *offsets};
  return {};
}

}  // namespace

Result<StateFolder, std::string> read_state_folder(const std::string& folder) {
  const fs::path path(folder);
  StateFolder read;
  std::string error = read_manifest(path / "manifest.json", read.manifest);
  if (error.empty()) error = read_whole(path / "model", read.state.model);
  for (uint16_t group = 0; group < kKeyGroups && error.empty(); ++group) {
    error = read_whole(path / part_name("viewers", group), read.state.viewers[group]);
    if (error.empty())
      error = read_whole(path / part_name("judge", group), read.state.judges[group]);
  }
  if (!error.empty()) return Error{std::move(error)};
  read.state.epoch = read.manifest.epoch;
  return read;
}

Status<std::string> write_state_folder(const std::string& folder, const PortableState& state,
                                       const StateManifest& manifest) {
  const fs::path path(folder);
  std::string error = make_empty(path);
  if (error.empty()) error = write_synced(path / "model", state.model);
  for (uint16_t group = 0; group < kKeyGroups && error.empty(); ++group) {
    error = write_synced(path / part_name("viewers", group), state.viewers[group]);
    if (error.empty()) error = write_synced(path / part_name("judge", group), state.judges[group]);
  }
  if (error.empty()) error = sync_folder(path);
  if (error.empty()) error = write_synced(path / "manifest.json", manifest_json(manifest));
  if (error.empty()) error = sync_folder(path);
  if (!error.empty()) return Error{std::move(error)};
  return Ok{};
}

}  // namespace potik::host
