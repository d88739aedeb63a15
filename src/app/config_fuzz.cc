// Any text is refused as a configuration, in sentences that fit on a line, or gives one within its
// declared limits, whose report (`potik config`) reads back the same.
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <variant>
#include <vector>

#include "adapters/toml/read_settings.h"
#include "app/config_load.h"
#include "app/config_options.h"
#include "base/fuzz.h"
#include "base/utf8.h"

namespace potik::app {
namespace {

using fuzz::require;

bool is_sentence(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return is_utf8(text) && text.size() > 10 && (text.ends_with('.') || text.ends_with('?'));
}

void require_sentence(const std::string& text) {
  if (!is_sentence(text)) std::fprintf(stderr, "said: %s\n", text.c_str());
  require(is_sentence(text), "what is wrong is a sentence on a line");
}

void check_limits(const Option& option, Config& config) {
  std::visit(
      [&](auto* field) {
        using T = std::remove_pointer_t<decltype(field)>;
        if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
          const auto value = static_cast<double>(*field);
          require(std::isfinite(value), "a number is one");
          require(value >= static_cast<double>(static_cast<T>(option.least)),
                  "a number is not below its least");
          require(value <= option.most * (1 + 1e-6), "a number is not above its most");
        }
      },
      option.target(config));
}

Result<LoadedConfig, ConfigErrors> load(std::string_view text) {
  return load_text("potik.toml", text, &adapters::toml::read_settings, {}, {});
}

void check(std::string_view text) {
  auto loaded = load(text);
  if (!loaded) {
    require(!loaded.error().empty(), "a refusal has a reason");
    for (const std::string& error : loaded.error()) require_sentence(error);
    return;
  }
  for (const Option& option : options()) check_limits(option, loaded->config);
  require(contradictions(loaded->config).empty(), "what is taken together fits together");
  const auto again = load(config_report(*loaded));
  require(again.ok(), "the report of a configuration is one");
  for (const Option& option : options()) {
    // A password is not told again.
    const std::string value = value_text(option, loaded->config);
    require(value.find("://") != std::string::npos || value_text(option, again->config) == value,
            "and says the same");
  }
}

}  // namespace
}  // namespace potik::app

potik::fuzz::Material potik::fuzz::material() {
  using namespace std::string_literals;  // NOLINT(google-build-using-namespace)
  Material material;
  material.examples = {
      app::defaults_file().substr(0, 4'000),
      "data_dir = \"d\\n\\u0007\\\\ \\\"\"\n[http]\nlisten = '1.2.3.4:5'\nthreads = 1_000\n",
      "[http]\nhosts = \"a.example  b\\tc\"\nlisten = \"[::1]:80\"\n[model]\nalpha = 0.05\n",
      "[store]\nexport_dir = '''\nx'''\nthreads = 0x10\nmemory_bytes_max = 67108864\n",
      "model.use_topic = false\n\"kafka\".\"name\" = \"p\"\nlog.kind = \"kafka\"\n",
      "[model]\nexploration_rate = 1e-3\nweight_like = -1.5\nl1 = nan\n[a]\nb = [1, {c = "
      "1979-05-27}]\n",
      "#\n"};
  material.pieces = {"\n"s,        "\""s,
                     "'''"s,       "\"\"\""s,
                     "\\n"s,       "\\u0000"s,
                     "\\u007f"s,   "\\U0010ffff"s,
                     "\x7f"s,      "\xd0\xbf"s,
                     "\xff"s,      "="s,
                     "."s,         "["s,
                     "]"s,         "[["s,
                     "{"s,         "}"s,
                     "#"s,         ","s,
                     "inf"s,       "-0"s,
                     "1e400"s,     "9223372036854775807"s,
                     "0.0"s,       "true"s,
                     "[http]\n"s,  "listen = "s,
                     " "s,         "\r\n"s,
                     "\0"s,        "threads = 3\n"s,
                     "[epoch]\n"s, "data_dir = \"x\"\n"s};
  for (size_t i = 0; i < app::options().size(); i += 7)
    material.pieces.push_back(std::string(app::options()[i].name) + " = ");
  return material;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  potik::app::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
