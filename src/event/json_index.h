#pragma once
// Where the tokens of a JSON text begin. Source: stage 1 of simdjson (Langdale, Lemire 2019), which
// finds them 64 bytes at a time with the widest instructions the machine has, chosen at run time,
// and checks UTF-8 and control characters on the way. What the tokens mean is json_walk.h's
// business.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace potik::event {

// One per thread; reusable, allocates in the constructor only.
class JsonIndex {
 public:
  explicit JsonIndex(size_t json_bytes_max);
  ~JsonIndex();
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  // False if `json` is longer than the bound, holds no token, is not UTF-8, or has an unclosed
  // string or a bare control character in one. Anything else may still be wrong after true. About
  // 0.15 ns a byte.
  [[nodiscard]] bool build(std::string_view json);

  // Positions of the tokens of the last text: each of {}[]:, and the first byte of each string and
  // scalar. starts()[size()] exists and is the text's length.
  [[nodiscard]] const uint32_t* starts() const;
  [[nodiscard]] size_t size() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace potik::event
