#include "detect/comment_counts.h"

#include <algorithm>

namespace potik::detect {

CommentCounts::Text& CommentCounts::place_for(uint32_t text_hash, int64_t at_ms,
                                              int64_t window_ms) {
  const auto same = std::ranges::find(texts_, text_hash, &Text::hash);
  if (same != texts_.end()) return *same;
  if (texts_.size() < kTextsMax) return texts_.emplace_back(Text{text_hash, {}});
  // What is least likely to become a flood goes: the fewest repetitions, then the oldest window.
  auto& weakest = *std::ranges::min_element(texts_, [&](const Text& a, const Text& b) {
    const uint32_t left = a.count.read(at_ms, window_ms);
    const uint32_t right = b.count.read(at_ms, window_ms);
    return left != right ? left < right : a.count.window_at_ms < b.count.window_at_ms;
  });
  weakest = Text{text_hash, {}};
  return weakest;
}

uint32_t CommentCounts::add(uint32_t text_hash, int64_t at_ms, int64_t window_ms) {
  return place_for(text_hash, at_ms, window_ms).count.add(at_ms, window_ms);
}

void CommentCounts::save(ByteWriter& out) const {
  out.put(static_cast<uint8_t>(texts_.size()));
  for (const Text& text : texts_) {
    out.put(text.hash);
    text.count.save(out);
  }
}

bool CommentCounts::load(ByteReader& in) {
  const auto size = in.get<uint8_t>();
  if (size > kTextsMax) return false;
  texts_.resize(size);
  for (Text& text : texts_) {
    text.hash = in.get<uint32_t>();
    text.count.load(in);
  }
  return in.ok();
}

}  // namespace potik::detect
