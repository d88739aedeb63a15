// potik_failpoints: potik, with faults that the environment asks for (base/failpoint.h).
//
//   POTIK_FAILPOINTS=journal.append.before=kill@3 potik_failpoints serve
//   potik_failpoints --list-failpoints
//
// POTIK_FAILPOINTS_COUNTS names a file for the listing with the number of hits, written at the end.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>

#include "app/command_line.h"
#include "app/commands.h"
#include "base/failpoint.h"

namespace {

// What it says, and no option of the program's any more.
std::string take_variable(const char* name) {
  const char* const value = std::getenv(name);
  const std::string text = value == nullptr ? "" : value;
  unsetenv(name);
  return text;
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 1 && std::string_view(arguments[1]) == "--list-failpoints") {
    std::fputs(potik::failpoint::listing().c_str(), stdout);
    return 0;
  }
  const std::string wrong = potik::failpoint::configure(take_variable("POTIK_FAILPOINTS"));
  const std::string counts = take_variable("POTIK_FAILPOINTS_COUNTS");
  if (!wrong.empty()) {
    std::fprintf(stderr, "potik_failpoints: %s\n", wrong.c_str());
    return 2;
  }
  const potik::app::Parsed parsed = potik::app::parse_command_line(count, arguments);
  if (!parsed.run) return parsed.exit_code;
  const int code = potik::app::run_command(parsed.line);
  if (!counts.empty()) std::ofstream(counts) << potik::failpoint::listing();
  return code;
}
