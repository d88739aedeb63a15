// potik: one binary, a command for each thing it does. See `potik --help`.

#include <cstdio>

#include "app/command_line.h"
#include "app/commands.h"

int main(int count, char** arguments) {
  const potik::app::Parsed parsed = potik::app::parse_command_line(count, arguments);
  if (!parsed.run) return parsed.exit_code;
  return potik::app::run_command(parsed.line);
}
