#pragma once
// A text with the decoder's padding behind it, and the time at which the tests' events arrive.

#include <string>
#include <string_view>

#include "event/decode.h"

namespace potik::event {

inline constexpr TimeMs kTestNow{1'767'225'600'000};  // 2026-01-01T00:00:00Z

class Padded {
 public:
  explicit Padded(std::string_view text) : size_(text.size()), bytes_(text) {
    bytes_.append(kDecodePadding, '}');  // bytes that would show if they were interpreted
  }
  [[nodiscard]] std::string_view view() const { return std::string_view(bytes_).substr(0, size_); }

 private:
  size_t size_;
  std::string bytes_;
};

}  // namespace potik::event
