#pragma once
// The tables of a RowBlock as one sequence of bytes (docs/formats/rows.md): of each the number of
// its rows, then the rows. Threads: pure functions. Cost: a copy of the bytes.

#include <string>
#include <string_view>

#include "store/rows.h"

namespace potik::store {

// Appends them. Epoch, time and model version are not among them: the pieces have those.
void append_rows(std::string& out, const RowBlock& rows);

// Appends the rows that `bytes` hold to those of `rows`. Views point into `bytes`. False, with some
// of the rows read, where they are not exactly what append_rows() wrote. Allocates no more than in
// proportion to `bytes`, whatever they say.
[[nodiscard]] bool read_rows(std::string_view bytes, RowBlock& rows);

}  // namespace potik::store
