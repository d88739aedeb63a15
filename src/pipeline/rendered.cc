#include "pipeline/rendered.h"

namespace potik::pipeline {

void RenderedPart::append_records(std::vector<log::OutputRecord>& out) const {
  const std::string_view text = text_;
  for (const Cut& cut : cuts_) {
    out.push_back({cut.stream, text.substr(cut.key, cut.value - cut.key),
                   text.substr(cut.value, cut.note - cut.value),
                   text.substr(cut.note, cut.end - cut.note)});
  }
}

size_t Rendered::records() const {
  size_t sum = 0;
  for (const RenderedPart& part : parts) sum += part.size();
  return sum;
}

size_t Rendered::bytes() const {
  size_t sum = 0;
  for (const RenderedPart& part : parts) sum += part.bytes();
  return sum;
}

}  // namespace potik::pipeline
