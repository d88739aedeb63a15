#pragma once
// Copies of vectors in a byte a number, for searching all of them: a quarter of the memory is read,
// and memory is what a search waits for. Whole numbers add up to the same on every processor.
// Threads: set() by one; search() by anyone while nothing is set. Cost: some 5 ns a vector.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/vector_math.h"

namespace potik::model {

class RoundedFactors {
 public:
  void reserve(size_t most);
  void resize(size_t size);
  void set(size_t number, const Factors& factors);
  // x.v of each vector, 0 of those never set. Off by less than a hundredth of |x| |v|.
  void search(const Factors& x, std::vector<float>& products) const;
  static constexpr size_t kBytesEach = kFactors + sizeof(float);

 private:
  struct alignas(64) Rounded {
    std::array<int8_t, kFactors> at{};
  };
  std::vector<Rounded> rounded_;
  std::vector<float> units_;  // what one step of each vector's numbers is worth
};

}  // namespace potik::model
