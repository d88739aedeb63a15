#pragma once
// Latent factors of viewers and videos from what was watched, kept up to date by small batches: the
// rows that a batch touches are solved again, a few conjugate-gradient steps from where they stood.
// Sources: Hu, Koren, Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets";
// Rendle et al. 2021, "iALS++"; Takacs, Pilaszy, Tikk 2011 for the conjugate gradients.

#include <cstdint>
#include <span>

#include "model/vector_math.h"

namespace potik::model {

struct ImplicitOptions {
  float alpha = 20;  // confidence that a seen pair adds to that of an unseen one, which is 1
  float reg = 100;   // ridge
  int steps = 3;     // conjugate-gradient steps for a touched row
};

// One side's row solved against the other side's vectors: `x` moves `steps` steps towards the
// minimum of sum over all (p - x.v)^2 with confidence 1 + alpha where a pair was seen.
// Threads: pure; `x` is written. Cost: about (4096 + 128 * seen.size()) * 2 operations a step.
void solve_row(const ImplicitOptions& options, int steps, const Gram& gram,
               std::span<const float* const> seen, Factors& x);

}  // namespace potik::model
