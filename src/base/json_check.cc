#include "base/json_check.h"

#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace potik {
namespace {

constexpr int kDepthMax = 1000;

class Checker {
 public:
  explicit Checker(std::string_view text) : text_(text) {}
  bool whole() {
    if (!value(0)) return false;
    space();
    return at_ == text_.size();
  }

 private:
  bool value(int depth) {
    if (depth > kDepthMax) return false;
    space();
    switch (peek()) {
      case '{':
        return members(depth);
      case '[':
        return elements(depth);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }
  bool members(int depth) {
    ++at_;
    space();
    if (take('}')) return true;
    do {
      space();
      if (peek() != '"' || !string()) return false;
      space();
      if (!take(':') || !value(depth + 1)) return false;
      space();
    } while (take(','));
    return take('}');
  }
  bool elements(int depth) {
    ++at_;
    space();
    if (take(']')) return true;
    do {
      if (!value(depth + 1)) return false;
      space();
    } while (take(','));
    return take(']');
  }
  bool string() {
    ++at_;
    while (at_ < text_.size()) {
      if (take('"')) return true;
      if (static_cast<uint8_t>(text_[at_]) < 0x20) return false;
      if (take('\\')) {
        if (!escape()) return false;
        continue;
      }
      const size_t bytes = utf8_sequence_bytes(text_, at_);
      if (bytes == 0) return false;
      at_ += bytes;
    }
    return false;
  }
  bool escape() {
    if (peek() == 'u') return unicode_escape();
    return one_of("\"\\/bfnrt");
  }
  // At the u. A high surrogate must be followed by a low one, as I-JSON (RFC 7493) asks.
  bool unicode_escape() {
    uint32_t unit = 0;
    if (!four_digits(unit) || (unit >= 0xdc00 && unit <= 0xdfff)) return false;
    if (unit < 0xd800 || unit > 0xdbff) return true;
    return take('\\') && four_digits(unit) && unit >= 0xdc00 && unit <= 0xdfff;
  }
  bool four_digits(uint32_t& unit) {
    if (!take('u')) return false;
    const std::string_view digits = text_.substr(at_, 4);
    at_ += digits.size();
    const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16).ptr;
    return digits.size() == 4 && end == digits.data() + 4;
  }
  bool one_of(std::string_view choices) {
    if (at_ >= text_.size() || choices.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take('e') && !take('E')) return true;
    if (!take('+')) take('-');
    return digits();
  }
  bool digits() {
    const size_t first = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > first;
  }
  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  void space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // The next character; U+0001, which begins nothing, at the end.
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\1'; }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool is_json(std::string_view text) { return Checker(text).whole(); }

}  // namespace potik
