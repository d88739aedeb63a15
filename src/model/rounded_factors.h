#pragma once
// Copies of vectors in a byte a number, for searching all of them: a quarter of the memory is read,
// and memory is what a search waits for. Whole numbers add up to the same on every processor.
// Threads: set() by one; const methods by anyone while nothing is set. Cost: some 5 ns a vector.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.h"
#include "model/vector_math.h"

namespace potik::model {

class RoundedFactors {
 public:
  void reserve(size_t most);
  void resize(size_t size);
  void set(size_t number, const Factors& factors);
  // What is asked for, in whole steps of `unit`.
  struct Asked {
    alignas(32) std::array<int16_t, kFactors> steps{};
    float unit = 0;
  };
  [[nodiscard]] static Asked ask(const Factors& x);
  // x.v of a vector, of each vector: 0 of those never set. Off by less than a hundredth of
  // |x| |v|.
  [[nodiscard]] float product(const Asked& x, size_t number) const;
  void search(const Asked& x, std::vector<float>& products) const;
  // Of some, beside `products`.
  void search(const Asked& x, std::span<const VideoHandle> some,
              std::vector<float>& products) const;
  static constexpr size_t kBytesEach = kFactors + sizeof(float);

 private:
  struct alignas(64) Rounded {
    std::array<int8_t, kFactors> at{};
  };
  std::vector<Rounded> rounded_;
  std::vector<float> units_;  // what one step of each vector's numbers is worth
};

}  // namespace potik::model
