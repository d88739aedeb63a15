#pragma once
// Part: one part of the pipeline as a host drives it. potik_host.h is its public form and says what
// each call means; this is what stands behind it. Threads: one at a time.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "base/result.h"
#include "host/potik_host.h"

namespace potik::host {

struct Failure {
  potik_code code{};
  std::string sentence;
};
using Done = Status<Failure>;

[[nodiscard]] inline Error<Failure> misuse(std::string sentence) {
  return Error{Failure{POTIK_MISUSE, std::move(sentence)}};
}
[[nodiscard]] inline Error<Failure> damaged(std::string sentence) {
  return Error{Failure{POTIK_DAMAGED, std::move(sentence)}};
}

class Part {
 public:
  virtual ~Part() = default;
  // One frame.
  [[nodiscard]] virtual Done push(std::string_view frame) = 0;
  [[nodiscard]] virtual Done advance(int64_t slice) = 0;
  [[nodiscard]] virtual bool waits() const { return false; }
  [[nodiscard]] virtual int64_t slice() const = 0;
  // Frames that have come out, each behind its size; the part forgets them.
  [[nodiscard]] std::string take() { return std::exchange(out_, {}); }

  // `out` is empty.
  [[nodiscard]] virtual Done save(uint16_t key_group, std::string& out) = 0;
  [[nodiscard]] virtual Done restore(uint16_t key_group, std::string_view bytes) = 0;
  [[nodiscard]] virtual Done start() = 0;
  // Members of a JSON object.
  [[nodiscard]] virtual Done settle(JsonWriter& out) = 0;
  virtual void write_metrics(JsonWriter& out) const = 0;

 protected:
  std::string out_;
};

}  // namespace potik::host
