#pragma once
// The greatest of many positive numbers, in one pass: a sample says which number most of them fail
// to reach. Threads: one object a thread. Cost: about 1 ns a number.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace potik::model {

class Strongest {
 public:
  // The places of the `most` greatest of those above 0; of equal ones the first.
  void find(std::span<const float> numbers, size_t most);
  // Ascending.
  [[nodiscard]] std::span<const uint32_t> found() const { return found_; }

 private:
  void collect_above(std::span<const float> numbers, float least);
  void keep_above(std::span<const float> numbers, float bound, size_t equals);
  [[nodiscard]] float guess_least(std::span<const float> numbers, size_t most);

  std::vector<uint32_t> found_;
  std::vector<float> sample_;
  std::vector<float> ranked_;
};

}  // namespace potik::model
