#pragma once
// Names of answers, echoed by events that follow from them (`request_id`): the server's start and a
// count, so that no two answers of one server share a name, restarts included.

#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <string>

#include "base/ids.h"

namespace potik::api {

// Thread-safe; one atomic add and a short text.
class RequestIds {
 public:
  explicit RequestIds(TimeMs started) : started_(started) {}

  [[nodiscard]] std::string next() {
    std::array<char, 40> text{'r'};
    char* at = std::to_chars(text.data() + 1, text.data() + 18, started_.value(), 36).ptr;
    *at++ = '-';
    at = std::to_chars(at, text.data() + text.size(), next_.fetch_add(1, std::memory_order_relaxed),
                       36)
             .ptr;
    return {text.data(), at};
  }

 private:
  const TimeMs started_;
  std::atomic<uint64_t> next_{1};
};

}  // namespace potik::api
