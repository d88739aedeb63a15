#include "app/access.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "adapters/openssl/openssl_crypto.h"
#include "app/system_clock.h"

namespace potik::app {
namespace {

constexpr size_t kSecretBytesMin = 32;
constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;

std::string reason() { return std::strerror(errno); }

Result<std::string, std::string> read_file(const std::string& path, std::string_view option) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{std::string(option) + " = \"" + path + "\" cannot be read: " + reason()};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// Who else may read it is worth a word; who else may write it, a refusal: they would be admin.
Status<std::string> check_rights(const std::string& path, std::string_view option,
                                 bool others_may_read) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return Ok{};
  const std::string name = std::string(option) + " = \"" + path + "\"";
  if ((status.st_mode & (S_IWOTH | S_IWGRP)) != 0)
    return Error{name + " may be written by others on this machine: chmod go-w " + path};
  if (!others_may_read && (status.st_mode & (S_IROTH | S_IRGRP)) != 0)
    return Error{name + " may be read by others on this machine: chmod go-r " + path};
  if ((status.st_mode & S_IROTH) != 0)
    std::cerr << "potik: " << name << " may be read by everybody on this machine; it holds no key, "
              << "but chmod 600 costs nothing\n";
  return Ok{};
}

Result<api::KeyList, std::string> read_keys(const std::string& path) {
  if (path.empty()) return api::KeyList();
  constexpr std::string_view kOption = "access.keys_file";
  const auto text = read_file(path, kOption);
  if (!text) return Error{text.error()};
  if (auto fit = check_rights(path, kOption, true); !fit) return Error{fit.error()};
  auto keys = api::KeyList::parse(*text);
  if (!keys) return Error{std::string(kOption) + " = \"" + path + "\": " + keys.error()};
  if (keys->empty()) {
    return Error{std::string(kOption) + " = \"" + path +
                 "\" holds no key: potik key create --role admin --name NAME --file " + path};
  }
  return keys;
}

// Made whole before it has its name, so that no crash leaves half a secret.
Status<std::string> make_secret(const std::string& path, const api::Crypto& crypto) {
  api::Bytes32 bytes{};
  crypto.random(bytes);
  const std::string text = api::to_hex(bytes) + "\n";
  const std::string made = path + ".new";
  const std::string failed = "the secret of viewers' tokens cannot be written to " + path + ": ";
  ::unlink(made.c_str());
  const int file = ::open(made.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, kOwnerOnly);
  if (file < 0)
    return Error{failed + reason() + "; name another file in access.viewer_secret_file"};
  const bool written =
      ::write(file, text.data(), text.size()) == ssize_t(text.size()) && ::fsync(file) == 0;
  const std::string why = reason();
  ::close(file);
  if (!written) return Error{failed + why};
  if (::rename(made.c_str(), path.c_str()) != 0) return Error{failed + reason()};
  return Ok{};
}

Result<std::string, std::string> read_secret(const Config& config, const api::Crypto& crypto) {
  if (!config.access.control.viewer_tokens) return std::string();
  constexpr std::string_view kOption = "access.viewer_secret_file";
  std::string path = config.access.viewer_secret_file;
  if (path.empty()) {
    path = config.data_dir + "/viewer-secret";
    if (::access(path.c_str(), F_OK) != 0) {
      if (auto made = make_secret(path, crypto); !made) return Error{made.error()};
    }
  }
  auto secret = read_file(path, kOption);
  if (!secret) return Error{secret.error()};
  if (auto fit = check_rights(path, kOption, false); !fit) return Error{fit.error()};
  const size_t end = secret->find_last_not_of(" \t\r\n");
  secret->resize(end == std::string::npos ? 0 : end + 1);
  if (secret->size() >= kSecretBytesMin) return secret;
  return Error{std::string(kOption) + " = \"" + path + "\" holds " +
               std::to_string(secret->size()) +
               " bytes, and a secret has at least 32. Make one "
               "with: (umask 077; openssl rand -hex 32 > " +
               path + ")"};
}

int64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// An access control with what it borrows.
struct OwnedAccess {
  OwnedAccess(const api::AccessOptions& options, api::KeyList keys, std::string secret)
      : control(options, {crypto, clock, steady_ms, std::move(keys), std::move(secret)}) {}
  openssl::OpenSslCrypto crypto;
  SystemClock clock;
  api::AccessControl control;
};

}  // namespace

Result<std::shared_ptr<const api::AccessControl>, std::string> open_access(
    const Config& config, bool on_loopback, monitor::MetricsRegistry& registry) {
  auto keys = read_keys(config.access.keys_file);
  if (!keys) return Error{keys.error()};
  auto secret = read_secret(config, openssl::OpenSslCrypto());
  if (!secret) return Error{secret.error()};
  api::AccessOptions options = config.access.control;
  options.on_loopback = on_loopback;
  const auto owner =
      std::make_shared<OwnedAccess>(options, std::move(keys).value(), std::move(secret).value());
  const std::shared_ptr<const api::AccessControl> control(owner, &owner->control);
  api::register_refusals(registry, control);
  return control;
}

}  // namespace potik::app
