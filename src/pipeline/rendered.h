#pragma once
// Rendered: what an epoch publishes, as records for the streams of results, in key-group
// order. A plain value that owns its bytes and is kept until they are published.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/output_log.h"

namespace potik::pipeline {

// How the accepted events are published: a record of JSON each, or with all else that the store has
// of the epoch as blocks of rows.
enum class EnrichedForm : uint8_t { json = 1, blocks = 2, both = 3 };
[[nodiscard]] constexpr bool holds(EnrichedForm form, EnrichedForm part) {
  return (static_cast<uint8_t>(form) & static_cast<uint8_t>(part)) != 0;
}
// "json", "blocks" or "both"; nothing for any other text.
[[nodiscard]] constexpr std::optional<EnrichedForm> enriched_form(std::string_view name) {
  if (name == "json") return EnrichedForm::json;
  if (name == "blocks") return EnrichedForm::blocks;
  if (name == "both") return EnrichedForm::both;
  return std::nullopt;
}

// Records written one after another into one string. Filled by one thread.
class RenderedPart {
 public:
  // Appends a record: its key, then what `write(std::string&)` appends as value, then `note`.
  template <class Write>
  void add(log::OutputStream stream, std::string_view key, Write write,
           std::string_view note = {}) {
    Cut cut{stream, text_.size(), 0, 0, 0};
    text_.append(key);
    cut.value = text_.size();
    write(text_);
    cut.note = text_.size();
    text_.append(note);
    cut.end = text_.size();
    cuts_.push_back(cut);
  }
  // Views are valid until the part changes or moves.
  void append_records(std::vector<log::OutputRecord>& out) const;
  [[nodiscard]] size_t size() const { return cuts_.size(); }
  [[nodiscard]] size_t bytes() const { return text_.size(); }
  void clear() { text_.clear(), cuts_.clear(); }

 private:
  struct Cut {
    log::OutputStream stream{};
    size_t key, value, note, end;
  };
  std::string text_;
  std::vector<Cut> cuts_;
};

struct Rendered {
  Epoch epoch{};
  std::vector<RenderedPart> parts;
  [[nodiscard]] size_t records() const;
  [[nodiscard]] size_t bytes() const;
};

}  // namespace potik::pipeline
