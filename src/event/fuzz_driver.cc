// Runs a fuzz target without libFuzzer: over the examples of a file, then over seeded random
// mutations of them, so that every build and every machine does some fuzzing, the same each time.
//   decode_fuzz EXAMPLES.tsv MUTATIONS
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using potik::CounterRandom;

constexpr std::array<std::string_view, 24> kPieces{"\"",
                                                   "\\",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   "]",
                                                   ":",
                                                   ",",
                                                   "null",
                                                   "true",
                                                   "0",
                                                   "-1",
                                                   "1e9",
                                                   ".5",
                                                   "\\u0041",
                                                   "\\ud83c\\udfac",
                                                   "\\ud800",
                                                   "\xd0\xbf",
                                                   "\xff",
                                                   " ",
                                                   "\n",
                                                   "\"user_id\":\"u1\"",
                                                   "\"watch_ms\":1",
                                                   "\"x\":{\"y\":[1]}"};

// The text behind the tab of each line.
std::vector<std::string> read_examples(const char* path) {
  std::vector<std::string> examples;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    if (tab != std::string::npos) examples.push_back(line.substr(tab + 1));
  }
  return examples;
}

size_t place(CounterRandom& random, const std::string& text) {
  return random.below(static_cast<uint32_t>(text.size() + 1));
}

void mutate(CounterRandom& random, const std::vector<std::string>& examples, std::string& text) {
  const size_t at = place(random, text);
  const size_t bytes = random.below(12);
  switch (random.below(6)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random.next());
      return;
    case 1:
      text.erase(at, bytes);
      return;
    case 2:
      text.insert(at, kPieces.at(random.below(kPieces.size())));
      return;
    case 3:
      text.insert(at, text.substr(place(random, text), bytes));
      return;
    case 4:
      text.insert(at, bytes * bytes, static_cast<char>(random.next()));
      return;
    default: {
      const std::string& other = examples[random.below(static_cast<uint32_t>(examples.size()))];
      text.replace(at, bytes, other.substr(place(random, other), 40));
    }
  }
}

void run(const std::string& text) {
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> examples =
      argc == 3 ? read_examples(argv[1]) : std::vector<std::string>{};
  if (examples.empty()) {
    std::fprintf(stderr,
                 "usage: %s EXAMPLES.tsv MUTATIONS, with at least one example in the file\n",
                 argv[0]);
    return 2;
  }
  for (const std::string& text : examples) run(text);
  const uint64_t mutations = std::strtoull(argv[2], nullptr, 10);
  for (uint64_t i = 0; i < mutations; ++i) {
    CounterRandom random(1, i, 0);
    std::string text = examples[random.below(static_cast<uint32_t>(examples.size()))];
    for (uint32_t n = random.below(5); n > 0; --n) mutate(random, examples, text);
    run(text);
  }
  std::printf("%zu examples and %llu mutations kept every promise\n", examples.size(),
              static_cast<unsigned long long>(mutations));
  return 0;
}
