#pragma once
// An id as a part of a URL's path. Pure.

#include <string>
#include <string_view>

namespace potik::app {

// Ids are opaque; in a path only unreserved characters stand for themselves (RFC 3986).
[[nodiscard]] std::string path_part(std::string_view id);

}  // namespace potik::app
