// Runs a fuzz target without libFuzzer: over its examples, then over seeded random mutations of
// them, so that every build and every machine does some fuzzing, the same each time. From the
// source tree's root:
//   foo_fuzz MUTATIONS         what a test does; a failure prints the number of its input
//   foo_fuzz --only N          that input alone
//   foo_fuzz --write FOLDER    the examples as files, a corpus for libFuzzer to begin with
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "base/fuzz.h"
#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

using potik::CounterRandom;
using potik::fuzz::Material;

// The number of the input under way, as text, for the handler of a signal.
std::array<char, 96> under_way{};

void name_input(int signal_number) {
  const std::string_view text(under_way.data());
  (void)!::write(STDERR_FILENO, text.data(), text.size());
  std::signal(signal_number, SIG_DFL);
  std::raise(signal_number);
}

template <class Choices>
const std::string& any_of(CounterRandom& random, const Choices& choices) {
  return choices[random.below(static_cast<uint32_t>(choices.size()))];
}

size_t place(CounterRandom& random, const std::string& text) {
  return random.below(static_cast<uint32_t>(text.size() + 1));
}

void mutate(CounterRandom& random, const Material& material, std::string& text) {
  const size_t at = place(random, text);
  const size_t bytes = random.below(12);
  switch (random.below(8)) {
    case 0:
      if (at < text.size()) text[at] = static_cast<char>(random.next());
      return;
    case 1:
      text.erase(at, bytes);
      return;
    case 2:
      text.insert(at, any_of(random, material.pieces));
      return;
    case 3:
      text.insert(at, text.substr(place(random, text), bytes));
      return;
    case 4:
      text.insert(at, bytes * bytes, static_cast<char>(random.next()));
      return;
    case 5: {
      const std::string& piece = any_of(random, material.pieces);
      text.replace(at, piece.size(), piece);
      return;
    }
    case 6:
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random.below(8)));
      return;
    default: {
      const std::string& other = any_of(random, material.examples);
      text.replace(at, bytes, other.substr(place(random, other), 40));
    }
  }
}

// The first inputs are the examples themselves.
std::string input(const Material& material, uint64_t number) {
  if (number < material.examples.size()) return material.examples[number];
  CounterRandom random(1, number, 0);
  std::string text = any_of(random, material.examples);
  for (uint32_t n = random.below(5); n > 0; --n) mutate(random, material, text);
  return text;
}

void run(const Material& material, uint64_t number) {
  std::snprintf(under_way.data(), under_way.size(),
                "in input %llu; again by --only %llu instead of the number\n",
                static_cast<unsigned long long>(number), static_cast<unsigned long long>(number));
  const std::string text = input(material, number);
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text.data()), text.size());
}

int write_examples(const Material& material, const std::string& folder) {
  for (size_t i = 0; i < material.examples.size(); ++i) {
    std::ofstream file(folder + "/example-" + std::to_string(i), std::ios::binary);
    file << material.examples[i];
    if (!file.flush()) {
      std::fprintf(stderr, "cannot write into %s: make the folder first\n", folder.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Material material = potik::fuzz::material();
  const std::string_view last = argc < 2 ? "" : argv[argc - 1];
  const bool writes = argc == 3 && std::string_view(argv[1]) == "--write";
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), number);
  const bool counts = error == std::errc() && end == last.data() + last.size();
  if (material.examples.empty() || material.pieces.empty() || (!writes && !counts)) {
    std::fprintf(
        stderr,
        "usage: %s MUTATIONS | --only N | --write FOLDER, in the source tree's root, where "
        "its examples are\n",
        argv[0]);
    return 2;
  }
  if (writes) return write_examples(material, argv[2]);
  for (const int failure : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS}) std::signal(failure, name_input);
  if (argc == 3 && std::string_view(argv[1]) == "--only") {
    run(material, number);
    return 0;
  }
  const uint64_t inputs = material.examples.size() + number;
  for (uint64_t i = 0; i < inputs; ++i) run(material, i);
  std::printf("%zu examples and %llu mutations kept every promise\n", material.examples.size(),
              static_cast<unsigned long long>(number));
  return 0;
}
