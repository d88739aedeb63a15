#include "model/implicit_factors.h"

namespace potik::model {
namespace {

// Squared length of what is left, below which a row is as good as solved.
constexpr float kSolved = 1e-12F;

POTIK_VECTOR_INLINE void multiply(const ImplicitOptions& options, const Gram& gram,
                                  std::span<const float* const> seen, const Factors& p,
                                  Factors& out) {
  gram.times(p, out);
  add_scaled(out.at.data(), options.reg, p.at.data());
  for (const float* v : seen) add_scaled(out.at.data(), options.alpha * dot(v, p.at.data()), v);
}

}  // namespace

POTIK_VECTOR_CODE
void Gram::replace(size_t block, std::span<const Factors> old, std::span<const Factors> fresh) {
  constexpr size_t kRows = kFactors / kRowBlocks;
  for (size_t n = 0; n < fresh.size(); ++n) {
    const Factors& a = fresh[n];
    const Factors& b = old[n];
    for (size_t i = block * kRows; i < (block + 1) * kRows; ++i) {
      double* row = &sums_[i * kFactors];
      const double fresh_i = a.at[i];
      const double old_i = b.at[i];
      for (size_t j = 0; j < kFactors; ++j)
        row[j] += fresh_i * static_cast<double>(a.at[j]) - old_i * static_cast<double>(b.at[j]);
    }
  }
}

void Gram::replace(const Factors& old, const Factors& fresh) {
  for (size_t block = 0; block < kRowBlocks; ++block)
    replace(block, std::span(&old, 1), std::span(&fresh, 1));
}

void Gram::settle() {
  for (size_t i = 0; i < sums_.size(); ++i) rounded_[i] = static_cast<float>(sums_[i]);
}

POTIK_VECTOR_CODE
void Gram::times(const Factors& p, Factors& out) const {
  out = Factors{};
  // Symmetric, so that rows serve as columns.
  for (size_t i = 0; i < kFactors; ++i) add_scaled(out.at.data(), p.at[i], &rounded_[i * kFactors]);
}

POTIK_VECTOR_CODE
void solve_row(const ImplicitOptions& options, int steps, const Gram& gram,
               std::span<const float* const> seen, Factors& x) {
  Factors product;
  multiply(options, gram, seen, x, product);
  Factors left;  // b - A x
  for (const float* v : seen) add_scaled(left.at.data(), 1 + options.alpha, v);
  add_scaled(left.at.data(), -1, product.at.data());
  Factors p = left;
  float length = dot(left.at.data(), left.at.data());
  for (int step = 0; step < steps && length > kSolved; ++step) {
    multiply(options, gram, seen, p, product);
    const float curve = dot(p.at.data(), product.at.data());
    if (!(curve > 0)) return;
    const float stride = length / curve;
    add_scaled(x.at.data(), stride, p.at.data());
    add_scaled(left.at.data(), -stride, product.at.data());
    const float before = length;
    length = dot(left.at.data(), left.at.data());
    scale_and_add(p.at.data(), length / before, left.at.data());
  }
}

}  // namespace potik::model
