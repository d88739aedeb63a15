#pragma once
// The hash map of the hot path: open addressing, no pointer stability. The one place that names the
// library behind it (Boost.Unordered), so that it can be exchanged. Iteration order is unspecified:
// nothing that reaches state or output may depend on it.

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace potik {

struct IntHash {
  using is_avalanching = void;
  size_t operator()(uint64_t key) const noexcept { return mix64(key); }
};
struct TextHash {
  using is_transparent = void;
  using is_avalanching = void;
  size_t operator()(std::string_view key) const noexcept { return hash64(key); }
};

// Integer keys, avalanche-mixed.
template <class Value>
using IntMap = boost::unordered_flat_map<uint64_t, Value, IntHash>;
// Owned string keys, looked up by view without allocation.
template <class Value>
using TextMap = boost::unordered_flat_map<std::string, Value, TextHash, std::equal_to<>>;

}  // namespace potik
