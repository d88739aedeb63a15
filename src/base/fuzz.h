#pragma once
// What a fuzz target (foo_fuzz.cc) has beside its LLVMFuzzerTestOneInput(): the promises it holds
// its subject to, and what fuzzing begins with where the compiler does not watch the branches
// (fuzz_driver.cc). For tests only. Threads: one.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace potik::fuzz {

// Ends the process where a promise is broken: either driver then names the input.
inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

struct Material {
  std::vector<std::string> examples;  // inputs to begin with, at least one
  std::vector<std::string> pieces;    // what mutations put in beside random bytes, at least one
};

// Defined by each target. Files of examples are named from the source tree's root.
[[nodiscard]] Material material();

// The text behind the tab of each line. Empty if the file cannot be read.
[[nodiscard]] inline std::vector<std::string> texts_behind_tabs(const char* path) {
  std::vector<std::string> texts;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    if (tab != std::string::npos) texts.push_back(line.substr(tab + 1));
  }
  return texts;
}

}  // namespace potik::fuzz
