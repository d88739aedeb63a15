#pragma once
// One file of the disk as a response: 200, 206 for one range, 304 if unchanged, 416, or 404.

#include <string>
#include <string_view>

#include "api/http.h"

namespace potik::api {

// `path` has been checked by the caller. Opens and stats the file; its bytes are read while they
// are sent. Several ranges in one request are answered whole, as RFC 9110 allows.
[[nodiscard]] Response answer_file(const std::string& path, const Request& request,
                                   std::string_view cache_control);

// The same of a file below `folder`, for folders that are not the operator's own making: no
// symbolic link on the way from there is followed. `path` has no empty, "." or ".." part.
[[nodiscard]] Response answer_file_below(const std::string& folder, std::string_view path,
                                         const Request& request, std::string_view cache_control);

}  // namespace potik::api
