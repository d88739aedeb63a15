#include "app/import_note.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace potik::app {
namespace {

std::string note_path(const Config& config) { return config.data_dir + "/unfinished-import"; }

bool sync(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

}  // namespace

Status<std::string> note_import(const Config& config, const std::string& command) {
  const std::string path = note_path(config);
  std::ofstream note(path, std::ios::trunc);
  note << command << '\n';
  note.close();
  if (note && sync(path) && sync(config.data_dir)) return Ok{};
  withdraw_import_note(config);
  return Error{path + " cannot be written; check the disk"};
}

void withdraw_import_note(const Config& config) {
  std::error_code ignored;
  // One that a power cut brought back would have the data cleared away by who repeats the command.
  if (std::filesystem::remove(note_path(config), ignored)) (void)sync(config.data_dir);
}

std::optional<std::string> unfinished_import(const Config& config) {
  std::ifstream note(note_path(config));
  if (!note) return std::nullopt;
  std::string command;
  std::getline(note, command);
  return command;
}

Status<std::string> refuse_unfinished_import(const Config& config) {
  const auto command = unfinished_import(config);
  if (!command) return Ok{};
  return Error{"the data directory " + config.data_dir +
               " holds an import that was not finished, and what came in now would be taken for "
               "the rest of it. Finish it with\n  " +
               *command + "\nor choose another directory with --data-dir"};
}

}  // namespace potik::app
