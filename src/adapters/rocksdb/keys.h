#pragma once
// Keys of the three databases: a tag, then numbers big-endian, so that byte order is numeric order.

#include <string>
#include <string_view>

#include "base/big_endian.h"

namespace potik::rocksdb {

// Facts of a database about itself. Above every other tag.
inline constexpr char kMetaTag = '\xff';

[[nodiscard]] inline std::string meta_key(std::string_view name) {
  return kMetaTag + std::string(name);
}

}  // namespace potik::rocksdb
