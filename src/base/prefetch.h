#pragma once
// Asks the memory for what will be read soon. Changes nothing but the time it takes.

#include <cstddef>

namespace potik {

// All cache lines of the value itself, but not of what it points to.
template <class T>
void prefetch(const T& value) {
  constexpr size_t kLineBytes = 64;
  const auto* bytes = reinterpret_cast<const char*>(&value);
  for (size_t line = 0; line < sizeof(T); line += kLineBytes) __builtin_prefetch(bytes + line);
}

}  // namespace potik
