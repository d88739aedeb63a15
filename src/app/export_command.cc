// `potik export`.

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "adapters/beast/http_client.h"
#include "app/commands.h"
#include "app/data_dir.h"
#include "app/progress_line.h"
#include "app/server_url.h"
#include "base/json_writer.h"
#include "event/json_object.h"

namespace potik::app {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPatienceMs = 24LL * 3600 * 1000;

int fail(const std::string& message) {
  std::cerr << "potik export: " << message << '\n';
  return 1;
}

// A new name at each call: the process and the time.
std::string fresh_name() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "potik-export-" + std::to_string(getpid()) + "-" +
         std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

// Empty, or why nothing can be written there.
std::string unfit_target(const fs::path& target) {
  std::error_code code;
  if (!fs::exists(target, code)) return {};
  if (!fs::is_directory(target, code)) return target.string() + " is no folder: name another";
  const bool empty = fs::is_empty(target, code);
  if (code) return target.string() + " cannot be read: " + code.message();
  return empty ? "" : target.string() + " is not empty: name a new or an empty folder";
}

// Moves the server's folder to where it was asked for; by copying where that is another disk.
std::string move_folder(const fs::path& from, const fs::path& target) {
  std::error_code code;
  const fs::path whole = fs::absolute(target).lexically_normal();
  fs::create_directories(whole, code);
  if (!code) fs::rename(from, whole, code);  // over an empty folder
  if (code == std::errc::cross_device_link) {
    code.clear();
    fs::copy(from, whole, fs::copy_options::recursive, code);
    std::error_code ignored;
    if (!code) fs::remove_all(from, ignored);
  }
  if (!code) return {};
  return "the files are in " + from.string() + ", but could not be moved to " + whole.string() +
         ": " + code.message();
}

// The folder the server has written, on this machine.
Result<std::string, std::string> ask_server(const RunningServer& server) {
  std::string body;
  JsonWriter(body).begin_object().field("directory", fresh_name()).end_object();
  const auto address = beast::parse_url(url_of(server));
  if (!address) return Error{address.error()};
  beast::ClientOptions access = local_access(server);
  access.timeout_ms = kPatienceMs;
  beast::HttpClient client(*address, std::move(access));
  const auto answer = client.post("/v1/export", body, "application/json");
  if (!answer) return Error{answer.error()};
  const auto object = event::JsonObject::parse(answer->body);
  const auto member = object ? object->text(answer->status == 200 ? "directory" : "detail")
                             : std::optional<std::string>();
  if (answer->status != 200) return Error{member.value_or(answer->body)};
  if (!member) return Error{std::string("the server's answer names no folder")};
  return *member;
}

int export_by_server(const RunningServer& server, const std::string& directory) {
  std::cerr << "the running server at " << server.address << " writes the files\n";
  const auto written = ask_server(server);
  if (!written) return fail(written.error());
  if (std::string wrong = move_folder(*written, directory); !wrong.empty()) return fail(wrong);
  std::cout << "written to " << directory << '\n';
  return 0;
}

}  // namespace

int export_parquet(const Config& config, const std::string& directory) {
  if (std::string wrong = unfit_target(directory); !wrong.empty()) return fail(wrong);
  if (const auto server = find_server(config)) return export_by_server(*server, directory);
  const auto store = open_store(config);
  if (!store) return fail(store.error());
  ProgressLine progress("exporting", "files");
  const auto done = (*store)->export_parquet(
      directory, [&](size_t files, size_t total) { progress.show(files, total); });
  progress.end();
  if (!done) return fail(done.error().message);
  std::cout << "written to " << directory << '\n';
  return 0;
}

}  // namespace potik::app
