// `potik key create`.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

#include "adapters/openssl/openssl_crypto.h"
#include "api/key_list.h"
#include "app/commands.h"

namespace potik::app {
namespace {

int fail(const std::string& message, int code = 1) {
  std::cerr << "potik key create: " << message << '\n';
  return code;
}

// Empty, or why the line could not be appended.
std::string append_line(const std::string& path, const std::string& line) {
  const int file =
      ::open(path.c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return std::strerror(errno);
  const bool written = ::write(file, line.data(), line.size()) == ssize_t(line.size());
  const std::string why = written ? "" : std::strerror(errno);
  ::close(file);
  return why;
}

// Empty, or what is in the way. A file that would not be read at the start is left as it is.
std::string add_to_file(const std::string& path, std::string line) {
  std::ifstream file(path);
  std::string before;
  std::getline(file, before, '\0');
  if (!before.empty() && before.back() != '\n') line.insert(0, "\n");
  if (const auto list = api::KeyList::parse(before + line); !list)
    return path + ": " + list.error();
  const std::string why = append_line(path, line);
  return why.empty() ? why : path + " cannot be written: " + why;
}

}  // namespace

int create_key(const KeyArguments& arguments) {
  const auto role = api::key_role_named(arguments.role);
  if (!role) return fail("--role is ingest, read or admin", 2);
  if (!api::is_key_name(arguments.name))
    return fail("--name has 1 to 64 letters, digits, '.', '_' and '-'", 2);
  const openssl::OpenSslCrypto crypto;
  const std::string key = api::new_key(crypto);
  const std::string line = api::key_line(*role, arguments.name, key, crypto);
  if (!arguments.file.empty()) {
    if (std::string why = add_to_file(arguments.file, line); !why.empty()) return fail(why);
  }
  std::cout << key << '\n';
  std::cerr
      << "The key is shown this once. Send it as \"Authorization: Bearer ...\", or give it to "
         "commands in POTIK_KEY.\n";
  if (arguments.file.empty()) {
    std::cerr << "The line for the file of access.keys_file:\n";
    std::cout << line;
  } else {
    std::cerr << "Its line is in " << arguments.file << "; servers read it when they start.\n";
  }
  return 0;
}

}  // namespace potik::app
